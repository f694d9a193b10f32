// Lines of one shape, four or eight side by side.
//
// The lines take the same steps in the same order, so nothing branches on what stands in them: the machine works on
// all of them at once, and a line that differs only sets bits in a word of its own. Why that is right, and safe:
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
        size_t hop = hop32(p, stop);
        p += hop;
        if (hop < 32) break;
    }
    return p;
}

#define HOP32(p) hop32(p, stop)
#define HOP64(p) hop64(p, stop)
#define MATCH_TARGET
#define MATCH_NAME match4
#define LANES 4
#include "MatchLines.h"

static uint64_t match(
    const cscan_step *steps, size_t step_count, const cscan_line *lines, const uint16_t *chosen, size_t count,
    cscan_span *columns, cscan_skip skip
) {
    uint64_t failed = 0;
    for (size_t first = 0; first < count; first += 4) {
        failed |= match4(steps, step_count, lines, chosen + first, count - first, columns + first, skip) << first;
    }
    return failed;
}

#if CSCAN_HAS_AVX2
#undef HOP32
#undef HOP64
#undef MATCH_TARGET
AVX2_INLINE size_t hop32_avx2(const uint8_t *p, __m256i stop) {
    uint32_t bits = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(_mm256_loadu_si256((const __m256i *)p), stop));
    return (size_t)_tzcnt_u32(bits);
}
AVX2_INLINE size_t hop64_avx2(const uint8_t *p, __m256i stop) {
    __m256i low = _mm256_loadu_si256((const __m256i *)p), high = _mm256_loadu_si256((const __m256i *)(p + 32));
    uint64_t bits = (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, stop))
        | (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, stop)) << 32;
    return (size_t)_tzcnt_u64(bits);
}
#define HOP32(p) hop32_avx2(p, _mm256_set1_epi8((char)step->stop))
#define HOP64(p) hop64_avx2(p, _mm256_set1_epi8((char)step->stop))
#define MATCH_TARGET AVX2_TARGET
#define MATCH_NAME match4_avx2
#define LANES 4
#include "MatchLines.h"
#define MATCH_NAME match8_avx2
#define LANES 8
#include "MatchLines.h"

AVX2_TARGET static uint64_t match_avx2(
    const cscan_step *steps, size_t step_count, const cscan_line *lines, const uint16_t *chosen, size_t count,
    cscan_span *columns, cscan_skip skip
) {
    uint64_t failed = 0;
    size_t first = 0;
    for (; count - first > 4; first += 8) {
        failed |= match8_avx2(steps, step_count, lines, chosen + first, count - first, columns + first, skip) << first;
        if (count - first <= 8) return failed;
    }
    if (first < count) {
        failed |= match4_avx2(steps, step_count, lines, chosen + first, count - first, columns + first, skip) << first;
    }
    return failed;
}
#endif

uint64_t cscan_match(
    const cscan_step *steps, size_t step_count, const cscan_line *lines, const uint16_t *chosen, size_t count,
    cscan_span *columns, cscan_skip skip
) {
    uint64_t failed;
#if CSCAN_HAS_AVX2
    if (has_avx2()) {
        failed = match_avx2(steps, step_count, lines, chosen, count, columns, skip);
    } else
#endif
    failed = match(steps, step_count, lines, chosen, count, columns, skip);
    return count < 64 ? failed & (((uint64_t)1 << count) - 1) : failed;
}
