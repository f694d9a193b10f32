// Every version of the kernels must do what the portable one does, on lines that are nearly alike.
#include <stdio.h>
#include <stdlib.h>

#include "CScan.h"

#define VERSION(name) \
    size_t lines_##name(const uint8_t *, const uint8_t *, cscan_line *, size_t); \
    uint64_t match_##name(const cscan_step *, size_t, const cscan_line *, const uint16_t *, size_t, cscan_span *, cscan_skip); \
    uint32_t stops_##name(const uint8_t *); \
    uint32_t text_stops_##name(const uint8_t *, uint8_t); \
    uint32_t places_##name(const uint8_t *, uint8_t, uint8_t); \
    uint32_t segment_stops_##name(const uint8_t *); \
    int is_plain_##name(const uint8_t *, size_t); \
    size_t find_format_##name(cscan_text_format *, size_t, const uint8_t *); \
    const uint8_t *farthest_##name(cscan_text_format *, size_t, const uint8_t *); \
    const uint8_t *word_end_##name(const uint8_t *); \
    int blank_##name(const cscan_line *, uint8_t *); \
    uint64_t decimals_##name(const cscan_column *, size_t, int64_t); \
    uint64_t statuses_##name(const cscan_column *); \
    uint64_t instants_##name(const cscan_column *, const cscan_minute *, int64_t); \
    uint64_t words_##name(const cscan_column *, const cscan_known_word *); \
    uint64_t names_##name(const cscan_column *, const cscan_known_name *); \
    uint64_t repeated_names_##name(const cscan_column *, const cscan_known_name *); \
    uint64_t identities_##name(const cscan_column *, uint8_t, uint8_t); \
    int remember_##name(cscan_known_name *, const uint8_t *, size_t, uint32_t); \
    static uint64_t read_##name(const cscan_column *column, size_t kind, const cscan_known_name *names) { \
        cscan_minute minute = {{0}, 1700000000}; \
        memcpy(minute.text, "2026-11-22T10:14", 16); \
        static cscan_known_word words[CSCAN_WORD_PLACES]; \
        words[cscan_word_place(0x544547)] = (cscan_known_word){0x544547, 3}; \
        switch (kind) { \
        case 0: return decimals_##name(column, 6, 50000000000); \
        case 1: return statuses_##name(column); \
        case 2: return instants_##name(column, &minute, 1700000040000000000); \
        case 3: return words_##name(column, words); \
        case 4: return names_##name(column, names); \
        case 5: return repeated_names_##name(column, names); \
        default: return identities_##name(column, 2, 1); \
        } \
    }
VERSION(portable) VERSION(neon) VERSION(sse2) VERSION(native)

typedef struct {
    const char *name;
    size_t (*lines)(const uint8_t *, const uint8_t *, cscan_line *, size_t);
    uint64_t (*match)(
        const cscan_step *, size_t, const cscan_line *, const uint16_t *, size_t, cscan_span *, cscan_skip);
    uint32_t (*stops)(const uint8_t *);
    uint32_t (*text_stops)(const uint8_t *, uint8_t);
    uint32_t (*places)(const uint8_t *, uint8_t, uint8_t);
    uint32_t (*segment_stops)(const uint8_t *);
    int (*is_plain)(const uint8_t *, size_t);
    size_t (*find_format)(cscan_text_format *, size_t, const uint8_t *);
    const uint8_t *(*farthest)(cscan_text_format *, size_t, const uint8_t *);
    const uint8_t *(*word_end)(const uint8_t *);
    int (*blank)(const cscan_line *, uint8_t *);
    uint64_t (*read)(const cscan_column *, size_t, const cscan_known_name *);
} version;

static const version portable = {"portable", lines_portable, match_portable, stops_portable, text_stops_portable, places_portable, segment_stops_portable,
     is_plain_portable, find_format_portable, farthest_portable, word_end_portable, blank_portable, read_portable};
static const version others[] = {
    {"neon", lines_neon, match_neon, stops_neon, text_stops_neon, places_neon, segment_stops_neon,
     is_plain_neon, find_format_neon, farthest_neon, word_end_neon, blank_neon, read_neon},
    {"sse2", lines_sse2, match_sse2, stops_sse2, text_stops_sse2, places_sse2, segment_stops_sse2,
     is_plain_sse2, find_format_sse2, farthest_sse2, word_end_sse2, blank_sse2, read_sse2},
    {"native", lines_native, match_native, stops_native, text_stops_native, places_native, segment_stops_native,
     is_plain_native, find_format_native, farthest_native, word_end_native, blank_native, read_native},
};

