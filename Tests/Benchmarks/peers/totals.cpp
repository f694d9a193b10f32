// The reference for `plumbline summary`: totals of every series of a log.
// usage: totals lean|whole LOG [ROWS]   prints "lines rejected digest"; every series goes to ROWS as a line of JSON
#include <cinttypes>

#include "answer.h"
#include "line_parser.h"
#include "log_reader.h"

template <Record kept> int totals(const char *log, const char *rows) {
    LineParser<kept> parser;
    SeriesTable table;
    std::vector<Cell<kept>> cells;
    uint64_t lines = 0, rejected = 0;
    LogReader(log).each_line([&](const char *line, size_t length, size_t readable) {
        lines++;
        Request request;
        if (!parser.parse(line, length, readable, request)) {
            rejected++;
            return;
        }
        uint32_t series = table.number<kept>(request);
        if (series == cells.size()) cells.emplace_back();
        cells[series].add(request);
    });
    Digest digest;
    FILE *file = rows ? fopen(rows, "w") : nullptr;
    for (uint32_t series = 0; series < cells.size(); series++) {
        digest.add(0, table, series, cells[series]);
        if (file) print_row(file, 0, table, series, cells[series]);
    }
    if (file) fclose(file);
    printf("%" PRIu64 " %" PRIu64 " %016" PRIx64 "\n", lines, rejected, digest.value);
    return 0;
}

int main(int count, char **arguments) {
    if (count < 3) return 64;
    const char *rows = count > 3 ? arguments[3] : nullptr;
    return !strcmp(arguments[1], "whole") ? totals<Record::whole>(arguments[2], rows)
                                          : totals<Record::lean>(arguments[2], rows);
}
