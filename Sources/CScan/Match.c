// Lines of one shape, four side by side.
//
// Four lines take the same steps in the same order, so nothing branches on what stands in them: the machine works on
// all four at once, and a line that differs only sets bits in a word of its own. Why that is right, and safe:
//
// - The lines hold no backslash and no control byte, so a text ends at its first quote, whatever it holds.
// - Cursors only move forward, and a line matches only if its cursor ends exactly behind its line feed: so it never was
//   behind it, and every literal was found inside the line. The last literal ends with the line feed.
// - A literal's first byte is the stop that the hop sought: a hop that has not found it is a difference.
// - A line that differs goes on to the end, somewhere in the lines behind it, and nobody uses what it finds. How far it
//   can come is known beforehand (`cscan_reach`), and the caller sees to it that this can be read.
#include "CScan.h"
#include "Vector.h"

/// Bytes to the first stop; the width where there is none.
VECTOR_INLINE size_t hop16(const uint8_t *p, bytes16 stop) {
    return (size_t)__builtin_ctzll(bits16(equal(load16(p), stop)) | (uint64_t)1 << 16);
}
VECTOR_INLINE size_t hop32(const uint8_t *p, bytes16 stop) {
    uint64_t bits = bits16(equal(load16(p), stop)) | bits16(equal(load16(p + 16), stop)) << 16;
    return (size_t)__builtin_ctzll(bits | (uint64_t)1 << 32);
}
VECTOR_INLINE size_t hop64(const uint8_t *p, bytes16 stop) {
    uint64_t bits = bits16(equal(load16(p), stop)) | bits16(equal(load16(p + 16), stop)) << 16
        | bits16(equal(load16(p + 32), stop)) << 32 | bits16(equal(load16(p + 48), stop)) << 48;
    return bits ? (size_t)__builtin_ctzll(bits) : 64;
}

/// To the stop or the line's end, however far it is: the one hop that branches on the line.
VECTOR_INLINE const uint8_t *seek(const uint8_t *p, bytes16 stop, const uint8_t *end) {
    while (p < end) {
        size_t hop = hop16(p, stop);
        p += hop;
        if (hop < 16) break;
    }
    return p;
}

#define HOP16(p) hop16(p, stop)
#define HOP32(p) hop32(p, stop)
#define HOP64(p) hop64(p, stop)
#define MATCH_NAME match_lines
#define MATCH_TARGET
#include "MatchLines.h"

#if CSCAN_HAS_AVX2
#undef HOP32
#undef HOP64
#undef MATCH_NAME
#undef MATCH_TARGET
AVX2_TARGET static inline __attribute__((always_inline)) size_t hop32_avx2(const uint8_t *p, __m256i stop) {
    uint32_t bits = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_loadu_si256((const __m256i *)p), stop));
    return (size_t)_tzcnt_u32(bits);
}
AVX2_TARGET static inline __attribute__((always_inline)) size_t hop64_avx2(const uint8_t *p, __m256i stop) {
    __m256i low = _mm256_loadu_si256((const __m256i *)p), high = _mm256_loadu_si256((const __m256i *)(p + 32));
    uint64_t bits = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, stop))
        | (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, stop)) << 32;
    return (size_t)_tzcnt_u64(bits);
}
#define HOP32(p) hop32_avx2(p, _mm256_set1_epi8((char)step->stop))
#define HOP64(p) hop64_avx2(p, _mm256_set1_epi8((char)step->stop))
#define MATCH_NAME match_lines_avx2
#define MATCH_TARGET AVX2_TARGET
#include "MatchLines.h"
#endif

uint64_t cscan_match(
    const cscan_step *steps, size_t step_count, const cscan_line *lines, const uint16_t *chosen, size_t count,
    cscan_span *columns, cscan_skip skip
) {
#if CSCAN_HAS_AVX2
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi")) {
        return match_lines_avx2(steps, step_count, lines, chosen, count, columns, skip);
    }
#endif
    return match_lines(steps, step_count, lines, chosen, count, columns, skip);
}
