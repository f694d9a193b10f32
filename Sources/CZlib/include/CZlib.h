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

/// Writes a gzip member of text.
static inline int czlib_deflate_gzip_init(z_stream *stream, int level) {
    return deflateInit2(stream, level, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
}

/// Reads a zlib stream, or its beginning.
static inline int czlib_inflate_init(z_stream *stream) { return inflateInit(stream); }

/// Writes zlib streams of numbers: filtered, for few of them repeat, and in short blocks with codes of their own.
static inline int czlib_deflate_columns_init(z_stream *stream, int level) {
    return deflateInit2(stream, level, Z_DEFLATED, 15, 5, Z_FILTERED);
}

#endif
