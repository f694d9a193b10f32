// What libFuzzer gives to a custom mutator; its own header is C++.
#ifndef PLUMBLINE_CFUZZER_H
#define PLUMBLINE_CFUZZER_H

#include <stddef.h>
#include <stdint.h>

/// Changes the bytes a little, in place; returns their new number, at most `capacity`.
size_t LLVMFuzzerMutate(uint8_t *bytes, size_t count, size_t capacity);

#endif
