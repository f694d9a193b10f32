// zlib for Swift: the streaming calls are macros in zlib.h, and macros do not cross into Swift.
#ifndef PLUMBLINE_CZLIB_H
#define PLUMBLINE_CZLIB_H

#include <string.h>
#include <zlib.h>

/// A stream that has not been initialised.
static inline z_stream czlib_stream(void) {
    z_stream stream;
    memset(&stream, 0, sizeof stream);
    return stream;
}

/// Reads gzip members (window bits 15 + 16: header and trailer are checked).
static inline int czlib_inflate_gzip_init(z_stream *stream) { return inflateInit2(stream, 15 + 16); }

#endif
