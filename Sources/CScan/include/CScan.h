// Byte comparisons 16 at a time, header-only so that they inline into Swift.
//
// Every function may read up to 16 bytes behind the byte it stops at: callers keep that much readable memory behind
// their data. The portable versions define what the others must equal.
#ifndef PLUMBLINE_CSCAN_H
#define PLUMBLINE_CSCAN_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#if defined(__SSE2__)
#include <emmintrin.h>
#elif defined(__aarch64__)
#include <arm_neon.h>
#endif

#define CSCAN_INLINE static inline __attribute__((always_inline))

/// A mask with bit i set where byte i of the 16 at `p` is a quote, a backslash or below 0x20.
CSCAN_INLINE uint32_t cscan_string_stops_portable(const uint8_t *p) {
    uint32_t mask = 0;
    for (int i = 0; i < 16; i++) {
        mask |= (uint32_t)(p[i] == '"' || p[i] == '\\' || p[i] < 0x20) << i;
    }
    return mask;
}

#if defined(__SSE2__)
CSCAN_INLINE uint32_t cscan_string_stops(const uint8_t *p) {
    __m128i bytes = _mm_loadu_si128((const __m128i *)p);
    __m128i quotes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
    __m128i slashes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
    __m128i controls = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1f)), bytes);
    return (uint32_t)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quotes, slashes), controls));
}
#elif defined(__aarch64__)
CSCAN_INLINE uint32_t cscan_neon_mask(uint8x16_t flags) {
    static const uint8_t bits[16] = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
    uint8x16_t chosen = vandq_u8(flags, vld1q_u8(bits));
    return (uint32_t)vaddv_u8(vget_low_u8(chosen)) | (uint32_t)vaddv_u8(vget_high_u8(chosen)) << 8;
}
CSCAN_INLINE uint32_t cscan_string_stops(const uint8_t *p) {
    uint8x16_t bytes = vld1q_u8(p);
    uint8x16_t quotes = vceqq_u8(bytes, vdupq_n_u8('"'));
    uint8x16_t slashes = vceqq_u8(bytes, vdupq_n_u8('\\'));
    uint8x16_t controls = vcltq_u8(bytes, vdupq_n_u8(0x20));
    return cscan_neon_mask(vorrq_u8(vorrq_u8(quotes, slashes), controls));
}
#else
CSCAN_INLINE uint32_t cscan_string_stops(const uint8_t *p) { return cscan_string_stops_portable(p); }
#endif

/// The first quote, backslash or control byte at or after `p`. A line feed is a control byte, so a line always ends it.
CSCAN_INLINE const uint8_t *cscan_string_end(const uint8_t *p) {
    for (;;) {
        uint32_t mask = cscan_string_stops(p);
        if (mask) return p + __builtin_ctz(mask);
        p += 16;
    }
}

/// Eight bytes as a little-endian word, at any alignment.
CSCAN_INLINE uint64_t cscan_word(const void *p) {
    uint64_t word;
    memcpy(&word, p, 8);
    return word;
}

/// The next line feed in [p, end), or NULL.
CSCAN_INLINE const uint8_t *cscan_line_feed(const uint8_t *p, const uint8_t *end) {
    return (const uint8_t *)memchr(p, '\n', (size_t)(end - p));
}

#endif
