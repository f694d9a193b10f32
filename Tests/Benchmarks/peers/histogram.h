// Base-2 exponential buckets, 32 to a doubling: bucket i holds what is in (2^(i/32), 2^((i+1)/32)].
#pragma once
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

// From a count of small units to its bucket over the large unit: a guess from the top bits of the mantissa, corrected
// with the exact integer edges.
class ExponentialScale {
  public:
    ExponentialScale(int64_t per_unit, int64_t most) : unit_(1.0 / double(per_unit)) {
        // The bucket before that of 1; the edges reach one bucket past the most.
        first_ = -32 * int(std::ceil(std::log2(double(per_unit)))) - 2;
        do {
            // 64 bits of mantissa: no edge below 2^55 is nearer to a whole number than its error.
            long double edge = std::exp2((long double)(first_ + int(edges_.size()) + 1) / 32) * per_unit;
            edges_.push_back(int64_t(edge));
        } while (edges_.back() < most);
        edges_.push_back(INT64_MAX);
        for (int top = 0; top < 256; top++) guess_[top] = int16_t(std::floor(32 * std::log2(1 + top / 256.0)));
    }

    int index(int64_t count) const {
        double value = double(count) * unit_;
        uint64_t bits;
        memcpy(&bits, &value, sizeof bits);
        int index = (int(bits >> 52) - 1023) * 32 + guess_[(bits >> 44) & 255];
        index += count > edges_[index - first_];
        index -= count <= edges_[index - 1 - first_];
        return index;
    }

  private:
    double unit_;
    int first_;
    std::vector<int64_t> edges_;
    int16_t guess_[256];
};

// Counters around the buckets that were met.
class Buckets {
  public:
    void add(int index) {
        unsigned place = unsigned(index - lowest_);
        if (__builtin_expect(place >= counts_.size(), 0)) {
            widen(index);
            place = unsigned(index - lowest_);
        }
        counts_[place]++;
    }

    // Calls `visit(index, count)` for each bucket that is not empty.
    template <class Visitor> void each(Visitor visit) const {
        for (size_t place = 0; place < counts_.size(); place++) {
            if (counts_[place]) visit(lowest_ + int(place), uint64_t(counts_[place]));
        }
    }

  private:
    static constexpr int margin = 16;

    __attribute__((noinline)) void widen(int index) {
        if (counts_.empty()) {
            lowest_ = index - margin / 2;
            counts_.resize(margin);
            return;
        }
        int end = std::max(lowest_ + int(counts_.size()), index + margin);
        int first = std::min(lowest_, index - margin);
        std::vector<uint32_t> wider(size_t(end - first));
        std::copy(counts_.begin(), counts_.end(), wider.begin() + (lowest_ - first));
        counts_ = std::move(wider);
        lowest_ = first;
    }

    int lowest_ = 0;
    std::vector<uint32_t> counts_;
};
