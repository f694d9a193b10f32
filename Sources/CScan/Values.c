// Columns of values of one shape: what nearly all of them look like, in one loop without a call.
//
// Each function writes what it can read into the records and returns a bit for every line that it has not taken; those
// are read by the functions that read every other line. What it takes, it reads as they would.
#include "CScan.h"
#include "Vector.h"

// Each loop is compiled once for every machine, and once for those with AVX2: it needs fewer instructions there.
#if CSCAN_HAS_AVX2
#define KERNEL(name, parameters, ...) \
    AVX2_TARGET static uint64_t name##_avx2 parameters { return name(__VA_ARGS__); } \
    uint64_t cscan_##name parameters { return has_avx2() ? name##_avx2(__VA_ARGS__) : name(__VA_ARGS__); }
#else
#define KERNEL(name, parameters, ...) \
    uint64_t cscan_##name parameters { return name(__VA_ARGS__); }
#endif

#define EACH_VALUE(column, taken) \
    /* A copy, which no record can overwrite. */ \
    const cscan_column all = *(column); \
    uint64_t left = 0; \
    _Pragma("clang loop unroll_count(2)") for (size_t line = 0; line < all.count; line++) { \
        const uint8_t *start = all.values[line].start; \
        size_t length = (size_t)(all.values[line].end - start); \
        uint8_t *field = all.field + (size_t)all.places[line] * CSCAN_RECORD_BYTES; \
        if (!(taken)) left |= (uint64_t)1 << line; \
    } \
    return left

#define EVERY(byte) ((uint64_t)0x0101010101010101 * (byte))

/// Whether each byte is at most 9; those are what digits are without the bits of a zero.
VECTOR_INLINE int are_digits(uint64_t digits) { return ((digits | (digits + EVERY(0x76))) & EVERY(0x80)) == 0; }

/// Eight digits, the first in the lowest byte: pairs, then fours, then all; each multiplication adds ten (a hundred, ten
/// thousand) times the lower neighbour to the upper.
VECTOR_INLINE uint64_t number(uint64_t digits) {
    digits = digits * (10 << 8 | 1) >> 8 & 0x00ff00ff00ff00ff;
    digits = digits * (100 << 16 | 1) >> 16 & 0x0000ffff0000ffff;
    return digits * ((uint64_t)10000 << 32 | 1) >> 32;
}

/// All eight characters at once in one word (SWAR), right-aligned, with zeros before them.
VECTOR_INLINE int decimal(
    const uint8_t *start, size_t length, const uint32_t *scale, uint64_t most, uint8_t *field
) {
    if (length - 1 >= 8) return 0;
    // More digits behind a zero: no number.
    if (start[0] == '0' && length > 1 && start[1] != '.') return 0;
    uint64_t digits = (cscan_word(start) ^ EVERY('0')) << (64 - 8 * length);
    if (!are_digits(digits)) {
        // The first byte that is no digit must be a point, and those behind it digits.
        uint64_t others = (digits + EVERY(0x76)) & EVERY(0x80);
        if (others == 0) return 0;
        unsigned bits = (unsigned)__builtin_ctzll(others) - 7;
        size_t fraction = 7 - (bits >> 3);
        // A digit on either side; and the last one is worth something whole.
        if (fraction - 1 >= length - 2 || scale[-(ptrdiff_t)fraction] == 0) return 0;
        uint64_t behind = digits >> bits, before = digits & (((uint64_t)1 << bits) - 1);
        if ((behind & 0xff) != ('.' ^ '0')) return 0;
        digits = ((behind ^ ('.' ^ '0')) << bits) | before << 8;
        if (!are_digits(digits)) return 0;
        scale -= fraction;
    }
    uint64_t value = number(digits) * *scale;
    if (value > most) return 0;
    memcpy(field, &value, 8);
    return 1;
}
/// What a number is worth by the digits behind its point: with so many, times `scales[7 - count]`. Seven digits more than
/// the power has are worth less than one.
static const uint32_t powers[] = {
    0, 0, 0, 0, 0, 0, 0, 1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000, 1000000000};

VECTOR_INLINE uint64_t decimals(const cscan_column *column, size_t power, int64_t most) {
    const uint32_t *scale = powers + 7 + power;
    EACH_VALUE(column, decimal(start, length, scale, (uint64_t)most, field));
}

#if CSCAN_HAS_AVX2
#include "Decimals4.h"

