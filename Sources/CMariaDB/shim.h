#ifndef LUTRA_CMARIADB_SHIM_H
#define LUTRA_CMARIADB_SHIM_H

#include <stdio.h>
#include <string.h>
#include <mysql.h>
#include <errmsg.h>
#include <dlfcn.h>
#include <ma_pvio.h>
#undef MARIADB_TLS /* ma_pvio.h calls it void */
#include <ma_tls.h>

/* Raw replication commands: the method table is public, its members are C function pointers that Swift cannot call
   through `const struct`, so that one-line functions stand in. */
static inline int lutra_command(MYSQL *m, int command, const unsigned char *bytes, size_t length) {
    return m->methods->db_command(m, (enum enum_server_command)command, (const char *)bytes, length, 1, NULL);
}

/* The length of the next packet, or packet_error; the bytes are at lutra_packet. */
unsigned long mysql_net_read_packet(MYSQL *mysql);
static inline const unsigned char *lutra_packet(MYSQL *m) { return m->net.read_pos; }

/* A packet of a binlog dump with the semi-synchronous flag makes the server count its packets from 1 again. */
static inline void lutra_restart_packet_count(MYSQL *m) { m->net.pkt_nr = 1; }

/* Sends one packet beside the answer that is being read: its first byte, then the rest. What the server sends is
   counted by itself. */
static inline int lutra_send_beside(MYSQL *m, int first, const unsigned char *bytes, size_t length) {
    unsigned int count = m->net.pkt_nr;
    int status = m->methods->db_command(m, (enum enum_server_command)first, (const char *)bytes, length, 1, NULL);
    m->net.pkt_nr = count;
    return status;
}

/* Bytes that the TLS library has decrypted and not yet handed out. The client library is built with OpenSSL or GnuTLS
   and loads it; nothing of ours links to either. */
static inline size_t lutra_tls_pending(MYSQL *m) {
    MARIADB_PVIO *pvio = m->net.pvio;
    MARIADB_TLS *tls = pvio ? (MARIADB_TLS *)pvio->ctls : NULL;
    if (!tls || !tls->ssl) return 0;
    const char *library = NULL;
    mariadb_get_infov(m, MARIADB_TLS_LIBRARY, &library);
    if (library && strncmp(library, "GnuTLS", 6) == 0) {
        size_t (*pending)(void *) = (size_t (*)(void *))dlsym(RTLD_DEFAULT, "gnutls_record_check_pending");
        return pending ? pending(tls->ssl) : 0;
    }
    int (*pending)(const void *) = (int (*)(const void *))dlsym(RTLD_DEFAULT, "SSL_pending");
    return pending ? (size_t)pending(tls->ssl) : 0;
}

/* Bytes that the libraries have read from the socket and not yet handed out. */
static inline size_t lutra_cached_bytes(MYSQL *m) {
    MARIADB_PVIO *pvio = m->net.pvio;
    if (!pvio || !pvio->cache || !pvio->cache_pos) return lutra_tls_pending(m);
    uchar *end = pvio->cache + pvio->cache_size;
    return pvio->cache_pos < end ? (size_t)(end - pvio->cache_pos) : lutra_tls_pending(m);
}

/* A double in 17 digits, which read back to the same value. Returns the length; `to` has room for 32 bytes. */
static inline int lutra_format_double(char *to, double value) { return snprintf(to, 32, "%.17g", value); }

#endif
