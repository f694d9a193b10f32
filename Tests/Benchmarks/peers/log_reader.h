// A file as blocks of whole lines, read one after the other into the same memory.
#pragma once
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>
#include <vector>

#include <simdjson.h>

class LogReader {
  public:
    explicit LogReader(const char *path) : file_(open(path, O_RDONLY)), memory_(block_bytes + line_bytes + padding) {
        if (file_ >= 0) return;
        perror(path);
        exit(66);
    }

    // Calls `visit(line, length, readable)` for every line, without its line feed.
    template <class Visitor> void each_line(Visitor visit) {
        size_t held = 0;
        for (;;) {
            ssize_t count = read(file_, memory_.data() + held, block_bytes);
            if (count <= 0) break;
            held += size_t(count);
            const char *line = memory_.data(), *end = line + held;
            while (auto feed = static_cast<const char *>(memchr(line, '\n', size_t(end - line)))) {
                visit(line, size_t(feed - line), size_t(memory_.data() + memory_.size() - line));
                line = feed + 1;
            }
            held = size_t(end - line);
            if (held > line_bytes) {
                fputs("a line is longer than 1 MiB\n", stderr);
                exit(65);
            }
            memmove(memory_.data(), line, held);
        }
        if (held == 0) return;
        fputs("the log does not end with a line feed\n", stderr);
        exit(65);
    }

  private:
    static constexpr size_t block_bytes = 256 << 10, line_bytes = 1 << 20, padding = simdjson::SIMDJSON_PADDING;

    int file_;
    std::vector<char> memory_;
};
