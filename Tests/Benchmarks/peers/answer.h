// What was counted, as JSON lines for the comparison with Plumbline and as one number for every timed run.
#pragma once
#include <cinttypes>
#include <cstdio>

#include "series.h"

// Additive: the sum over all series of all slices, whatever their order.
class Digest {
  public:
    uint64_t value = 0;

    template <Record kept>
    void add(int64_t slice_start_ns, const SeriesTable &table, uint32_t series, const Cell<kept> &cell) {
        uint64_t key = mixed(uint64_t(slice_start_ns));
        key = mixed(key ^ text(table.route(series)));
        key = mixed(key ^ text(table.method(series)));
        key = mixed(key ^ text(table.cache(series)));
        if (kept == Record::whole) key = mixed(key ^ text(table.version(series)));
        key = mixed(key ^ uint64_t(table.status(series)) ^ uint64_t(table.segment(series)) << 32);
        uint64_t sum = cell.requests + 3 * uint64_t(cell.duration_sum) + 5 * uint64_t(cell.call_sum);
        cell.duration_buckets.each([&](int index, uint64_t count) { sum += mixed(uint64_t(index)) * count; });
        value += key * sum;
    }

  private:
    static uint64_t mixed(uint64_t word) {
        word = (word ^ word >> 30) * 0xbf58476d1ce4e5b9;
        word = (word ^ word >> 27) * 0x94d049bb133111eb;
        return word ^ word >> 31;
    }

    static uint64_t text(const std::string &text) {
        uint64_t hash = 0xcbf29ce484222325;
        for (unsigned char byte : text) hash = (hash ^ byte) * 0x100000001b3;
        return hash;
    }
};

// One series of one slice, with Plumbline's words. Names are written as they are: those of our logs need no escapes.
template <Record kept>
void print_row(FILE *file, int64_t slice_start_ns, const SeriesTable &table, uint32_t series, const Cell<kept> &cell) {
    static const char *segments[] = {"unknown", "anonymous", "authenticated"};
    fprintf(file, "{\"start_ns\":%" PRId64 ",\"route\":\"%s\",\"method\":\"%s\",\"cache\":\"%s\",\"segment\":\"%s\"",
            slice_start_ns, table.route(series).c_str(), table.method(series).c_str(), table.cache(series).c_str(),
            segments[int(table.segment(series))]);
    fprintf(file, ",\"status\":%d,\"requests\":%" PRIu64 ",\"duration_sum\":%" PRId64 ",\"db_calls_sum\":%" PRId64
            ",\"duration_histogram\":[", table.status(series), cell.requests, cell.duration_sum, cell.call_sum);
    const char *comma = "";
    auto bucket = [&](int index, uint64_t count) {
        fprintf(file, "%s[%d,%" PRIu64 "]", comma, index, count);
        comma = ",";
    };
    cell.duration_buckets.each(bucket);
    fputs("]", file);
    if constexpr (kept == Record::whole) {
        fprintf(file, ",\"version\":\"%s\",\"bytes_sum\":%" PRId64 ",\"db_sum\":%" PRId64 ",\"duration_min\":%" PRId64
                ",\"duration_max\":%" PRId64 ",\"db_calls_histogram\":[", table.version(series).c_str(), cell.byte_sum,
                cell.db_sum, cell.duration_min, cell.duration_max);
        comma = "";
        cell.call_buckets.each(bucket);
        fputs("]", file);
    }
    fputs("}\n", file);
}
