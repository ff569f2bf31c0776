#ifndef HANDSHAKE_H
#define HANDSHAKE_H

enum { ACCEPT_BYTES = 29 };

// What Sec-WebSocket-Accept must say to a Sec-WebSocket-Key (RFC 6455): base64 of the SHA-1 of key and a fixed text.
void websocket_accept(const char *key, char accept[ACCEPT_BYTES]);

#endif
