// The text of `cscan_match`, once for each set of hops: MATCH_NAME, MATCH_TARGET, HOP16, HOP32, HOP64.

MATCH_TARGET static uint64_t MATCH_NAME(
    const cscan_step *steps, size_t step_count, const cscan_line *lines, const uint16_t *chosen, size_t count,
    cscan_span *columns, cscan_skip skip
) {
    uint64_t failed = 0;
    for (size_t first = 0; first < count; first += 4) {
        const cscan_line *line[4];
        const uint8_t *p[4];
        bytes16 wrong[4];
        #pragma clang loop unroll(full)
        for (size_t lane = 0; lane < 4; lane++) {
            // The last group is filled up with its last line; nobody looks at the copies.
            line[lane] = &lines[chosen[first + lane < count ? first + lane : count - 1]];
            p[lane] = line[lane]->start;
            wrong[lane] = none();
        }
        const cscan_step *step = steps, *behind = steps + step_count;
        do {
            cscan_span *column = step->column < 0 ? NULL : columns + (size_t)step->column * CSCAN_COLUMN_LINES + first;
            bytes16 stop = splat(step->stop);
            if (column) {
                #pragma clang loop unroll(full)
                for (size_t lane = 0; lane < 4; lane++) column[lane].start = p[lane];
            }
#define EACH_LANE(MOVED) \
    _Pragma("clang loop unroll(full)") for (size_t lane = 0; lane < 4; lane++) { \
        p[lane] = MOVED; \
    }
            switch (step->hop) {
            case CSCAN_HOP_16: EACH_LANE(p[lane] + HOP16(p[lane])) break;
            case CSCAN_HOP_32: EACH_LANE(p[lane] + HOP32(p[lane])) break;
            case CSCAN_HOP_64: EACH_LANE(p[lane] + HOP64(p[lane])) break;
            case CSCAN_HOP_LONG: EACH_LANE(seek(p[lane], stop, line[lane]->end)) break;
            case CSCAN_HOP_VALUE:
                EACH_LANE(p[lane] < line[lane]->end ? skip(p[lane], line[lane]->end) : p[lane])
                break;
            default: break;
            }
            if (column) {
                #pragma clang loop unroll(full)
                for (size_t lane = 0; lane < 4; lane++) column[lane].end = p[lane];
            }
            bytes16 literal = load16(step->literal), mask = load16(step->mask);
            #pragma clang loop unroll(full)
            for (size_t lane = 0; lane < 4; lane++) {
                wrong[lane] = either(wrong[lane], without(equal(load16(p[lane]), literal), mask));
            }
            if (step->literal_count > 16) {
                bytes16 more = load16(step->literal + 16), more_mask = load16(step->mask + 16);
                #pragma clang loop unroll(full)
                for (size_t lane = 0; lane < 4; lane++) {
                    wrong[lane] = either(wrong[lane], without(equal(load16(p[lane] + 16), more), more_mask));
                }
            }
            #pragma clang loop unroll(full)
            for (size_t lane = 0; lane < 4; lane++) p[lane] += step->literal_count;
            step++;
        } while (step != behind);
        for (size_t lane = 0; lane < 4; lane++) {
            uint64_t differs = has_any(wrong[lane]) | (p[lane] != line[lane]->end + 1);
            failed |= differs << (first + lane);
        }
    }
    return count < 64 ? failed & (((uint64_t)1 << count) - 1) : failed;
}
#undef EACH_LANE
