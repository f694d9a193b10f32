// Up to LANES lines side by side, once for each number of lanes and set of hops: MATCH_NAME, MATCH_TARGET, HOP32, HOP64.

MATCH_TARGET static inline uint64_t MATCH_NAME(
    const cscan_step *steps, size_t step_count, const cscan_line *lines, const uint16_t *chosen, size_t count,
    cscan_span *columns, cscan_skip skip
) {
#define EACH_LANE(WORK) \
    _Pragma("clang loop unroll(full)") for (size_t lane = 0; lane < LANES; lane++) { \
        WORK; \
    }
    const cscan_line *line[LANES];
    const uint8_t *p[LANES];
    bytes16 wrong[LANES];
    // A group is filled up with its last line; nobody looks at the copies.
    EACH_LANE(line[lane] = &lines[chosen[lane < count ? lane : count - 1]])
    EACH_LANE(p[lane] = line[lane]->start; wrong[lane] = none())
    const cscan_step *step = steps, *behind = steps + step_count;
    do {
#define MOVE_TO(MOVED) \
    if (step->column < 0) { \
        EACH_LANE(p[lane] = MOVED) \
    } else { \
        cscan_span *column = columns + (size_t)step->column * CSCAN_COLUMN_LINES; \
        EACH_LANE(column[lane].start = p[lane]; p[lane] = MOVED; column[lane].end = p[lane]) \
    }
        bytes16 stop = splat(step->stop);
        switch (step->hop) {
        case CSCAN_HOP_NONE: MOVE_TO(p[lane]) break;
        case CSCAN_HOP_32: MOVE_TO(p[lane] + HOP32(p[lane])) break;
        case CSCAN_HOP_64: MOVE_TO(p[lane] + HOP64(p[lane])) break;
        case CSCAN_HOP_LONG: MOVE_TO(seek(p[lane], stop, line[lane]->end)) break;
        case CSCAN_HOP_VALUE: MOVE_TO(p[lane] < line[lane]->end ? skip(p[lane], line[lane]->end) : p[lane]) break;
        default: __builtin_unreachable();
        }
        bytes16 literal = load16(step->literal), mask = load16(step->mask);
        EACH_LANE(wrong[lane] = either(wrong[lane], without(equal(load16(p[lane]), literal), mask)))
        EACH_LANE(p[lane] += step->literal_count)
        step++;
    } while (step != behind);
    uint64_t failed = 0;
    bytes16 all = none();
    uint64_t strayed = 0;
    EACH_LANE(all = either(all, wrong[lane]); strayed |= (uint64_t)(p[lane] - line[lane]->end) ^ 1)
    if (has_any(all) | (strayed != 0)) {
        EACH_LANE(failed |= (uint64_t)(has_any(wrong[lane]) | (p[lane] != line[lane]->end + 1)) << lane)
    }
    return failed;
}
#undef EACH_LANE
#undef MOVE_TO
#undef MATCH_NAME
#undef LANES
