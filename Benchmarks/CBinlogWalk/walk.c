#include "CBinlogWalk.h"
#include <libdeflate.h>
#include <string.h>

#define FAIL return __LINE__
enum { HEADER = 19, MAX_COLUMNS = 4096, SLOTS = 256 };

// How a column is passed over: a fixed width, or a length of `prefix` bytes in front.
typedef struct { uint8_t prefix, width; } column;
typedef struct { uint64_t id; uint32_t count; column columns[MAX_COLUMNS]; } table;

static table tables[SLOTS];

static uint64_t little(const uint8_t *bytes, int count) {
    uint64_t value = 0;
    for (int index = 0; index < count; index++) value |= (uint64_t)bytes[index] << 8 * index;
    return value;
}

static const uint8_t *packed(const uint8_t *p, uint64_t *value) {
    switch (*p) {
    case 252: *value = little(p + 1, 2); return p + 3;
    case 253: *value = little(p + 1, 3); return p + 4;
    case 254: *value = little(p + 1, 8); return p + 9;
    default: *value = *p; return p + 1;
    }
}

static int decimal_bytes(int digits) { return digits / 9 * 4 + (digits % 9 + 1) / 2; }

// Reads a type's metadata; returns how many bytes it has, or -1 for an unknown type.
static int read_type(uint8_t type, const uint8_t *meta, column *out) {
    *out = (column){0, 0};
    switch (type) {
    case 1: case 13: out->width = 1; return 0;
    case 2: out->width = 2; return 0;
    case 9: case 10: case 14: out->width = 3; return 0;
    case 3: out->width = 4; return 0;
    case 8: out->width = 8; return 0;
    case 4: case 5: out->width = *meta; return 1;
    case 246: out->width = decimal_bytes(meta[0] - meta[1]) + decimal_bytes(meta[1]); return 2;
    case 17: out->width = 4 + (*meta + 1) / 2; return 1;
    case 18: out->width = 5 + (*meta + 1) / 2; return 1;
    case 19: out->width = 3 + (*meta + 1) / 2; return 1;
    case 16: out->width = meta[1] + (meta[0] > 0); return 2;
    case 15: out->prefix = little(meta, 2) > 255 ? 2 : 1; return 2;
    case 252: case 245: case 255: out->prefix = *meta; return 1;
    case 254: {
        if (meta[0] == 247 || meta[0] == 248) { out->width = meta[1]; return 2; }
        int length = (((meta[0] & 0x30) ^ 0x30) << 4) | meta[1];
        out->prefix = length > 255 ? 2 : 1;
        return 2;
    }
    default: return -1;
    }
}

static int table_map(const uint8_t *p) {
    uint64_t id = little(p, 6), count, length;
    table *map = &tables[id % SLOTS];
    map->id = id;
    p += 8;
    p += *p + 2;
    p += *p + 2;
    p = packed(p, &count);
    if (count > MAX_COLUMNS) FAIL;
    const uint8_t *types = p;
    p = packed(p + count, &length);
    map->count = count;
    for (uint64_t index = 0; index < count; index++) {
        int used = read_type(types[index], p, &map->columns[index]);
        if (used < 0) FAIL;
        p += used;
    }
    return 0;
}

static const uint8_t *image(const uint8_t *p, const uint8_t *end, const table *map, const uint8_t *present,
                            uint32_t there, walk_result *result) {
    const uint8_t *nulls = p;
    p += (there + 7) / 8;
    uint32_t next = 0;
    for (uint32_t index = 0; index < map->count; index++) {
        if (!(present[index >> 3] & 1 << (index & 7))) continue;
        int is_null = nulls[next >> 3] & 1 << (next & 7);
        next++;
        if (is_null) continue;
        column column = map->columns[index];
        size_t length = column.width;
        switch (column.prefix) {
        case 0: break;
        case 1: length = *p; break;
        case 2: length = little(p, 2); break;
        default: length = little(p, column.prefix);
        }
        p += column.prefix;
        if (p > end || length > (size_t)(end - p)) return NULL;
        result->values++;
        result->sum += length + walk_word(p, length);
        p += length;
    }
    return p;
}

static int rows(const uint8_t *p, const uint8_t *end, int is_update, int version, walk_result *result) {
    uint64_t id = little(p, 6), count;
    const table *map = &tables[id % SLOTS];
    if (map->id != id) FAIL;
    p += 8;
    if (version == 2) p += little(p, 2);
    p = packed(p, &count);
    if (count != map->count) FAIL;
    const uint8_t *first = p, *second = p;
    p += (count + 7) / 8;
    if (is_update) { second = p; p += (count + 7) / 8; }
    uint32_t there = 0, there_after = 0;
    for (uint32_t index = 0; index < count; index++) {
        there += first[index >> 3] >> (index & 7) & 1;
        there_after += second[index >> 3] >> (index & 7) & 1;
    }
    while (p < end) {
        if (!(p = image(p, end, map, first, there, result))) FAIL;
        if (is_update && !(p = image(p, end, map, second, there_after, result))) FAIL;
        result->rows++;
    }
    return 0;
}

int binlog_walk(const uint8_t *bytes, size_t count, walk_result *result) {
    const uint8_t *p = bytes + 4, *stop = bytes + count;
    memset(result, 0, sizeof *result);
    memset(tables, 0xff, sizeof tables[0].id);
    while (stop - p >= HEADER) {
        size_t length = little(p + 9, 4);
        if (length < HEADER + 4 || length > (size_t)(stop - p)) FAIL;
        const uint8_t *end = p + length - 4;
        uint8_t type = p[4];
        // The FORMAT_DESCRIPTION event of a log that is open has another CRC.
        if (type != 15 && libdeflate_crc32(0, p, length - 4) != (uint32_t)little(end, 4)) FAIL;
        int failed = 0;
        switch (type) {
        case 19: failed = table_map(p + HEADER); break;
        case 23: case 25: failed = rows(p + HEADER, end, 0, 1, result); break;
        case 24: failed = rows(p + HEADER, end, 1, 1, result); break;
        case 30: case 32: failed = rows(p + HEADER, end, 0, 2, result); break;
        case 31: failed = rows(p + HEADER, end, 1, 2, result); break;
        default: break;
        }
        if (failed) return failed;
        result->events++;
        p += length;
    }
    return 0;
}
