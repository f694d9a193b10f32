// Byte comparisons 16 at a time, header-only so that they inline into Swift.
//
// Every function may read up to 16 bytes behind the byte it stops at: callers keep that much readable memory behind
// their data. The portable versions define what the others must equal.
#ifndef PLUMBLINE_CSCAN_H
#define PLUMBLINE_CSCAN_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

// CSCAN_NEON and CSCAN_PORTABLE are for `make check-kernels`, which tries those versions on another machine.
#if defined(CSCAN_PORTABLE)
#elif defined(CSCAN_NEON)
#define SIMDE_ENABLE_NATIVE_ALIASES
#include <simde/arm/neon.h>
#define CSCAN_HAS_NEON 1
#elif defined(__SSE2__)
#include <emmintrin.h>
#define CSCAN_HAS_SSE2 1
#elif defined(__aarch64__)
#include <arm_neon.h>
#define CSCAN_HAS_NEON 1
#endif

#define CSCAN_INLINE static inline __attribute__((always_inline))

#pragma clang assume_nonnull begin

/// A mask with bit i set where byte i of the 16 at `p` is a quote, a backslash or below 0x20.
CSCAN_INLINE uint32_t cscan_string_stops_portable(const uint8_t *p) {
    uint32_t mask = 0;
    for (int i = 0; i < 16; i++) {
        mask |= (uint32_t)(p[i] == '"' || p[i] == '\\' || p[i] < 0x20) << i;
    }
    return mask;
}

#if CSCAN_HAS_SSE2
CSCAN_INLINE uint32_t cscan_string_stops(const uint8_t *p) {
    __m128i bytes = _mm_loadu_si128((const __m128i *)p);
    __m128i quotes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
    __m128i slashes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
    __m128i controls = _mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(0x1f)), bytes);
    return (uint32_t)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(quotes, slashes), controls));
}
#elif CSCAN_HAS_NEON
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

/// A mask with bit i set where byte i of the 16 at `p` is the stop, a backslash or a line feed.
CSCAN_INLINE uint32_t cscan_text_stops_portable(const uint8_t *p, uint8_t stop) {
    uint32_t mask = 0;
    for (int i = 0; i < 16; i++) {
        mask |= (uint32_t)(p[i] == stop || p[i] == '\\' || p[i] == '\n') << i;
    }
    return mask;
}

#if CSCAN_HAS_SSE2
CSCAN_INLINE uint32_t cscan_text_stops(const uint8_t *p, uint8_t stop) {
    __m128i bytes = _mm_loadu_si128((const __m128i *)p);
    __m128i stops = _mm_cmpeq_epi8(bytes, _mm_set1_epi8((char)stop));
    __m128i slashes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
    __m128i ends = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\n'));
    return (uint32_t)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(stops, slashes), ends));
}
#elif CSCAN_HAS_NEON
CSCAN_INLINE uint32_t cscan_text_stops(const uint8_t *p, uint8_t stop) {
    uint8x16_t bytes = vld1q_u8(p);
    uint8x16_t stops = vceqq_u8(bytes, vdupq_n_u8(stop));
    uint8x16_t slashes = vceqq_u8(bytes, vdupq_n_u8('\\'));
    uint8x16_t ends = vceqq_u8(bytes, vdupq_n_u8('\n'));
    return cscan_neon_mask(vorrq_u8(vorrq_u8(stops, slashes), ends));
}
#else
CSCAN_INLINE uint32_t cscan_text_stops(const uint8_t *p, uint8_t stop) { return cscan_text_stops_portable(p, stop); }
#endif

/// The first such byte at or after `p`: the stop, a backslash or the line feed.
CSCAN_INLINE const uint8_t *cscan_text_end(const uint8_t *p, uint8_t stop) {
    for (;;) {
        uint32_t mask = cscan_text_stops(p, stop);
        if (mask) return p + __builtin_ctz(mask);
        p += 16;
    }
}

/// Whether the bytes are ASCII without control bytes. 16 bytes behind them are readable.
CSCAN_INLINE int cscan_is_plain_portable(const uint8_t *p, size_t count) {
    uint8_t odd = 0;
    for (size_t i = 0; i < count; i++) odd |= p[i] < 0x20 || p[i] >= 0x80;
    return odd == 0;
}

