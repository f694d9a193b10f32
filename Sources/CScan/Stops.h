// Backslashes and control bytes, line feeds among them: all that keeps a line from being what it looks like.
#ifndef PLUMBLINE_STOPS_H
#define PLUMBLINE_STOPS_H

#include "Vector.h"

VECTOR_INLINE bytes16 stops16(const uint8_t *p) {
    bytes16 bytes = load16(p);
    return either(equal(bytes, splat('\\')), at_most(bytes, splat(0x1f)));
}
VECTOR_INLINE uint64_t bits64(bytes16 a, bytes16 b, bytes16 c, bytes16 d) {
    return bits16(a) | bits16(b) << 16 | bits16(c) << 32 | bits16(d) << 48;
}
VECTOR_INLINE uint64_t stops64(const uint8_t *p) {
    return bits64(stops16(p), stops16(p + 16), stops16(p + 32), stops16(p + 48));
}

#if CSCAN_HAS_AVX2
/// What is no stop has its highest bit set.
AVX2_INLINE __m256i others_avx2(const uint8_t *p) {
    __m256i bytes = _mm256_loadu_si256((const __m256i *)p);
    __m256i above = _mm256_adds_epu8(bytes, _mm256_set1_epi8(0x60));
    // Else the compiler makes two comparisons of the sum's sign.
    __asm__("" : "+x"(above));
    return _mm256_andnot_si256(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\\')), above);
}
AVX2_INLINE uint32_t others32_avx2(const uint8_t *p) { return (uint32_t)_mm256_movemask_epi8(others_avx2(p)); }
AVX2_INLINE int has_stops64_avx2(const uint8_t *p) {
    return _mm256_movemask_epi8(_mm256_and_si256(others_avx2(p), others_avx2(p + 32))) != -1;
}
AVX2_INLINE uint64_t stops64_avx2(const uint8_t *p) {
    return ~(others32_avx2(p) | (uint64_t)others32_avx2(p + 32) << 32);
}
#endif

#endif
