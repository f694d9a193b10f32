// Where the lines of a block end: the one look that every byte gets.
#include "CScan.h"
#include "Vector.h"

VECTOR_INLINE uint64_t bits64(bytes16 a, bytes16 b, bytes16 c, bytes16 d) {
    return bits16(a) | bits16(b) << 16 | bits16(c) << 32 | bits16(d) << 48;
}

/// Of 64 bytes, which are line feeds.
VECTOR_INLINE uint64_t feeds64(const uint8_t *p) {
    bytes16 feed = splat('\n');
    return bits64(
        equal(load16(p), feed), equal(load16(p + 16), feed), equal(load16(p + 32), feed), equal(load16(p + 48), feed));
}

/// A backslash or a control byte, line feeds among them.
VECTOR_INLINE bytes16 stops16(const uint8_t *p) {
    bytes16 bytes = load16(p);
    return either(equal(bytes, splat('\\')), at_most(bytes, splat(0x1f)));
}

VECTOR_INLINE uint64_t stops64(const uint8_t *p) {
    return bits64(stops16(p), stops16(p + 16), stops16(p + 32), stops16(p + 48));
}

/// Whether a stop is no line feed.
VECTOR_INLINE int has_odd64(const uint8_t *p) { return (stops64(p) ^ feeds64(p)) != 0; }

#if CSCAN_HAS_AVX2
#define AVX2_INLINE AVX2_TARGET static inline __attribute__((always_inline))

AVX2_INLINE uint64_t bits64_avx2(__m256i low, __m256i high) {
    return (uint32_t)_mm256_movemask_epi8(low) | (uint64_t)(uint32_t)_mm256_movemask_epi8(high) << 32;
}

AVX2_INLINE uint64_t feeds64_avx2(const uint8_t *p) {
    __m256i low = _mm256_loadu_si256((const __m256i *)p), high = _mm256_loadu_si256((const __m256i *)(p + 32));
    __m256i feed = _mm256_set1_epi8('\n');
    return bits64_avx2(_mm256_cmpeq_epi8(low, feed), _mm256_cmpeq_epi8(high, feed));
}

AVX2_INLINE __m256i stops32_avx2(const uint8_t *p) {
    __m256i bytes = _mm256_loadu_si256((const __m256i *)p);
    __m256i controls = _mm256_cmpeq_epi8(_mm256_min_epu8(bytes, _mm256_set1_epi8(0x1f)), bytes);
    return _mm256_or_si256(_mm256_cmpeq_epi8(bytes, _mm256_set1_epi8('\\')), controls);
}

AVX2_INLINE uint64_t stops64_avx2(const uint8_t *p) { return bits64_avx2(stops32_avx2(p), stops32_avx2(p + 32)); }

AVX2_INLINE int has_odd64_avx2(const uint8_t *p) {
    __m256i low = _mm256_loadu_si256((const __m256i *)p), high = _mm256_loadu_si256((const __m256i *)(p + 32));
    __m256i feed = _mm256_set1_epi8('\n');
    __m256i odd_low = _mm256_xor_si256(stops32_avx2(p), _mm256_cmpeq_epi8(low, feed));
    __m256i odd_high = _mm256_xor_si256(stops32_avx2(p + 32), _mm256_cmpeq_epi8(high, feed));
    __m256i odd = _mm256_or_si256(odd_low, odd_high);
    return !_mm256_testz_si256(odd, odd);
}
#endif

/// Writes down the lines that end at the feeds, of which a line is odd that another stop lies in. The open line begins
/// at `lines[count].start`; `odd_before` is what it has shown before these 64 bytes.
static size_t note_odd_lines(
    const uint8_t *p, uint64_t feeds, uint64_t odd, uint64_t *odd_before, cscan_line *lines, size_t count, size_t limit
) {
    while (feeds && count < limit) {
        uint64_t passed = (feeds & -feeds) - 1;
        lines[count].end = p + __builtin_ctzll(feeds);
        lines[count].is_odd = *odd_before | ((odd & passed) != 0);
        lines[count + 1].start = lines[count].end + 1;
        *odd_before = 0;
        odd &= ~passed;
        feeds &= feeds - 1;
        count++;
    }
    *odd_before |= odd != 0;
    return count;
}

// The same text for each width of load. Nearly all of 64 bytes hold no stop but a feed now and then.
#define NOTE_LINES(FEEDS, STOPS, HAS_ODD, INSIDE) \
    { \
        uint64_t feeds = FEEDS(p) & (INSIDE); \
        if (HAS_ODD(p)) { \
            uint64_t odd = (STOPS(p) & (INSIDE)) ^ feeds; \
            count = note_odd_lines(p, feeds, odd, &odd_before, lines, count, limit); \
        } else if (feeds) { \
            cscan_line *line = lines + count; \
            line->is_odd = odd_before; \
            odd_before = 0; \
            do { \
                line->end = p + __builtin_ctzll(feeds); \
                line[1].start = line->end + 1; \
                line[1].is_odd = 0; \
                feeds &= feeds - 1; \
                line++; \
            } while (feeds && line != lines + limit); \
            count = (size_t)(line - lines); \
        } \
        if (count == limit) return count; \
    }
#define FIND_LINES(FEEDS, STOPS, HAS_ODD) \
    size_t count = 0; \
    uint64_t odd_before = 0; \
    const uint8_t *p = start; \
    lines[0].start = start; \
    for (const uint8_t *last = end - (end - p) % 64; p != last; p += 64) { \
        NOTE_LINES(FEEDS, STOPS, HAS_ODD, ~(uint64_t)0) \
    } \
    if (p != end) NOTE_LINES(FEEDS, STOPS, HAS_ODD, ((uint64_t)1 << (end - p)) - 1) \
    return count

static size_t find_lines(const uint8_t *start, const uint8_t *end, cscan_line *lines, size_t limit) {
    FIND_LINES(feeds64, stops64, has_odd64);
}

#if CSCAN_HAS_AVX2
AVX2_TARGET static size_t find_lines_avx2(const uint8_t *start, const uint8_t *end, cscan_line *lines, size_t limit) {
    FIND_LINES(feeds64_avx2, stops64_avx2, has_odd64_avx2);
}
#endif

size_t cscan_lines(const uint8_t *start, const uint8_t *end, cscan_line *lines, size_t limit) {
#if CSCAN_HAS_AVX2
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("bmi")) return find_lines_avx2(start, end, lines, limit);
#endif
    return find_lines(start, end, lines, limit);
}
