// One line of text against the steps of a format: literals, and the values between them.
#include "CScan.h"

static inline int is_digit(uint8_t byte) { return (uint8_t)(byte - '0') < 10; }

static inline int is_white(uint8_t byte) { return byte == ' ' || byte == '\t' || byte == '\r'; }

static inline int is_next(const uint8_t *p, const cscan_text_step *step) {
    if ((cscan_word(p) ^ step->head) & step->mask) return 0;
    for (size_t place = 8; place < step->literal_count; place++) {
        if (p[place] != step->literal[place]) return 0;
    }
    return 1;
}

/// A blank inside a list: `10.0.0.1:80, 10.0.0.2:80 : 10.0.0.3:80`.
static inline int goes_on(const uint8_t *p, const uint8_t *start) {
    if (*p != ' ') return 0;
    if (p > start && p[-1] == ',') return 1;
    if (p[1] == ':' && p[2] == ' ') return 1;
    return p > start + 1 && p[-1] == ':' && p[-2] == ' ';
}

/// The first blank or line feed.
static inline const uint8_t *end_of_word(const uint8_t *p) {
    for (;;) {
        uint32_t mask = cscan_places(p, ' ', '\n');
        if (mask) return p + __builtin_ctz(mask);
        p += 16;
    }
}

/// From the first byte of the value to behind it; NULL where it has no end, with the place in `end`.
static inline int find_end(const cscan_text_step *step, const uint8_t *start, cscan_text_value *value) {
    const uint8_t *cursor = start;
    uint64_t is_escaped = 0;
    for (uint32_t inside = step->inside;;) {
        cursor = cscan_text_end(cursor, step->stop);
        if (*cursor == step->stop && is_next(cursor, step + 1) && !(step->is_list && goes_on(cursor, start))) {
            if (inside == 0) break;
            inside--;
        }
        value->end = cursor;
        if (step->is_word && *cursor == ' ') return 0;
        if (*cursor == '\n') {
            if (step->stop != '\n') return 0;
            break;
        }
        int is_escape = *cursor == '\\' && step->is_quoted;
        is_escaped |= (uint64_t)is_escape;
        cursor += is_escape && cursor[1] != '\n' ? 2 : 1;
    }
    value->end = cursor;
    value->is_escaped = is_escaped;
    return 1;
}

/// Goes on at value `place`, whose literal must stand at `cursor`, up to the end; returns whether the line ends there.
static inline int walk(cscan_text_format *format, size_t place, const uint8_t *cursor) {
    const cscan_text_step *step = format->steps + place, *last = format->steps + format->count;
    cscan_text_value *value = format->values + place;
    for (;; step++, value++) {
        if (!is_next(cursor, step)) break;
        cursor += step->literal_count;
        if (step->ends_at_blank) {
            // Nearly all values: the first blank is the end, or there is none.
            if (step->is_number && !is_digit(*cursor)) break;
            value->start = cursor;
            value->is_escaped = 0;
            cursor = value->end = end_of_word(cursor);
            if (*cursor != step->stop && step->stop != '\n') break;
            continue;
        }
        if (step == last) {
            while (is_white(*cursor)) cursor++;
            if (*cursor != '\n') break;
            step++;
            break;
        }
        while (step->is_padded && is_white(*cursor)) cursor++;
        value->start = cursor;
        if (step->is_number && !is_digit(*cursor)) break;
        int has_end = find_end(step, cursor, value);
        cursor = value->end;
        if (!has_end) break;
    }
    format->reached = (size_t)(step - format->steps);
    format->end = cursor;
    return step > last;
}

/// Whether the value is three digits, or what stands for no status: `-`, `0`, `-1`.
static inline int is_status_like(const uint8_t *p, size_t count) {
    switch (count) {
    case 1: return *p == '-' || *p == '0';
    case 2: return p[0] == '-' && p[1] == '1';
    case 3: return is_digit(p[0]) && is_digit(p[1]) && is_digit(p[2]);
    default: return 0;
    }
}

/// Whether the value is digits, or nothing.
static inline int is_count_like(const uint8_t *p, size_t count) {
    if (count == 1 && *p == '-') return 1;
    for (size_t place = 0; place < count; place++) {
        if (!is_digit(p[place])) return 0;
    }
    return 1;
}

static inline int is_plausible(const cscan_text_format *format) {
    for (int kind = 0; kind < 2; kind++) {
        ptrdiff_t place = kind == 0 ? format->status : format->bytes;
        if (place < 0) continue;
        const uint8_t *start = format->values[place].start, *end = format->values[place].end;
        if (format->steps[place].stop == '\n') {
            while (end > start && is_white(end[-1])) end--;
        }
        size_t count = (size_t)(end - start);
        if (!(kind == 0 ? is_status_like(start, count) : is_count_like(start, count))) return 0;
    }
    return 1;
}

/// Takes over the values before `count` that stand where the trunk, and the trunk's own, have found them.
static void take_over(cscan_text_format *formats, cscan_text_format *format, size_t count) {
    if (count > format->shared) count = format->shared;
    if (count == 0) return;
    cscan_text_format *trunk = formats + format->trunk;
    take_over(formats, trunk, count);
    for (size_t place = 0; place < count; place++) format->values[place] = trunk->values[place];
}

/// Tries one format, from behind the values that stand where its trunk has found them already.
static inline int takes(cscan_text_format *formats, cscan_text_format *format, const uint8_t *line) {
    const uint8_t *cursor = line;
    if (format->shared > 0) {
        const cscan_text_format *trunk = formats + format->trunk;
        if (trunk->reached < format->shared) {
            format->reached = trunk->reached;
            return 0;
        }
        // The trunk may have taken over the last of them itself.
        while (trunk->shared >= format->shared) trunk = formats + trunk->trunk;
        cursor = trunk->values[format->shared - 1].end;
    }
    if (!walk(format, format->shared, cursor)) return 0;
    take_over(formats, format, format->shared);
    return is_plausible(format);
}

size_t cscan_find_format(cscan_text_format *formats, size_t count, const uint8_t *line) {
    for (size_t number = 0; number < count; number++) {
        if (takes(formats, formats + number, line)) return number;
    }
    return count;
}

const uint8_t *cscan_farthest(cscan_text_format *formats, size_t count, const uint8_t *line) {
    const uint8_t *farthest = line;
    for (size_t number = 0; number < count; number++) {
        walk(formats + number, 0, line);
        if (formats[number].end > farthest) farthest = formats[number].end;
    }
    return farthest;
}
