// RFC 3339 times in UTC, such as 2026-11-22T10:00:00.000123Z, to nanoseconds since 1970.
#pragma once
#include <cstdint>
#include <cstring>
#include <string_view>

class TimestampParser {
  public:
    bool parse(std::string_view text, int64_t &nanoseconds) {
        if (text.size() < 20 || text.back() != 'Z') return false;
        // Consecutive lines are mostly of the same minute.
        if (memcmp(text.data(), minute_, sizeof minute_) != 0 && !enter_minute(text)) return false;
        if (text[16] != ':' || !is_digit(text[17]) || !is_digit(text[18])) return false;
        int64_t result = minute_ns_ + number(text, 17, 2) * 1'000'000'000;
        if (text[19] == '.') {
            static const int64_t units[] = {1'000'000'000, 100'000'000, 10'000'000, 1'000'000, 100'000,
                                            10'000,        1'000,       100,        10,        1};
            size_t digits = text.size() - 21;
            if (digits > 9) return false;
            int64_t fraction = 0;
            for (size_t place = 20; place < 20 + digits; place++) {
                if (!is_digit(text[place])) return false;
                fraction = fraction * 10 + (text[place] - '0');
            }
            result += fraction * units[digits];
        }
        nanoseconds = result;
        return true;
    }

  private:
    bool enter_minute(std::string_view text) {
        static const char shape[] = "0000-00-00T00:00";
        for (size_t place = 0; place < sizeof minute_; place++) {
            if (shape[place] == '0' ? !is_digit(text[place]) : text[place] != shape[place]) return false;
        }
        int64_t days = days_since_1970(number(text, 0, 4), number(text, 5, 2), number(text, 8, 2));
        minute_ns_ = ((days * 24 + number(text, 11, 2)) * 60 + number(text, 14, 2)) * 60'000'000'000;
        memcpy(minute_, text.data(), sizeof minute_);
        return true;
    }

    static bool is_digit(char byte) { return byte >= '0' && byte <= '9'; }

    static int64_t number(std::string_view text, size_t place, size_t digits) {
        int64_t value = 0;
        for (size_t end = place + digits; place < end; place++) value = value * 10 + (text[place] - '0');
        return value;
    }

    // Years begin in March here, so that a leap day is the last of its year.
    static int64_t days_since_1970(int64_t year, int64_t month, int64_t day) {
        if (month <= 2) year--;
        int64_t month_from_march = (month + 9) % 12;
        int64_t day_of_year = (153 * month_from_march + 2) / 5 + day - 1;
        return year * 365 + year / 4 - year / 100 + year / 400 + day_of_year - 719'468;
    }

    char minute_[16] = {};
    int64_t minute_ns_ = 0;
};