#if CSCAN_HAS_SSE2
CSCAN_INLINE int cscan_is_plain(const uint8_t *p, size_t count) {
    for (size_t place = 0; place < count; place += 16) {
        // As signed bytes, those from 0x80 on are below 0x20, too.
        __m128i odd = _mm_cmplt_epi8(_mm_loadu_si128((const __m128i *)(p + place)), _mm_set1_epi8(0x20));
        uint32_t kept = count - place < 16 ? (1u << (count - place)) - 1 : 0xffff;
        if ((uint32_t)_mm_movemask_epi8(odd) & kept) return 0;
    }
    return 1;
}
#else
CSCAN_INLINE int cscan_is_plain(const uint8_t *p, size_t count) { return cscan_is_plain_portable(p, count); }
#endif

/// Of the 16 bytes at `p`, those that are one of the two.
CSCAN_INLINE uint32_t cscan_places_portable(const uint8_t *p, uint8_t one, uint8_t other) {
    uint32_t mask = 0;
    for (int i = 0; i < 16; i++) mask |= (uint32_t)(p[i] == one || p[i] == other) << i;
    return mask;
}

/// Of the 16 bytes at `p`, those that a segment without a parameter does not hold: digits, `:;@%` and no ASCII.
CSCAN_INLINE uint32_t cscan_segment_stops_portable(const uint8_t *p) {
    uint32_t mask = 0;
    for (int i = 0; i < 16; i++) {
        mask |= (uint32_t)((p[i] >= '0' && p[i] <= ';') || p[i] == '@' || p[i] == '%' || p[i] >= 0x80) << i;
    }
    return mask;
}

#if CSCAN_HAS_SSE2
CSCAN_INLINE uint32_t cscan_places(const uint8_t *p, uint8_t one, uint8_t other) {
    __m128i bytes = _mm_loadu_si128((const __m128i *)p);
    __m128i ones = _mm_cmpeq_epi8(bytes, _mm_set1_epi8((char)one));
    return (uint32_t)_mm_movemask_epi8(_mm_or_si128(ones, _mm_cmpeq_epi8(bytes, _mm_set1_epi8((char)other))));
}
CSCAN_INLINE uint32_t cscan_segment_stops(const uint8_t *p) {
    __m128i bytes = _mm_loadu_si128((const __m128i *)p);
    __m128i digits = _mm_sub_epi8(bytes, _mm_set1_epi8('0'));
    digits = _mm_cmpeq_epi8(_mm_min_epu8(digits, _mm_set1_epi8(';' - '0')), digits);
    __m128i ats = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('@'));
    __m128i escapes = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('%'));
    // The highest bit of the bytes themselves tells those from 0x80 on.
    return (uint32_t)_mm_movemask_epi8(_mm_or_si128(_mm_or_si128(digits, ats), _mm_or_si128(escapes, bytes)));
}
#else
CSCAN_INLINE uint32_t cscan_places(const uint8_t *p, uint8_t one, uint8_t other) {
    return cscan_places_portable(p, one, other);
}
CSCAN_INLINE uint32_t cscan_segment_stops(const uint8_t *p) { return cscan_segment_stops_portable(p); }
#endif

/// The first byte at or behind `p` that is a blank or a control byte.
CSCAN_INLINE const uint8_t *cscan_word_end_portable(const uint8_t *p) {
    while (*p > ' ') p++;
    return p;
}

#if CSCAN_HAS_SSE2
CSCAN_INLINE const uint8_t *cscan_word_end(const uint8_t *p) {
    for (;; p += 16) {
        __m128i bytes = _mm_loadu_si128((const __m128i *)p);
        uint32_t ends = (uint32_t)_mm_movemask_epi8(_mm_cmpeq_epi8(_mm_min_epu8(bytes, _mm_set1_epi8(' ')), bytes));
        if (ends) return p + __builtin_ctz(ends);
    }
}
#else
CSCAN_INLINE const uint8_t *cscan_word_end(const uint8_t *p) { return cscan_word_end_portable(p); }
#endif

/// The first place that holds one of the two; `count` where none does. 16 bytes behind are readable.
CSCAN_INLINE size_t cscan_place_of(const uint8_t *p, size_t count, uint8_t one, uint8_t other) {
    for (size_t place = 0; place < count; place += 16) {
        uint32_t mask = cscan_places(p + place, one, other);
        if (mask) {
            place += (size_t)__builtin_ctz(mask);
            return place < count ? place : count;
        }
    }
    return count;
}

/// Whether the bytes may hold a parameter of a path; 16 behind them are readable.
CSCAN_INLINE int cscan_has_segment_stop(const uint8_t *p, size_t count) {
    for (size_t place = 0; place < count; place += 16) {
        uint32_t kept = count - place < 16 ? (1u << (count - place)) - 1 : 0xffff;
        if (cscan_segment_stops(p + place) & kept) return 1;
    }
    return 0;
}

/// Eight bytes as a little-endian word, at any alignment.
CSCAN_INLINE uint64_t cscan_word(const void *p) {
    uint64_t word;
    memcpy(&word, p, 8);
    return word;
}

