// Series, and what is counted of each.
#pragma once
#include <algorithm>
#include <cctype>
#include <cstdint>
#include <vector>

#include "histogram.h"
#include "names.h"
#include "request.h"

// One year of nanoseconds, and calls up to 2^32.
inline const ExponentialScale duration_scale(1'000'000'000, 31'622'400'000'000'000);
inline const ExponentialScale call_scale(1, int64_t(1) << 33);

// Calls: a bucket each up to 63, above that exponential (191 is the index of 64).
inline int call_bucket(int64_t calls) { return calls < 64 ? int(calls) : call_scale.index(calls) - 191 + 64; }

template <Record kept> struct Cell {
    uint64_t requests = 0, zeros = 0, durations = 0, calls = 0;
    int64_t duration_sum = 0, call_sum = 0;
    Buckets duration_buckets;
    // Only with the whole record.
    uint64_t db_times = 0, sizes = 0;
    int64_t db_sum = 0, byte_sum = 0;
    int64_t duration_min = INT64_MAX, duration_max = INT64_MIN, call_min = INT64_MAX, call_max = INT64_MIN;
    Buckets call_buckets;

    void add(const Request &request) {
        requests++;
        if (request.duration_ns >= 0) {
            durations++;
            duration_sum += request.duration_ns;
            if (request.duration_ns == 0) zeros++;
            else duration_buckets.add(duration_scale.index(request.duration_ns));
        }
        if (request.db_calls >= 0) {
            calls++;
            call_sum += request.db_calls;
        }
        if constexpr (kept == Record::whole) add_rest(request);
    }

  private:
    void add_rest(const Request &request) {
        if (request.duration_ns >= 0) {
            duration_min = std::min(duration_min, request.duration_ns);
            duration_max = std::max(duration_max, request.duration_ns);
        }
        if (request.db_calls >= 0) {
            call_min = std::min(call_min, request.db_calls);
            call_max = std::max(call_max, request.db_calls);
            call_buckets.add(call_bucket(request.db_calls));
        }
        if (request.db_ns >= 0) {
            db_times++;
            db_sum += request.db_ns;
        }
        if (request.bytes >= 0) {
            sizes++;
            byte_sum += request.bytes;
        }
    }
};

// What makes a series, packed into a word, and a small number for each in the order in which they were met.
class SeriesTable {
  public:
    Names routes, methods, caches, versions;

    SeriesTable() : table_(4096, -1) {}

    template <Record kept> uint32_t number(const Request &request) {
        constexpr bool whole = kept == Record::whole;
        uint64_t status = whole ? uint64_t(request.status) : uint64_t(request.status) / 100;
        uint64_t key = routes.number(request.route) | uint64_t(methods.number(request.method)) << 20 | status << 26 |
                       uint64_t(caches.number(request.cache)) << 36 | uint64_t(request.segment) << 42;
        if (whole) key |= uint64_t(versions.number(request.version)) << 44;
        for (size_t place = key * 0x9e3779b97f4a7c15 >> 32;; place++) {
            int32_t &number = table_[place & (table_.size() - 1)];
            if (number < 0) return insert(key, number);
            if (keys_[size_t(number)] == key) return uint32_t(number);
        }
    }

    size_t size() const { return keys_.size(); }
    const std::string &route(uint32_t series) const { return routes.text(keys_[series] & 0xfffff); }
    const std::string &method(uint32_t series) const { return methods.text(keys_[series] >> 20 & 63); }
    int status(uint32_t series) const { return int(keys_[series] >> 26 & 1023); }
    // With Plumbline's words: lower case, and "none" for "-".
    std::string cache(uint32_t series) const {
        std::string word = caches.text(keys_[series] >> 36 & 63);
        for (char &byte : word) byte = char(tolower(byte));
        return word == "-" ? "none" : word;
    }
    Segment segment(uint32_t series) const { return Segment(keys_[series] >> 42 & 3); }
    const std::string &version(uint32_t series) const { return versions.text(uint32_t(keys_[series] >> 44)); }

  private:
    __attribute__((noinline)) uint32_t insert(uint64_t key, int32_t &number) {
        number = int32_t(keys_.size());
        keys_.push_back(key);
        auto result = uint32_t(number);
        if (keys_.size() * 2 > table_.size()) grow();
        return result;
    }

    void grow() {
        table_.assign(table_.size() * 2, -1);
        for (size_t series = 0; series < keys_.size(); series++) {
            size_t place = keys_[series] * 0x9e3779b97f4a7c15 >> 32;
            while (table_[place & (table_.size() - 1)] >= 0) place++;
            table_[place & (table_.size() - 1)] = int32_t(series);
        }
    }

    std::vector<int32_t> table_;
    std::vector<uint64_t> keys_;
};
