// Four numbers at once: what `decimal` does, a number in each 64 bits of a vector.
#ifndef PLUMBLINE_DECIMALS4_H
#define PLUMBLINE_DECIMALS4_H

#include "CScan.h"
#include "Vector.h"

/// By the digits behind the point: 0, for those without a point, to 7.
typedef __m256i decimal_scales;

AVX2_INLINE decimal_scales scales_of(const uint32_t *scale) {
    return _mm256_setr_epi32(
        (int)scale[0], (int)scale[-1], (int)scale[-2], (int)scale[-3], (int)scale[-4], (int)scale[-5], (int)scale[-6],
        (int)scale[-7]);
}

/// Eight digits in each 64 bits, the first in the lowest byte: pairs, then fours, then all.
AVX2_INLINE __m256i numbers(__m256i digits) {
    __m256i pairs = _mm256_maddubs_epi16(digits, _mm256_set1_epi16(1 << 8 | 10));
    __m256i fours = _mm256_madd_epi16(pairs, _mm256_set1_epi32(1 << 16 | 100));
    return _mm256_add_epi64(_mm256_mul_epu32(fours, _mm256_set1_epi64x(10000)), _mm256_srli_epi64(fours, 32));
}

/// Reads the values from the n-th on, as many as there are; returns a bit for each that is left.
AVX2_INLINE uint64_t decimals4(const cscan_column *column, size_t first, decimal_scales scales, int64_t most) {
    const cscan_span *values = column->values + first;
    size_t count = column->count - first < 4 ? column->count - first : 4;
    const cscan_span *value[4] = {
        values, values + (count > 1 ? 1 : 0), values + (count > 2 ? 2 : 0), values + (count > 3 ? 3 : 0)};
    __m256i zero = _mm256_setzero_si256(), one = _mm256_set1_epi64x(1);
    __m256i words = _mm256_setr_epi64x(
        (int64_t)cscan_word(value[0]->start), (int64_t)cscan_word(value[1]->start),
        (int64_t)cscan_word(value[2]->start), (int64_t)cscan_word(value[3]->start));
    __m256i lengths = _mm256_setr_epi64x(
        value[0]->end - value[0]->start, value[1]->end - value[1]->start, value[2]->end - value[2]->start,
        value[3]->end - value[3]->start);

    // One to eight characters; and no more digits behind a zero.
    __m256i wrong = _mm256_or_si256(
        _mm256_cmpgt_epi64(one, lengths), _mm256_cmpgt_epi64(lengths, _mm256_set1_epi64x(8)));
    __m256i begins_with_zero = _mm256_cmpeq_epi64(
        _mm256_and_si256(words, _mm256_set1_epi64x(0xff)), _mm256_set1_epi64x('0'));
    __m256i goes_on_with_point = _mm256_cmpeq_epi64(
        _mm256_and_si256(words, _mm256_set1_epi64x(0xff00)), _mm256_set1_epi64x('.' << 8));
    __m256i has_more = _mm256_cmpgt_epi64(lengths, one);
    wrong = _mm256_or_si256(wrong, _mm256_andnot_si256(goes_on_with_point, _mm256_and_si256(begins_with_zero, has_more)));

    // Right-aligned, with zeros before them. The first byte that is no digit must be the point, and the only one.
    __m256i digits = _mm256_sllv_epi64(
        _mm256_xor_si256(words, _mm256_set1_epi8('0')),
        _mm256_sub_epi64(_mm256_set1_epi64x(64), _mm256_slli_epi64(lengths, 3)));
    __m256i others = _mm256_cmpeq_epi8(_mm256_max_epu8(digits, _mm256_set1_epi8(10)), digits);
    __m256i lowest = _mm256_and_si256(others, _mm256_sub_epi64(zero, others));
    __m256i has_none = _mm256_cmpeq_epi64(others, zero);
    __m256i point = _mm256_sub_epi64(_mm256_slli_epi64(lowest, 8), lowest);
    __m256i before = _mm256_andnot_si256(has_none, _mm256_sub_epi64(lowest, one));
    __m256i is_point = _mm256_cmpeq_epi8(digits, _mm256_set1_epi8('.' ^ '0'));
    wrong = _mm256_or_si256(wrong, _mm256_xor_si256(others, point));
    wrong = _mm256_or_si256(wrong, _mm256_andnot_si256(is_point, point));

    // The digits behind the point stay, those before it take its place. A digit must stand on either side.
    __m256i behind = _mm256_andnot_si256(_mm256_or_si256(before, point), _mm256_set1_epi8(-1));
    digits = _mm256_or_si256(_mm256_and_si256(digits, behind), _mm256_slli_epi64(_mm256_and_si256(digits, before), 8));
    __m256i fraction = _mm256_andnot_si256(
        has_none, _mm256_sad_epu8(_mm256_and_si256(behind, _mm256_set1_epi8(1)), zero));
    __m256i has_no_digit = _mm256_or_si256(
        _mm256_cmpeq_epi64(fraction, zero),
        _mm256_cmpgt_epi64(_mm256_add_epi64(fraction, _mm256_set1_epi64x(2)), lengths));
    wrong = _mm256_or_si256(wrong, _mm256_andnot_si256(has_none, has_no_digit));

    __m256i scale = _mm256_and_si256(
        _mm256_permutevar8x32_epi32(scales, fraction), _mm256_set1_epi64x(0xffffffff));
    __m256i numbers_read = _mm256_mul_epu32(numbers(digits), scale);
    wrong = _mm256_or_si256(wrong, _mm256_cmpeq_epi64(scale, zero));
    wrong = _mm256_or_si256(wrong, _mm256_cmpgt_epi64(numbers_read, _mm256_set1_epi64x(most)));

    unsigned left = 15 & ~(unsigned)_mm256_movemask_pd(_mm256_castsi256_pd(_mm256_cmpeq_epi64(wrong, zero)));
    uint64_t read[4];
    _mm256_storeu_si256((__m256i *)read, numbers_read);
    const uint16_t *places = column->places + first;
    if (count == 4 && left == 0) {
        for (size_t place = 0; place < 4; place++) {
            memcpy(column->field + (size_t)places[place] * CSCAN_RECORD_BYTES, &read[place], 8);
        }
        return 0;
    }
    for (size_t place = 0; place < count; place++) {
        if (left >> place & 1) continue;
        memcpy(column->field + (size_t)places[place] * CSCAN_RECORD_BYTES, &read[place], 8);
    }
    return left;
}

#endif