static uint64_t state;
static unsigned below(unsigned limit) {
    state += 0x9e3779b97f4a7c15;
    uint64_t mixed = (state ^ state >> 30) * 0xbf58476d1ce4e5b9;
    return (unsigned)((mixed ^ mixed >> 31) >> 11) % limit;
}

static const uint8_t *skip(const uint8_t *p, const uint8_t *end) {
    while (p < end && *p != ',') p++;
    return p;
}

enum { STEPS = 8, LINES = 100, ROOM = 1 << 16, REACH = 1024 };

static void fail(const char *what, const char *name, uint64_t seed) {
    printf("kernels: %s of %s differs from the portable one, seed %llu\n", what, name, (unsigned long long)seed);
    exit(1);
}

static size_t make_steps(cscan_step *steps) {
    size_t count = 1 + below(STEPS);
    memset(steps, 0, sizeof(cscan_step) * STEPS);
    for (size_t step = 0; step < count; step++) {
        steps[step].hop = step == 0 ? CSCAN_HOP_NONE : (uint8_t)below(5);
        steps[step].stop = ',';
        steps[step].column = step == 0 ? -1 : (int8_t)step;
        steps[step].literal_count = (uint8_t)(1 + below(CSCAN_LITERAL_BYTES));
        for (int place = 0; place < steps[step].literal_count; place++) {
            steps[step].literal[place] = place == 0 && step > 0 ? ',' : (uint8_t)('a' + below(3));
            steps[step].mask[place] = 0xff;
        }
    }
    steps[count - 1].literal[steps[count - 1].literal_count - 1] = '\n';
    return count;
}

static uint8_t *make_lines(uint8_t *p, const cscan_step *steps, size_t count) {
    static const unsigned widths[] = {1, 17, 33, 65, 150};
    static const uint8_t odd[] = {'\\', '\n', '\t', 0, 0x1f, 0x20, 0x7f, 0x80, 0xff, ','};
    for (unsigned line = 0; line < LINES; line++) {
        uint8_t *start = p;
        for (size_t step = 0; step < count; step++) {
            if (steps[step].hop != CSCAN_HOP_NONE) {
                for (unsigned length = below(widths[below(5)]); length > 0; length--) *p++ = (uint8_t)(0x21 + below(10));
            }
            memcpy(p, steps[step].literal, steps[step].literal_count);
            p += steps[step].literal_count;
        }
        if (below(3) == 0) start[below((unsigned)(p - start))] = odd[below(sizeof odd)];
    }
    p[-1] = '\n';
    return p;
}

/// Values that look like those of a column, some with a byte changed, read by every version into records.
static void check_values(uint64_t seed) {
    static const char *const samples[][6] = {
        {"12.745", "0.5", "12345678", "1.2345678", "0", "10.25"}, {"200", "599", "99", "600", "000", "404"},
        {"2026-11-22T10:14:59.123Z", "2026-11-22T10:14:59.123456Z", "2026-11-22T10:14:60.000Z",
         "2026-11-22T10:14:59Z", "2026-11-22T10:15:59.123Z", ""}, {"GET", "POST", "G", "", "OPTIONS", "GET "},
        {"/a", "/api/v2/orders/{id}/items/{itemId}", "/users", "/a/b/c/d/e/f/g/h",
         "/a/name/of/forty-eight/bytes/that/goes/on/and/on", ""},
        {"/a", "/api/v2/orders/{id}/items/{itemId}", "/users", "/a/b/c/d/e/f/g/h",
         "/a/name/of/forty-eight/bytes/that/goes/on/and/on", ""},
        {"\"u-17\"", "null", "\"anonymous\"", "\"-\"", "\"0123456789abcdef\"", "\"a\"b\""}};
    static cscan_known_name names[CSCAN_NAME_PLACES];
    static uint8_t text[CSCAN_COLUMN_LINES][128], wanted[64 * CSCAN_COLUMN_LINES], found[64 * CSCAN_COLUMN_LINES];
    cscan_span values[CSCAN_COLUMN_LINES];
    uint16_t places[CSCAN_COLUMN_LINES];
    size_t kind = below(7), count = 1 + below(CSCAN_COLUMN_LINES);
    for (size_t line = 0; line < count; line++) {
        const char *sample = samples[kind][below(6)];
        size_t length = strlen(sample);
        memcpy(text[line], sample, length);
        if ((kind == 4 || kind == 5) && length > 0 && below(2)) remember_portable(names, text[line], length, (uint32_t)length);
        if (length > 0 && below(3) == 0) text[line][below((unsigned)length)] = (uint8_t)(0x21 + below(95));
        values[line] = (cscan_span){text[line], text[line] + length - (below(9) == 0)};
        places[line] = (uint16_t)line;
    }
    memset(wanted, 7, sizeof wanted);
    uint64_t left = portable.read(&(cscan_column){values, places, count, wanted}, kind, names);
    for (size_t other = 0; other < sizeof others / sizeof *others; other++) {
        memset(found, 7, sizeof found);
        if (others[other].read(&(cscan_column){values, places, count, found}, kind, names) != left
            || memcmp(wanted, found, sizeof wanted) != 0) fail("a column", others[other].name, seed);
    }
}

