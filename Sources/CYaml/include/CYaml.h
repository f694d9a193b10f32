#ifndef PLUMBLINE_CYAML_H
#define PLUMBLINE_CYAML_H

#include <yaml.h>

#endif
