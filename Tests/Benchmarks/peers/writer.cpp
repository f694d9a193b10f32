// Appends request lines of this moment to a log at a given rate.
// usage: writer LOG LINES_PER_SECOND LINES_PER_WRITE SECONDS TEMPLATE   prints the lines it wrote
//
// TEMPLATE: lines of `plumbline simulate`, constant shape, whose times are replaced: all lines of one write have its
// moment. Who is late does not wait, and ends on time nevertheless.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <fcntl.h>
#include <fstream>
#include <string>
#include <thread>
#include <unistd.h>
#include <vector>

using Clock = std::chrono::steady_clock;

static constexpr size_t stamp_at = 7, stamp_length = 26; // 2026-11-21T10:00:00.000050

struct Write {
    std::string bytes;
    std::vector<size_t> stamps;
};

static std::vector<Write> writes_of(const char *path, size_t lines_per_write) {
    std::ifstream file(path);
    std::vector<Write> writes(1);
    for (std::string line; std::getline(file, line);) {
        if (writes.back().stamps.size() == lines_per_write) writes.emplace_back();
        writes.back().stamps.push_back(writes.back().bytes.size() + stamp_at);
        writes.back().bytes += line + "\n";
    }
    if (writes.size() > 1 && writes.back().stamps.size() < lines_per_write) writes.pop_back();
    return writes;
}

static void stamp(Write &write) {
    timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    tm parts;
    gmtime_r(&now.tv_sec, &parts);
    char text[32], digits[24];
    strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%S.", &parts);
    snprintf(digits, sizeof digits, "%06ld", now.tv_nsec / 1000);
    memcpy(text + 20, digits, 6);
    for (size_t place : write.stamps) memcpy(&write.bytes[place], text, stamp_length);
}

int main(int count, char **arguments) {
    if (count != 6) return 64;
    int log = open(arguments[1], O_WRONLY | O_APPEND | O_CREAT, 0644);
    double rate = atof(arguments[2]);
    auto batch = size_t(atol(arguments[3]));
    std::vector<Write> writes = writes_of(arguments[5], batch);
    auto period = std::chrono::duration<double>(double(batch) / rate);
    auto start = Clock::now(), end = start + std::chrono::milliseconds(long(atof(arguments[4]) * 1000));
    size_t written = 0;
    for (;;) {
        std::this_thread::sleep_until(start + std::chrono::duration_cast<Clock::duration>(period * double(written)));
        if (Clock::now() >= end) break;
        Write &next = writes[written++ % writes.size()];
        stamp(next);
        if (write(log, next.bytes.data(), next.bytes.size()) != ssize_t(next.bytes.size())) {
            perror(arguments[1]);
            return 73;
        }
    }
    printf("%zu\n", written * batch);
    return 0;
}