/// What blanking a line is, byte by byte.
static int blank_slowly(const uint8_t *p, const uint8_t *end, uint8_t *copy) {
    while (p < end) {
        size_t length = 1;
        if (*p < 0x20) return 0;
        if (*p == '\\') {
            length = p[1] == 'u' ? 6 : 2;
            if (p[1] == 0 || p[1] == '\n' || !strchr("\"\\/bfnrtu", p[1])) return 0;
            for (size_t digit = 2; digit < length; digit++) {
                if (p[digit] == 0 || !strchr("0123456789abcdefABCDEF", p[digit])) return 0;
            }
            memset(copy, CSCAN_BLANK, length);
        } else {
            *copy = *p;
        }
        p += length;
        copy += length;
    }
    *copy = '\n';
    return 1;
}

/// A line of text, escapes and now and then something that is neither, blanked by every version.
static unsigned check_escapes(uint64_t seed) {
    static const char *const pieces[] = {"\\\"", "\\\\", "\\n", "\\/", "\\u00e9", "\\uD83D\\uDe00", "\"", "text", "a",
        "0123456789abcdef0123456789abcdef", "\xff", "\xc3\xa9"};
    static const char *const faults[] = {"\t", "\\u12g4", "\\x", "\\"};
    static uint8_t line[4096], wanted[4096 + 64], found[4096 + 64];
    uint8_t *p = line;
    for (unsigned left = below(60); left > 0; left--) {
        const char *piece = below(200) == 0 ? faults[below(4)] : pieces[below(12)];
        p = (uint8_t *)memcpy(p, piece, strlen(piece)) + strlen(piece);
    }
    *p = '\n';
    memset(p + 1, '"', 64);
    cscan_line whole = {line, p, 1};
    int isWhole = blank_slowly(line, p, wanted);
    const version *versions[] = {&portable, &others[0], &others[1], &others[2]};
    for (size_t place = 0; place < 4; place++) {
        if (versions[place]->blank(&whole, found) != isWhole
            || (isWhole && memcmp(wanted, found, (size_t)(p - line) + 1) != 0)) {
            fail("a blanked line", versions[place]->name, seed);
        }
    }
    return (unsigned)isWhole;
}

enum { TEXT_STEPS = 3, TEXT_FORMATS = 2 };

/// Two formats that begin alike, and lines that are nearly theirs.
static unsigned check_texts(uint64_t seed) {
    static const char *const literals[TEXT_FORMATS][TEXT_STEPS + 1] = {{"", " [", "] \"", "\""}, {"", " [", "] \"", "\" done"}};
    static const char *const pieces[] = {"word", " ", " [", "] \"", "\"", "\\\"", "0123456789abcdefgh", "\" done", "  "};
    static uint8_t line[1024];
    uint8_t *p = line;
    for (int step = 0; step <= TEXT_STEPS; step++) {
        for (unsigned left = below(3); left > 0 && step > 0; left--) {
            const char *piece = pieces[below(9)];
            p = (uint8_t *)memcpy(p, piece, strlen(piece)) + strlen(piece);
        }
        const char *literal = literals[below(TEXT_FORMATS)][step];
        p = (uint8_t *)memcpy(p, literal, strlen(literal)) + strlen(literal);
    }
    memset(p, '\n', 64);
    const version *versions[] = {&portable, &others[0], &others[1], &others[2]};
    size_t wanted = 0;
    const uint8_t *farthest = line;
    for (size_t place = 0; place < 4; place++) {
        cscan_text_step steps[TEXT_FORMATS][TEXT_STEPS + 1];
        cscan_text_value values[TEXT_FORMATS][TEXT_STEPS];
        cscan_text_format formats[TEXT_FORMATS];
        memset(steps, 0, sizeof steps);
        for (int format = 0; format < TEXT_FORMATS; format++) {
            for (int step = 0; step <= TEXT_STEPS; step++) {
                const char *literal = literals[format][step];
                steps[format][step].literal = (const uint8_t *)literal;
                steps[format][step].literal_count = (uint32_t)strlen(literal);
                memcpy(&steps[format][step].head, literal, strlen(literal));
                memset(&steps[format][step].mask, 0xff, strlen(literal));
                steps[format][step].stop = step < TEXT_STEPS ? (uint8_t)literals[format][step + 1][0] : '\n';
                steps[format][step].is_quoted = step == TEXT_STEPS - 1;
                steps[format][step].is_word = step == 0;
                steps[format][step].ends_at_blank = step == 0;
            }
            formats[format] =
                (cscan_text_format){steps[format], values[format], TEXT_STEPS, -1, -1, 0, format ? 2 : 0, 0, line};
        }
        const version *version = versions[place];
        size_t found = version->find_format(formats, TEXT_FORMATS, line);
        const uint8_t *reached = version->farthest(formats, TEXT_FORMATS, line);
        if (place == 0) wanted = found, farthest = reached;
        if (found != wanted || reached != farthest) fail("a text", version->name, seed);
        if (version->word_end(line) != word_end_portable(line)) fail("a word", version->name, seed);
    }
    return wanted < TEXT_FORMATS;
}

