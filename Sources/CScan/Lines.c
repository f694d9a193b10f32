// Where the lines of a block end: the one look that every byte gets.
#include "CScan.h"
#include "Stops.h"

/// Of 64 bytes, which are line feeds.
VECTOR_INLINE uint64_t feeds64(const uint8_t *p) {
    bytes16 feed = splat('\n');
    return bits64(
        equal(load16(p), feed), equal(load16(p + 16), feed), equal(load16(p + 32), feed), equal(load16(p + 48), feed));
}

#if CSCAN_HAS_AVX2
AVX2_INLINE uint64_t feeds64_avx2(const uint8_t *p) {
    __m256i low = _mm256_loadu_si256((const __m256i *)p), high = _mm256_loadu_si256((const __m256i *)(p + 32));
    __m256i feed = _mm256_set1_epi8('\n');
    return (uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(low, feed))
        | (uint64_t)(uint32_t)_mm256_movemask_epi8(_mm256_cmpeq_epi8(high, feed)) << 32;
}
#endif

/// Writes down the lines that end at the feeds, of which a line is odd that another stop lies in. The open line begins
/// at `lines[count].start`; `odd_before` is what it has shown before these 64 bytes.
static size_t note_lines(
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

// The same text for each width of load. Nearly all of 64 bytes hold no stop, or one feed.
#define NOTE_LINES(FEEDS) \
    { \
        const uint8_t *first = p + __builtin_ctzll(stops); \
        if ((stops & (stops - 1)) == 0 && *first == '\n') { \
            lines[count].end = first; \
            lines[count].is_odd = odd_before; \
            lines[count + 1].start = first + 1; \
            odd_before = 0; \
            count++; \
        } else { \
            uint64_t feeds = FEEDS(p) & stops; \
            count = note_lines(p, feeds, stops ^ feeds, &odd_before, lines, count, limit); \
        } \
        if (count == limit) return count; \
    }
#define FIND_LINES(FEEDS, STOPS, HAS_STOPS) \
    size_t count = 0; \
    uint64_t odd_before = 0; \
    const uint8_t *p = start; \
    lines[0].start = start; \
    for (const uint8_t *last = end - (end - p) % 64; p != last; p += 64) { \
        if (!HAS_STOPS(p)) continue; \
        uint64_t stops = STOPS(p); \
        __builtin_assume(stops != 0); \
        NOTE_LINES(FEEDS) \
    } \
    uint64_t stops = p != end ? STOPS(p) & (((uint64_t)1 << (end - p)) - 1) : 0; \
    if (stops) NOTE_LINES(FEEDS) \
    return count

VECTOR_INLINE int has_stops64(const uint8_t *p) { return stops64(p) != 0; }

static size_t find_lines(const uint8_t *start, const uint8_t *end, cscan_line *lines, size_t limit) {
    FIND_LINES(feeds64, stops64, has_stops64);
}

#if CSCAN_HAS_AVX2
AVX2_TARGET static size_t find_lines_avx2(const uint8_t *start, const uint8_t *end, cscan_line *lines, size_t limit) {
    FIND_LINES(feeds64_avx2, stops64_avx2, has_stops64_avx2);
}
#endif

size_t cscan_lines(const uint8_t *start, const uint8_t *end, cscan_line *lines, size_t limit) {
#if CSCAN_HAS_AVX2
    if (has_avx2()) return find_lines_avx2(start, end, lines, limit);
#endif
    return find_lines(start, end, lines, limit);
}
