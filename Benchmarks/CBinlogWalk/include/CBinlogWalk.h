#ifndef CBINLOGWALK_H
#define CBINLOGWALK_H
#include <stddef.h>
#include <stdint.h>

/// What a pass over a log has seen. Both contestants must agree on it.
typedef struct {
    uint64_t events;
    uint64_t rows;
    /// Values that are there and not NULL.
    uint64_t values;
    /// Of each value its length and its first 8 bytes.
    uint64_t sum;
} walk_result;

/// The yardstick: walks the events of a whole binlog file in memory, checks each CRC with libdeflate, and reads every
/// value of every row. Knows no transactions, no GTIDs, no errors: returns 0, or a line number of walk.c for a file
/// that it cannot read.
int binlog_walk(const uint8_t *bytes, size_t count, walk_result *result);

/// The first 8 bytes of a value, or all of a shorter one, as a number.
static inline uint64_t walk_word(const uint8_t *value, size_t length) {
    uint64_t word = 0;
    if (length >= 8) {
        __builtin_memcpy(&word, value, 8);
        return word;
    }
    if (length >= 4) {
        uint32_t low, high;
        __builtin_memcpy(&low, value, 4);
        __builtin_memcpy(&high, value + length - 4, 4);
        return low | (uint64_t)high << 8 * (length - 4);
    }
    if (length == 0) return 0;
    return value[0] | (uint64_t)value[length / 2] << 8 * (length / 2) | (uint64_t)value[length - 1] << 8 * (length - 1);
}

#endif
