// Sixteen bytes at a time: all that the kernels ask of a machine, three times over.
//
// The portable version says what the others must do; `make check-kernels` holds the kernels built on each against one another.
#ifndef PLUMBLINE_VECTOR_H
#define PLUMBLINE_VECTOR_H

#include <stdint.h>
#include <string.h>

#define VECTOR_INLINE static inline __attribute__((always_inline, unused))

#if defined(__SSE2__) && !defined(CSCAN_PORTABLE) && !defined(CSCAN_NEON)
#include <emmintrin.h>

typedef __m128i bytes16;

VECTOR_INLINE bytes16 load16(const uint8_t *p) { return _mm_loadu_si128((const __m128i *)p); }
VECTOR_INLINE bytes16 splat(uint8_t byte) { return _mm_set1_epi8((char)byte); }
VECTOR_INLINE bytes16 none(void) { return _mm_setzero_si128(); }
/// Each byte: 0xff where they are equal, 0 elsewhere.
VECTOR_INLINE bytes16 equal(bytes16 a, bytes16 b) { return _mm_cmpeq_epi8(a, b); }
VECTOR_INLINE bytes16 at_most(bytes16 a, bytes16 b) { return _mm_cmpeq_epi8(_mm_min_epu8(a, b), a); }
VECTOR_INLINE bytes16 either(bytes16 a, bytes16 b) { return _mm_or_si128(a, b); }
/// b where a is not.
VECTOR_INLINE bytes16 without(bytes16 a, bytes16 b) { return _mm_andnot_si128(a, b); }
/// Whether any bit is set.
VECTOR_INLINE int has_any(bytes16 a) { return _mm_movemask_epi8(_mm_cmpeq_epi8(a, none())) != 0xffff; }
/// A bit for each byte of a result of `equal`.
VECTOR_INLINE uint64_t bits16(bytes16 a) { return (uint32_t)_mm_movemask_epi8(a); }

#elif defined(__aarch64__) || defined(CSCAN_NEON)
#if defined(__aarch64__)
#include <arm_neon.h>
#else
// Only to try this version on another machine.
#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/arm/neon.h>
#endif

typedef uint8x16_t bytes16;

VECTOR_INLINE bytes16 load16(const uint8_t *p) { return vld1q_u8(p); }
VECTOR_INLINE bytes16 splat(uint8_t byte) { return vdupq_n_u8(byte); }
VECTOR_INLINE bytes16 none(void) { return vdupq_n_u8(0); }
VECTOR_INLINE bytes16 equal(bytes16 a, bytes16 b) { return vceqq_u8(a, b); }
VECTOR_INLINE bytes16 at_most(bytes16 a, bytes16 b) { return vcleq_u8(a, b); }
VECTOR_INLINE bytes16 either(bytes16 a, bytes16 b) { return vorrq_u8(a, b); }
VECTOR_INLINE bytes16 without(bytes16 a, bytes16 b) { return vbicq_u8(b, a); }
VECTOR_INLINE int has_any(bytes16 a) { return vmaxvq_u8(a) != 0; }
VECTOR_INLINE uint64_t bits16(bytes16 a) {
    static const uint8_t weights[16] = {1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128};
    uint8x16_t weighed = vandq_u8(a, vld1q_u8(weights));
    return (uint64_t)vaddv_u8(vget_low_u8(weighed)) | (uint64_t)vaddv_u8(vget_high_u8(weighed)) << 8;
}

#else

typedef struct {
    uint8_t byte[16];
} bytes16;

#define EACH_BYTE(expression) \
    bytes16 result; \
    for (int i = 0; i < 16; i++) result.byte[i] = (uint8_t)(expression); \
    return result

VECTOR_INLINE bytes16 load16(const uint8_t *p) { EACH_BYTE(p[i]); }
VECTOR_INLINE bytes16 splat(uint8_t byte) { EACH_BYTE(byte); }
VECTOR_INLINE bytes16 none(void) { EACH_BYTE(0); }
VECTOR_INLINE bytes16 equal(bytes16 a, bytes16 b) { EACH_BYTE(a.byte[i] == b.byte[i] ? 0xff : 0); }
VECTOR_INLINE bytes16 at_most(bytes16 a, bytes16 b) { EACH_BYTE(a.byte[i] <= b.byte[i] ? 0xff : 0); }
VECTOR_INLINE bytes16 either(bytes16 a, bytes16 b) { EACH_BYTE(a.byte[i] | b.byte[i]); }
VECTOR_INLINE bytes16 without(bytes16 a, bytes16 b) { EACH_BYTE(~a.byte[i] & b.byte[i]); }
VECTOR_INLINE int has_any(bytes16 a) {
    for (int i = 0; i < 16; i++) {
        if (a.byte[i]) return 1;
    }
    return 0;
}
VECTOR_INLINE uint64_t bits16(bytes16 a) {
    uint64_t bits = 0;
    for (int i = 0; i < 16; i++) bits |= (uint64_t)(a.byte[i] & 1) << i;
    return bits;
}

#endif

// On x86-64 the same code is compiled a second time for AVX2 machines: the encoding of the newer instructions alone
// saves copies, and the first set bit costs one instruction less. Chosen once a block.
#if defined(__x86_64__) && !defined(CSCAN_PORTABLE) && !defined(CSCAN_NEON) && !defined(CSCAN_NO_AVX2)
#define CSCAN_HAS_AVX2 1
#include <immintrin.h>
#define AVX2_TARGET __attribute__((target("avx2,bmi,bmi2")))
#define AVX2_INLINE AVX2_TARGET static inline __attribute__((always_inline, unused))
VECTOR_INLINE int has_avx2(void) {
    return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi") && __builtin_cpu_supports("bmi2");
}
#endif

#endif