/// A line without its line feed, which stands at `end`.
typedef struct {
    const uint8_t *start, *end;
    /// It holds a backslash or a control byte: what stands between two quotes may not be a text.
    uint64_t is_odd;
} cscan_line;

/// The lines that end in [start, end), at most `limit` (1 or more) of them; returns how many. 64 bytes behind `end` are
/// readable, and `lines` has room for one more.
size_t cscan_lines(const uint8_t *start, const uint8_t *end, cscan_line *lines, size_t limit);

/// What an escape's bytes become in a copy; no literal of a step has it.
enum { CSCAN_BLANK = 0xff };

/// Copies the line with its line feed, its escapes blanked: what `cscan_match` finds in the copy stands at the same
/// place of the line. Returns 0 where a control byte stands, or a backslash that begins no escape.
///
/// 64 bytes behind the line's end are readable, and as many behind the copy's writable.
int cscan_blank_escapes(const cscan_line *line, uint8_t *copy);

/// Where a value stands in a line.
typedef struct {
    const uint8_t *start, *end;
} cscan_span;

/// How a step gets over a value: not at all, to the next stop within so many bytes or anywhere, or by `cscan_skip`.
enum { CSCAN_HOP_NONE, CSCAN_HOP_32, CSCAN_HOP_64, CSCAN_HOP_LONG, CSCAN_HOP_VALUE };

enum { CSCAN_LITERAL_BYTES = 16, CSCAN_COLUMN_LINES = 64 };

/// One value and the literal behind it.
typedef struct {
    uint8_t literal[CSCAN_LITERAL_BYTES];
    /// 0xff for every byte that the literal has.
    uint8_t mask[CSCAN_LITERAL_BYTES];
    uint8_t literal_count;
    uint8_t hop;
    uint8_t stop;
    /// Where the value is wanted; -1: nowhere.
    int8_t column;
} cscan_step;

/// From the first byte of a value to behind it, or to the line's end where no value begins.
typedef const uint8_t *_Nonnull (*cscan_skip)(const uint8_t *value, const uint8_t *end);

/// Matches up to CSCAN_COLUMN_LINES of the lines against the steps of their shape; returns a bit for each that differs.
///
/// `chosen` are the places of the lines, none of them odd. Behind each line's end, as many bytes are readable as its
/// steps' hops and literals come to (`cscan_reach`), and 64. The values of the n-th line are the n-th spans of the
/// columns, which stand CSCAN_COLUMN_LINES apart.
uint64_t cscan_match(
    const cscan_step *steps, size_t step_count, const cscan_line *lines, const uint16_t *chosen, size_t count,
    cscan_span *columns, cscan_skip skip);

/// Of the values that were found in copies, a bit for each that holds what may be an escape. 16 bytes behind each are
/// readable.
uint64_t cscan_blanked(const cscan_span *values, size_t count);

/// Moves each value by so many bytes.
void cscan_move(cscan_span *values, size_t count, const ptrdiff_t *distances);

/// How far behind a line's end a step can take a line that differs.
CSCAN_INLINE size_t cscan_reach(const cscan_step *step) {
    size_t width = step->hop == CSCAN_HOP_32 || step->hop == CSCAN_HOP_LONG ? 32 : step->hop == CSCAN_HOP_64 ? 64 : 0;
    return width + step->literal_count;
}

/// Whether what stands at `p` is not the step's literal; may read 16 bytes.
CSCAN_INLINE int cscan_differs(const uint8_t *p, const cscan_step *step) {
    uint64_t wrong = 0;
    for (int place = 0; place < CSCAN_LITERAL_BYTES; place += 8) {
        uint64_t bytes, literal, mask;
        memcpy(&bytes, p + place, 8);
        memcpy(&literal, step->literal + place, 8);
        memcpy(&mask, step->mask + place, 8);
        wrong |= (bytes ^ literal) & mask;
    }
    return wrong != 0;
}

/// Whether the first 8 bytes at `p` are not the step's, as far as it has them.
CSCAN_INLINE uint64_t cscan_differs8(const uint8_t *p, const cscan_step *step) {
    uint64_t bytes, literal, mask;
    memcpy(&bytes, p, 8);
    memcpy(&literal, step->literal, 8);
    memcpy(&mask, step->mask, 8);
    return (bytes ^ literal) & mask;
}

/// The values of a group's column on their way into records, which stand CSCAN_RECORD_BYTES apart.
typedef struct {
    const cscan_span *values;
    /// The n-th value's record, counted from the one of `field`.
    const uint16_t *places;
    size_t count;
    uint8_t *field;
} cscan_column;

