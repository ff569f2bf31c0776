// The hash by which a server shows that it understood a WebSocket handshake. SHA-1 is no secret here, only a checksum.
#include "handshake.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { BLOCK = 64, DIGEST = 20, TEXT_MAX = 3 * BLOCK };

static uint32_t rotated(uint32_t word, int by) { return word << by | word >> (32 - by); }

static void add_block(uint32_t hash[5], const unsigned char *block) {
    uint32_t w[80], a = hash[0], b = hash[1], c = hash[2], d = hash[3], e = hash[4];
    for (int i = 0; i < 16; i++) {
        w[i] = (uint32_t)block[4 * i] << 24 | (uint32_t)block[4 * i + 1] << 16 | (uint32_t)block[4 * i + 2] << 8 | block[4 * i + 3];
    }
    for (int i = 16; i < 80; i++) w[i] = rotated(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    for (int i = 0; i < 80; i++) {
        uint32_t mixed = i < 20   ? ((b & c) | (~b & d)) + 0x5A827999
                         : i < 40 ? (b ^ c ^ d) + 0x6ED9EBA1
                         : i < 60 ? ((b & c) | (b & d) | (c & d)) + 0x8F1BBCDC
                                  : (b ^ c ^ d) + 0xCA62C1D6;
        uint32_t next = rotated(a, 5) + mixed + e + w[i];
        e = d, d = c, c = rotated(b, 30), b = a, a = next;
    }
    hash[0] += a, hash[1] += b, hash[2] += c, hash[3] += d, hash[4] += e;
}

static void sha1(const char *text, unsigned char digest[DIGEST]) {
    uint32_t hash[5] = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
    unsigned char padded[TEXT_MAX + BLOCK] = {0};
    size_t length = strlen(text), blocks = (length + 8) / BLOCK + 1;
    memcpy(padded, text, length);
    padded[length] = 0x80;
    for (int i = 0; i < 8; i++) padded[blocks * BLOCK - 1 - (size_t)i] = (unsigned char)((uint64_t)length * 8 >> (8 * i));
    for (size_t i = 0; i < blocks; i++) add_block(hash, padded + i * BLOCK);
    for (int i = 0; i < DIGEST; i++) digest[i] = (unsigned char)(hash[i / 4] >> (24 - 8 * (i % 4)));
}

void websocket_accept(const char *key, char accept[ACCEPT_BYTES]) {
    static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    char text[TEXT_MAX];
    unsigned char digest[DIGEST + 1] = {0};  // one more byte makes seven groups of three
    snprintf(text, sizeof text, "%.100s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key);
    sha1(text, digest);
    for (int i = 0; i < ACCEPT_BYTES - 1; i++) {
        uint32_t group = (uint32_t)digest[i / 4 * 3] << 16 | (uint32_t)digest[i / 4 * 3 + 1] << 8 | digest[i / 4 * 3 + 2];
        accept[i] = digits[group >> (18 - 6 * (i % 4)) & 63];
    }
    accept[ACCEPT_BYTES - 2] = '=';
    accept[ACCEPT_BYTES - 1] = 0;
}
