// One line into a Request, with simdjson's On-Demand parser.
#pragma once
#include <cmath>
#include <cstring>
#include <simdjson.h>

#include "request.h"
#include "timestamp.h"

template <Record kept> class LineParser {
  public:
    // `capacity` bytes from `line` on are readable.
    bool parse(const char *line, size_t length, size_t capacity, Request &request) {
        namespace json = simdjson::ondemand;
        json::document document;
        if (parser_.iterate(line, length, capacity).get(document)) return false;
        json::object object;
        if (document.get_object().get(object)) return false;
        time_ = {};
        if (!members(object, request)) return false;
        return times_.parse(time_, request.time_ns) && request.status >= 100 && request.status <= 599;
    }

  private:
    using Value = simdjson::ondemand::value;

    bool members(simdjson::ondemand::object &object, Request &request) {
        for (auto field : object) {
            simdjson::ondemand::raw_json_string key;
            if (field.key().get(key)) return false;
            if (!member(key.raw(), field, request)) return false;
        }
        return true;
    }

    // A method inside of `request` counts as if it stood at the top level.
    template <class Result> __attribute__((noinline)) bool inner(Result &&value, Request &request) {
        simdjson::ondemand::object object;
        if (value.get_object().get(object)) return false;
        for (auto field : object) {
            simdjson::ondemand::raw_json_string key;
            if (field.key().get(key)) return false;
            if (is(key.raw(), "method\"") && !text(field, request.method)) return false;
        }
        return true;
    }

    // The first byte of the key decides what to compare it with; what nobody wants is skipped by the parser.
    template <class Field> __attribute__((always_inline)) bool member(const char *key, Field &field, Request &request) {
        switch (key[0]) {
        case 't':
            if (is(key, "ts\"")) return text(field, time_);
            break;
        case 'm':
            if (is(key, "method\"")) return text(field, request.method);
            break;
        case 'r':
            if (is(key, "route\"")) return text(field, request.route);
            if (is(key, "request\"")) return inner(field.value(), request);
            break;
        case 's':
            if (is(key, "status\"")) return !field.value().get_int64().get(request.status);
            break;
        case 'd':
            if (is(key, "duration_ms\"")) return milliseconds(field, request.duration_ns);
            if (is(key, "db_calls\"")) return !field.value().get_int64().get(request.db_calls);
            if (kept == Record::whole && is(key, "db_time_ms\"")) return milliseconds(field, request.db_ns);
            break;
        case 'c':
            if (is(key, "cache\"")) return text(field, request.cache);
            break;
        case 'u':
            if (is(key, "user_id\"")) {
                Value value;
                if (field.value().get(value)) return false;
                bool is_null = false;
                if (value.is_null().get(is_null)) return false;
                request.segment = is_null ? Segment::anonymous : Segment::authenticated;
            }
            break;
        case 'v':
            if (kept == Record::whole && is(key, "version\"")) return text(field, request.version);
            break;
        case 'b':
            if (kept == Record::whole && is(key, "bytes\"")) return !field.value().get_int64().get(request.bytes);
            break;
        }
        return true;
    }

    template <size_t size> static bool is(const char *key, const char (&name)[size]) {
        return memcmp(key, name, size - 1) == 0;
    }

    template <class Field> __attribute__((always_inline)) static bool text(Field &field, std::string_view &text) {
        return !field.value().get_string().get(text);
    }

    template <class Field> __attribute__((always_inline)) static bool milliseconds(Field &field, int64_t &nanoseconds) {
        double value;
        if (field.value().get_double().get(value)) return false;
        nanoseconds = int64_t(value * 1e6 + 0.5);
        return true;
    }

    simdjson::ondemand::parser parser_;
    TimestampParser times_;
    std::string_view time_;
};