int main(int count, char **arguments) {
    static uint8_t block[ROOM + REACH];
    static cscan_line wanted[ROOM + 1], found[ROOM + 1];
    static cscan_span wanted_columns[STEPS * CSCAN_COLUMN_LINES], found_columns[STEPS * CSCAN_COLUMN_LINES];
    unsigned rounds = count > 1 ? (unsigned)atoi(arguments[1]) : 20000;
    unsigned long long matched = 0, blanked = 0, texts = 0;
    for (uint64_t seed = 1; seed <= rounds; seed++) {
        state = seed;
        cscan_step steps[STEPS];
        size_t step_count = make_steps(steps);
        uint8_t *end = make_lines(block, steps, step_count);
        memset(end, ',', REACH);
        size_t limit = below(2) ? ROOM : 1 + below(LINES);
        size_t line_count = portable.lines(block, end, wanted, limit);
        uint16_t chosen[CSCAN_COLUMN_LINES];
        size_t chosen_count = 0;
        for (size_t line = 0; line < line_count && chosen_count < CSCAN_COLUMN_LINES; line++) {
            if (!wanted[line].is_odd) chosen[chosen_count++] = (uint16_t)line;
        }
        uint64_t failed = portable.match(steps, step_count, wanted, chosen, chosen_count, wanted_columns, skip);
        matched += chosen_count - (unsigned)__builtin_popcountll(failed);
        for (size_t other = 0; other < sizeof others / sizeof *others; other++) {
            const version *version = &others[other];
            if (version->lines(block, end, found, limit) != line_count) fail("the number of lines", version->name, seed);
            for (size_t line = 0; line < line_count; line++) {
                if (wanted[line].start != found[line].start || wanted[line].end != found[line].end
                    || wanted[line].is_odd != found[line].is_odd) fail("a line", version->name, seed);
            }
            if (version->match(steps, step_count, wanted, chosen, chosen_count, found_columns, skip) != failed) {
                fail("a match", version->name, seed);
            }
            for (size_t line = 0; line < chosen_count; line++) {
                for (size_t step = 1; step < step_count && !(failed >> line & 1); step++) {
                    size_t place = step * CSCAN_COLUMN_LINES + line;
                    if (wanted_columns[place].start != found_columns[place].start
                        || wanted_columns[place].end != found_columns[place].end) fail("a value", version->name, seed);
                }
            }
            for (const uint8_t *p = block; p < block + 256; p++) {
                if (version->stops(p) != portable.stops(p)) fail("a stop", version->name, seed);
                if (version->text_stops(p, p[16]) != portable.text_stops(p, p[16])) fail("a text's stop", version->name, seed);
                if (version->places(p, p[16], p[17]) != portable.places(p, p[16], p[17])
                    || version->segment_stops(p) != portable.segment_stops(p)
                    || version->is_plain(p, p[16] % 40) != portable.is_plain(p, p[16] % 40)) {
                    fail("a place", version->name, seed);
                }
            }
        }
        check_values(seed);
        texts += check_texts(seed);
        blanked += check_escapes(seed);
    }
    printf("kernels: neon, sse2 and native do what the portable ones do: %u blocks, %llu lines matched, %llu blanked, %llu texts\n",
        rounds, matched, blanked, texts);
    return 0;
}
