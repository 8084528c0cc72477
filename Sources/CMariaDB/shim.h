#ifndef LUTRA_CMARIADB_SHIM_H
#define LUTRA_CMARIADB_SHIM_H

#include <stdio.h>
#include <mysql.h>
#include <errmsg.h>
#include <ma_pvio.h>

/* Raw replication commands: the method table is public, its members are C function pointers that Swift cannot call
   through `const struct`, so that one-line functions stand in. */
static inline int lutra_command(MYSQL *m, int command, const unsigned char *bytes, size_t length) {
    return m->methods->db_command(m, (enum enum_server_command)command, (const char *)bytes, length, 1, NULL);
}

/* The length of the next packet, or packet_error; the bytes are at lutra_packet. */
unsigned long mysql_net_read_packet(MYSQL *mysql);
static inline const unsigned char *lutra_packet(MYSQL *m) { return m->net.read_pos; }

/* Bytes that the library has read from the socket and not yet handed out. */
static inline size_t lutra_cached_bytes(MYSQL *m) {
    MARIADB_PVIO *pvio = m->net.pvio;
    if (!pvio || !pvio->cache || !pvio->cache_pos) return 0;
    uchar *end = pvio->cache + pvio->cache_size;
    return pvio->cache_pos < end ? (size_t)(end - pvio->cache_pos) : 0;
}

/* A double in 17 digits, which read back to the same value. Returns the length; `to` has room for 32 bytes. */
static inline int lutra_format_double(char *to, double value) { return snprintf(to, 32, "%.17g", value); }

#endif
