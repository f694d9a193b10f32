// Texts to small numbers and back.
#pragma once
#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

class Names {
  public:
    Names() : table_(1024, Entry{}) {}

    // At least 8 bytes from the text on are readable: simdjson's buffers see to that.
    uint32_t number(std::string_view text) {
        Entry wanted = entry(text);
        for (size_t place = hash_of(wanted);; place++) {
            Entry &known = table_[place & (table_.size() - 1)];
            if (known.number < 0) return insert(text, wanted, known);
            if (known.head == wanted.head && known.tail == wanted.tail && known.length == wanted.length &&
                (text.size() <= 16 || texts_[size_t(known.number)] == text)) {
                return uint32_t(known.number);
            }
        }
    }

    const std::string &text(uint32_t number) const { return texts_[number]; }

  private:
    // The first and the last eight bytes: of 16 bytes or less, that is all of them.
    struct Entry {
        uint64_t head = 0, tail = 0;
        uint32_t length = 0;
        int32_t number = -1;
    };

    static Entry entry(std::string_view text) {
        Entry entry;
        memcpy(&entry.head, text.data(), 8);
        if (text.size() >= 8) memcpy(&entry.tail, text.data() + text.size() - 8, 8);
        else entry.head = text.empty() ? 0 : entry.head << (64 - 8 * text.size());
        entry.length = uint32_t(text.size());
        return entry;
    }

    static uint64_t hash_of(const Entry &entry) {
        uint64_t hash = (entry.head ^ entry.tail * 0x9e3779b97f4a7c15) * 0xbf58476d1ce4e5b9 + entry.length;
        return hash ^ hash >> 31;
    }

    __attribute__((noinline)) uint32_t insert(std::string_view text, Entry wanted, Entry &place) {
        wanted.number = int32_t(texts_.size());
        place = wanted;
        texts_.emplace_back(text);
        if (texts_.size() * 2 > table_.size()) grow();
        return uint32_t(wanted.number);
    }

    void grow() {
        std::vector<Entry> larger(table_.size() * 2, Entry{});
        for (const Entry &entry : table_) {
            if (entry.number < 0) continue;
            size_t place = hash_of(entry);
            while (larger[place & (larger.size() - 1)].number >= 0) place++;
            larger[place & (larger.size() - 1)] = entry;
        }
        table_ = std::move(larger);
    }

    std::vector<Entry> table_;
    std::vector<std::string> texts_;
};
