// What a line of the log says, as views into the parser's memory: valid until the next line.
#pragma once
#include <cstdint>
#include <string_view>

enum class Segment : uint8_t { unknown, anonymous, authenticated };

struct Request {
    int64_t time_ns = 0;
    std::string_view method, route, cache;
    int64_t status = 0;
    int64_t duration_ns = -1;
    int64_t db_calls = -1;
    Segment segment = Segment::unknown;
    // Only with the whole record.
    std::string_view version;
    int64_t db_ns = -1;
    int64_t bytes = -1;
};

// How much of a line is read and kept.
enum class Record {
    // Eight fields; series are route, method, class of the status, cache and segment; counts, errors, the histogram and
    // the sums of durations and database calls.
    lean,
    // All that Plumbline keeps: eleven fields, the exact status and the version, extremes, the histogram of calls.
    whole,
};