enum { CSCAN_RECORD_BYTES = 64 };

// Each reads what it can and returns a bit for every other value, whose field it leaves alone. 64 bytes behind the
// beginning of a value are readable. A value holds no backslash and no control byte, save one of `cscan_names`,
// `cscan_repeated_names` and `cscan_words`.

/// Numbers of up to eight characters, at most `power` digits behind the point (up to 9), times ten to the `power`, up to
/// `most`; into a field of eight bytes.
uint64_t cscan_decimals(const cscan_column *column, size_t power, int64_t most);

/// Three digits, 100 to 599.
uint64_t cscan_statuses(const cscan_column *column);

/// `yyyy-mm-ddThh:mm`, and the seconds since the epoch at which it begins.
typedef struct {
    uint64_t text[2];
    int64_t seconds;
} cscan_minute;

/// Times in UTC in that minute, up to `latest`, with milliseconds or microseconds; as nanoseconds.
uint64_t cscan_instants(const cscan_column *column, const cscan_minute *minute, int64_t latest);

/// A text of one to eight bytes as a number, its first byte lowest; 0: empty.
typedef struct {
    uint64_t word;
    uint8_t value;
} cscan_known_word;

enum { CSCAN_WORD_PLACES = 64 };

CSCAN_INLINE size_t cscan_word_place(uint64_t word) { return (size_t)(word * 0x9e3779b97f4a7c15 >> 58); }

/// Words that stand at their places; into a field of one byte.
uint64_t cscan_words(const cscan_column *column, const cscan_known_word *known);

enum { CSCAN_NAME_BYTES = 64, CSCAN_NAME_PLACES = 1024 };

/// A text of up to 64 bytes; a length of 0: empty.
typedef struct {
    uint8_t text[CSCAN_NAME_BYTES];
    uint32_t length;
    uint32_t value;
} cscan_known_name;

/// Names that stand at their places or behind; into a field of four bytes.
uint64_t cscan_names(const cscan_column *column, const cscan_known_name *known);

/// The same, quicker where most lines have the name of the line before.
uint64_t cscan_repeated_names(const cscan_column *column, const cscan_known_name *known);

/// Gives a name of 1 to 64 bytes a value; returns whether it had none. Some places must be empty.
int cscan_remember_name(cscan_known_name *known, const uint8_t *start, size_t length, uint32_t value);

/// Short texts in their quotes that name somebody, and null; into a field of one byte.
uint64_t cscan_identities(const cscan_column *column, uint8_t segment, uint8_t null_segment);

/// A literal and how to get over the value behind it.
typedef struct {
    /// The literal's first bytes, and 0xff for each of the eight that it has.
    uint64_t head, mask;
    const uint8_t *literal;
    uint32_t literal_count;
    /// How often the next literal stands in the value, too.
    uint32_t inside;
    /// What the next literal begins with; a line feed: the value is the last.
    uint8_t stop;
    /// The value stands in quotes, and those inside it are escaped.
    uint8_t is_quoted;
    /// Blanks may stand before the value.
    uint8_t is_padded;
    /// A blank behind a comma, or around a colon, is inside the value.
    uint8_t is_list;
    /// The value holds no blank.
    uint8_t is_word;
    /// The value begins with a digit.
    uint8_t is_number;
    /// The value is a word, and the first blank or the end of the line is where it ends: nothing above asks for more.
    uint8_t ends_at_blank;
} cscan_text_step;

typedef struct {
    const uint8_t *start, *end;
    uint64_t is_escaped;
} cscan_text_value;

typedef struct {
    /// `count`, each with a value, and the literal that ends the line.
    const cscan_text_step *steps;
    cscan_text_value *values;
    size_t count;
    /// The steps of what must look like a status and like a count, so that a line is not taken for another format's; -1:
    /// none.
    ptrdiff_t status, bytes;
    /// An earlier format, and how many values stand at the same places for both, whatever the line.
    size_t trunk, shared;
    /// Of the line at hand: how many values were found, one more for the literal that ends it, and where it went on.
    size_t reached;
    const uint8_t *end;
} cscan_text_format;

/// The first of the formats whose literals and values are the whole line, but for white space behind them, and whose
/// status and count can be some; `count` where there is none.
///
/// No byte behind the line feed is stepped on; 16 there are readable.
size_t cscan_find_format(cscan_text_format *formats, size_t count, const uint8_t *line);

/// How far the line goes with the format that it goes the farthest with.
const uint8_t *cscan_farthest(cscan_text_format *formats, size_t count, const uint8_t *line);

#pragma clang assume_nonnull end

#endif