AVX2_TARGET static uint64_t decimals_avx2(const cscan_column *column, size_t power, int64_t most) {
    decimal_scales scales = scales_of(powers + 7 + power);
    uint64_t left = 0;
    for (size_t first = 0; first < column->count; first += 4) {
        left |= decimals4(column, first, scales, most) << first;
    }
    return column->count < 64 ? left & (((uint64_t)1 << column->count) - 1) : left;
}
uint64_t cscan_decimals(const cscan_column *column, size_t power, int64_t most) {
    return has_avx2() ? decimals_avx2(column, power, most) : decimals(column, power, most);
}
#else
uint64_t cscan_decimals(const cscan_column *column, size_t power, int64_t most) { return decimals(column, power, most); }
#endif

VECTOR_INLINE int status(const uint8_t *start, size_t length, uint8_t *field) {
    uint32_t digits;
    memcpy(&digits, start, 4);
    digits = (digits & 0xffffff) ^ 0x303030;
    uint32_t hundreds = digits & 0xff;
    if (length != 3 || ((digits | (digits + 0x767676)) & 0x808080)) return 0;
    if (hundreds - 1 >= 5) return 0;
    uint16_t code = (uint16_t)((hundreds * 10 + (digits >> 8 & 0xff)) * 10 + (digits >> 16));
    memcpy(field, &code, 2);
    return 1;
}
VECTOR_INLINE uint64_t statuses(const cscan_column *column) {
    EACH_VALUE(column, status(start, length, field));
}
KERNEL(statuses, (const cscan_column *column), column)

/// `yyyy-mm-ddThh:mm:ss.mmmZ`, or with microseconds.
VECTOR_INLINE int instant(
    const uint8_t *start, size_t length, const cscan_minute *minute, int64_t latest, uint8_t *field
) {
    if ((cscan_word(start) ^ minute->text[0]) | (cscan_word(start + 8) ^ minute->text[1])) return 0;
    // Eight bytes of `:00.000Z` and of `.000000Z` without what zeros would be: a digit's value, or nothing.
    uint64_t digits = cscan_word(start + 16);
    uint64_t nanoseconds;
    if (length == 24) {
        digits ^= 0x5a3030302e30303a;
        if ((digits | (digits + 0x7f7676767f76767f)) & EVERY(0x80)) return 0;
        uint64_t pairs = digits * (10 << 8 | 1) >> 8;
        nanoseconds = ((pairs >> 32 & 0xff) * 10 + (digits >> 48)) * 1000000;
    } else if (length == 27) {
        uint64_t behind = cscan_word(start + 19) ^ 0x5a3030303030302e;
        digits = (digits ^ 0x2e30303a) & 0xffffffff;
        if (((digits | (digits + 0x7f76767f)) & 0x80808080) || ((behind | (behind + 0x7f7676767676767f)) & EVERY(0x80))) {
            return 0;
        }
        nanoseconds = number(behind << 8) * 1000;
    } else {
        return 0;
    }
    uint64_t second = (digits * (10 << 8 | 1) >> 16) & 0xff;
    int64_t instant = (int64_t)(((uint64_t)minute->seconds + second) * 1000000000 + nanoseconds);
    if (second > 60 || instant > latest) return 0;
    memcpy(field, &instant, 8);
    return 1;
}
VECTOR_INLINE uint64_t instants(const cscan_column *column, const cscan_minute *minute, int64_t latest) {
    EACH_VALUE(column, instant(start, length, minute, latest, field));
}
KERNEL(instants, (const cscan_column *column, const cscan_minute *minute, int64_t latest), column, minute, latest)

/// A text of one to eight bytes is one number.
VECTOR_INLINE int word(const uint8_t *start, size_t length, const cscan_known_word *known, uint8_t *field) {
    if (length - 1 >= 8) return 0;
    uint64_t word = cscan_word(start) & ~(uint64_t)0 >> (64 - 8 * length);
    const cscan_known_word *entry = &known[cscan_word_place(word)];
    if (entry->word != word) return 0;
    *field = entry->value;
    return 1;
}
VECTOR_INLINE uint64_t words(const cscan_column *column, const cscan_known_word *known) {
    EACH_VALUE(column, word(start, length, known, field));
}
KERNEL(words, (const cscan_column *column, const cscan_known_word *known), column, known)

typedef uint8_t bytes32 __attribute__((vector_size(32), aligned(1)));

