// The kernels once more, under names that end with VARIANT.
#define JOIN(a, b) a##b
#define NAME(a, b) JOIN(a, b)
#define cscan_lines NAME(lines_, VARIANT)
#define cscan_blank_escapes NAME(blank_, VARIANT)
#define cscan_blanked NAME(blanked_, VARIANT)
#define cscan_move NAME(move_, VARIANT)
#define cscan_match NAME(match_, VARIANT)
#define cscan_decimals NAME(decimals_, VARIANT)
#define cscan_statuses NAME(statuses_, VARIANT)
#define cscan_instants NAME(instants_, VARIANT)
#define cscan_words NAME(words_, VARIANT)
#define cscan_names NAME(names_, VARIANT)
#define cscan_repeated_names NAME(repeated_names_, VARIANT)
#define cscan_identities NAME(identities_, VARIANT)
#define cscan_remember_name NAME(remember_, VARIANT)
#define cscan_find_format NAME(find_format_, VARIANT)
#define cscan_farthest NAME(farthest_, VARIANT)
#include "../../Sources/CScan/Lines.c"
#include "../../Sources/CScan/Escapes.c"
#include "../../Sources/CScan/Match.c"
#include "../../Sources/CScan/Texts.c"
#include "../../Sources/CScan/Values.c"

uint32_t NAME(stops_, VARIANT)(const uint8_t *p) { return cscan_string_stops(p); }
uint32_t NAME(text_stops_, VARIANT)(const uint8_t *p, uint8_t stop) { return cscan_text_stops(p, stop); }
uint32_t NAME(places_, VARIANT)(const uint8_t *p, uint8_t one, uint8_t other) { return cscan_places(p, one, other); }
uint32_t NAME(segment_stops_, VARIANT)(const uint8_t *p) { return cscan_segment_stops(p); }
int NAME(is_plain_, VARIANT)(const uint8_t *p, size_t count) { return cscan_is_plain(p, count); }
const uint8_t *NAME(word_end_, VARIANT)(const uint8_t *p) { return cscan_word_end(p); }
