// The reference for the ingest of `replay` and the agent: every series of every ten-second slice of a log.
// usage: slices lean|whole LOG [ROWS]   prints "lines rejected digest"; every row goes to ROWS as a line of JSON
#include <cinttypes>
#include <deque>
#include <map>

#include "answer.h"
#include "line_parser.h"
#include "log_reader.h"

// Cells live in a deque, which never moves them.
template <Record kept> class Slices {
  public:
    static constexpr int64_t width_ns = 10'000'000'000;

    void add(uint32_t series, const Request &request) {
        if (request.time_ns < start_ || request.time_ns >= start_ + width_ns || !current_) enter(request.time_ns);
        if (series >= current_->size()) current_->resize(series + 64);
        Cell<kept> *&cell = (*current_)[series];
        if (!cell) cell = &cells_.emplace_back();
        cell->add(request);
    }

    template <class Visitor> void each(Visitor visit) const {
        for (const auto &[start, row] : slices_) {
            for (uint32_t series = 0; series < row.size(); series++) {
                if (row[series]) visit(start, series, *row[series]);
            }
        }
    }

  private:
    __attribute__((noinline)) void enter(int64_t time) {
        start_ = time / width_ns * width_ns;
        current_ = &slices_[start_];
    }

    std::map<int64_t, std::vector<Cell<kept> *>> slices_;
    std::deque<Cell<kept>> cells_;
    std::vector<Cell<kept> *> *current_ = nullptr;
    int64_t start_ = 0;
};

template <Record kept> int slices(const char *log, const char *rows) {
    LineParser<kept> parser;
    SeriesTable table;
    Slices<kept> slices;
    uint64_t lines = 0, rejected = 0;
    LogReader(log).each_line([&](const char *line, size_t length, size_t readable) {
        lines++;
        Request request;
        if (parser.parse(line, length, readable, request)) slices.add(table.number<kept>(request), request);
        else rejected++;
    });
    Digest digest;
    FILE *file = rows ? fopen(rows, "w") : nullptr;
    slices.each([&](int64_t start, uint32_t series, const Cell<kept> &cell) {
        digest.add(start, table, series, cell);
        if (file) print_row(file, start, table, series, cell);
    });
    if (file) fclose(file);
    printf("%" PRIu64 " %" PRIu64 " %016" PRIx64 "\n", lines, rejected, digest.value);
    return 0;
}

int main(int count, char **arguments) {
    if (count < 3) return 64;
    const char *rows = count > 3 ? arguments[3] : nullptr;
    return !strcmp(arguments[1], "whole") ? slices<Record::whole>(arguments[2], rows)
                                          : slices<Record::lean>(arguments[2], rows);
}