/// Thirty-two times 0xff, and as many zeros: from the n-th byte back of the zeros on, a mask of n.
static const uint8_t prefixes[64] = {
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff};

/// Whether 32 bytes at either place are the same, as far as they count.
VECTOR_INLINE int is_same32(const uint8_t *a, const uint8_t *b, size_t count) {
    bytes32 differing = (*(const bytes32 *)a ^ *(const bytes32 *)b) & *(const bytes32 *)(prefixes + 32 - count);
    return __builtin_reduce_or(differing) == 0;
}

/// The first and the last eight bytes tell most names apart; where there are fewer, all of them.
VECTOR_INLINE uint64_t ends_of(const uint8_t *start, size_t length) {
    if (length < 8) return cscan_word(start) << (64 - 8 * length);
    return cscan_word(start) ^ cscan_word(start + length - 8) * 0x9e3779b97f4a7c15;
}

/// The entry of these 1 to 64 bytes, or the empty one where they would stand; 64 bytes are readable.
VECTOR_INLINE const cscan_known_name *entry_of(const uint8_t *start, size_t length, const cscan_known_name *known) {
    size_t place = (size_t)((ends_of(start, length) ^ length) * 0xd6e8feb86659fd93 >> 54);
    for (;; place = (place + 1) % CSCAN_NAME_PLACES) {
        const cscan_known_name *entry = &known[place];
        if (entry->length == 0) return entry;
        if (entry->length != length) continue;
        if (length <= 32) {
            if (is_same32(entry->text, start, length)) return entry;
        } else if (is_same32(entry->text, start, 32)
            && is_same32(entry->text + length - 32, start + length - 32, 32)) {
            return entry;
        }
    }
}
VECTOR_INLINE int name(const uint8_t *start, size_t length, const cscan_known_name *known, uint8_t *field) {
    if (length - 1 >= CSCAN_NAME_BYTES) return 0;
    const cscan_known_name *entry = entry_of(start, length, known);
    if (entry->length == 0) return 0;
    memcpy(field, &entry->value, 4);
    return 1;
}
VECTOR_INLINE uint64_t names(const cscan_column *column, const cscan_known_name *known) {
    EACH_VALUE(column, name(start, length, known, field));
}
KERNEL(names, (const cscan_column *column, const cscan_known_name *known), column, known)

VECTOR_INLINE int repeated_name(
    const uint8_t *start, size_t length, const cscan_known_name *known, const cscan_known_name **last, uint8_t *field
) {
    if (length - 1 >= CSCAN_NAME_BYTES) return 0;
    if (length != (*last)->length || length > 32 || !is_same32((*last)->text, start, length)) {
        const cscan_known_name *entry = entry_of(start, length, known);
        if (entry->length == 0) return 0;
        *last = entry;
    }
    memcpy(field, &(*last)->value, 4);
    return 1;
}
VECTOR_INLINE uint64_t repeated_names(const cscan_column *column, const cscan_known_name *known) {
    static const cscan_known_name nothing;
    const cscan_known_name *last = &nothing;
    EACH_VALUE(column, repeated_name(start, length, known, &last, field));
}
KERNEL(repeated_names, (const cscan_column *column, const cscan_known_name *known), column, known)

int cscan_remember_name(cscan_known_name *known, const uint8_t *start, size_t length, uint32_t value) {
    cscan_known_name *entry = &known[entry_of(start, length, known) - known];
    if (entry->length != 0) return 0;
    memcpy(entry->text, start, length);
    entry->length = (uint32_t)length;
    entry->value = value;
    return 1;
}

/// A short text in its quotes that says neither `-` nor `anonymous`.
VECTOR_INLINE int somebody(const uint8_t *start, size_t length, uint8_t segment, uint8_t *field) {
    uint32_t stops = cscan_string_stops(start + 1);
    size_t text = stops ? (size_t)__builtin_ctz(stops) : 16;
    if (text != length - 2 || text <= 1 || text == 9 || start[text + 1] != '"') return 0;
    *field = segment;
    return 1;
}
VECTOR_INLINE uint64_t identities(const cscan_column *column, uint8_t segment, uint8_t null_segment) {
    EACH_VALUE(
        column,
        start[0] == '"' ? somebody(start, length, segment, field)
                        : length == 4 && memcmp(start, "null", 4) == 0 && (*field = null_segment, 1));
}
KERNEL(identities, (const cscan_column *column, uint8_t segment, uint8_t null_segment), column, segment, null_segment)
