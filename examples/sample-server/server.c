// The sample server of the examples: one static program without dependencies, so that its image is built from scratch.
//
//   GET /                                 service=webapp version=v0.1 container=<host name>
//   POST /                                the same line and how many bytes the body had
//   GET /ready                            200 while ready, else 503
//   GET /fail, /recover                   makes /ready fail, and succeed again
//   GET /slow?seconds=3                   the line, after that time
//   GET /chunked?parts=5&delay_ms=100     the line so many times, each in a chunk of its own, with that pause between
//   GET /websocket                        a WebSocket: the line, then every frame as it came, until either side ends
//
// Environment: SERVICE, VERSION (what the line says), PORT (8080), READY=false (starts as if /fail had been asked),
// READY_AFTER (seconds from the start until ready), EXIT (exits at once with that code).
//
// One thread per connection, each blocking; the main thread accepts and waits for the signal. On SIGTERM or SIGINT it
// accepts what is queued already, closes the listener and the idle connections, and exits when the last request under
// way is answered; a second signal ends it at once. A WebSocket is idle between two frames.
#define _GNU_SOURCE
#include "handshake.h"

#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { BACKLOG = 4096, MAX_CONNECTIONS = 4096, HEAD_MAX = 16384, IDLE_SECONDS = 300, STACK_BYTES = 128 * 1024,
       CHUNK_MAX = 1 << 30, FRAME_MAX = 4096 };

// Of WebSocket frames: what the first byte says below its FIN bit, and why a connection is closed.
enum { OPCODE = 15, CLOSE = 8, PING = 9, PONG = 10, GOING_AWAY = 1001, PROTOCOL_ERROR = 1002, TOO_BIG = 1009 };

struct connection {
    int fd;
    bool idle;  // between two requests; guarded by lock
    struct connection *previous, *next;
    size_t length;  // bytes in buffer: the rest of what was received and not yet used
    char buffer[HEAD_MAX + 1];
};

struct request {
    char method[16], path[256], query[256], websocket_key[64];
    bool keep_alive, expects_continue, chunked, upgrade;
    long long content_length, received;
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t one_left = PTHREAD_COND_INITIALIZER;
static struct connection *connections;  // guarded by lock, as the two below
static int connection_count;
static bool stopping;

static atomic_bool failing;
static time_t ready_from;
static char line[512];  // what GET / answers, without the line feed

static const char *setting(const char *name, const char *fallback) {
    const char *value = getenv(name);
    return value && *value ? value : fallback;
}

static time_t now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec;
}

static void pause_for(double seconds) {
    struct timespec time = {(time_t)seconds, (long)((seconds - (double)(time_t)seconds) * 1e9)};
    while (nanosleep(&time, &time) < 0 && errno == EINTR) {
    }
}

// The number that the query gives to name, at least 0 and at most max.
static double parameter(const char *query, const char *name, double fallback, double max) {
    size_t length = strlen(name);
    for (const char *at = query; at && *at; at = strchr(at, '&'), at = at ? at + 1 : NULL) {
        if (strncmp(at, name, length) == 0 && at[length] == '=') {
            double value = strtod(at + length + 1, NULL);
            return value >= 0 && value <= max ? value : value > max ? max : 0;
        }
    }
    return fallback;
}

// ---- reading ----

// Receives more into the buffer; false when the peer has ended, or the buffer is full.
static bool receive(struct connection *c) {
    if (c->length == HEAD_MAX) return false;
    ssize_t count = recv(c->fd, c->buffer + c->length, HEAD_MAX - c->length, 0);
    if (count <= 0) return false;
    c->length += (size_t)count;
    c->buffer[c->length] = 0;
    return true;
}

static void consume(struct connection *c, size_t count) {
    c->length -= count;
    memmove(c->buffer, c->buffer + count, c->length + 1);
}

static void parse_header(struct request *r, const char *name, const char *value) {
    if (strcasecmp(name, "Connection") == 0) {
        if (strcasestr(value, "close")) r->keep_alive = false;
        if (strcasestr(value, "keep-alive")) r->keep_alive = true;
    } else if (strcasecmp(name, "Content-Length") == 0) {
        r->content_length = strtoll(value, NULL, 10);
    } else if (strcasecmp(name, "Transfer-Encoding") == 0) {
        r->chunked = strcasestr(value, "chunked") != NULL;
    } else if (strcasecmp(name, "Expect") == 0) {
        r->expects_continue = strcasestr(value, "100-continue") != NULL;
    } else if (strcasecmp(name, "Upgrade") == 0) {
        r->upgrade = strcasestr(value, "websocket") != NULL;
    } else if (strcasecmp(name, "Sec-WebSocket-Key") == 0) {
        snprintf(r->websocket_key, sizeof r->websocket_key, "%.63s", value);
    }
}

static bool parse_head(char *head, struct request *r) {
    char *save = NULL, target[512], protocol[16];
    char *text = strtok_r(head, "\r\n", &save);
    if (!text || sscanf(text, "%15s %511s %15s", r->method, target, protocol) != 3) return false;
    if (strncmp(protocol, "HTTP/1.", 7) != 0) return false;
    r->keep_alive = strcmp(protocol, "HTTP/1.0") != 0;
    char *query = strchr(target, '?');
    if (query) *query++ = 0;
    snprintf(r->path, sizeof r->path, "%.255s", target);
    snprintf(r->query, sizeof r->query, "%.255s", query ? query : "");
    while ((text = strtok_r(NULL, "\r\n", &save))) {
        char *value = strchr(text, ':');
        if (!value) return false;
        *value++ = 0;
        parse_header(r, text, value + strspn(value, " \t"));
    }
    return r->content_length >= 0;
}

// Reads the head of the next request. 1: read, 0: the connection ended, -1: not a request.
static int read_head(struct connection *c, struct request *r) {
    char *end;
    while (!(end = memmem(c->buffer, c->length, "\r\n\r\n", 4))) {
        if (c->length == HEAD_MAX) return -1;
        if (!receive(c)) return 0;
    }
    *end = 0;
    memset(r, 0, sizeof *r);
    bool understood = parse_head(c->buffer, r);
    consume(c, (size_t)(end - c->buffer) + 4);
    return understood ? 1 : -1;
}

static bool skip(struct connection *c, long long count) {
    while (count > 0) {
        if (c->length == 0 && !receive(c)) return false;
        size_t part = (long long)c->length < count ? c->length : (size_t)count;
        consume(c, part);
        count -= (long long)part;
    }
    return true;
}

// Reads one line of a chunked body and returns the hexadecimal number it starts with; -1: the connection ended.
static long long read_size_line(struct connection *c, bool *empty) {
    char *end;
    while (!(end = memmem(c->buffer, c->length, "\r\n", 2))) {
        if (!receive(c)) return -1;
    }
    *empty = end == c->buffer;
    long long size = strtoll(c->buffer, NULL, 16);
    consume(c, (size_t)(end - c->buffer) + 2);
    return size;
}

static bool skip_chunked(struct connection *c, struct request *r) {
    bool empty;
    long long size;
    while ((size = read_size_line(c, &empty)) > 0) {
        if (size > CHUNK_MAX || !skip(c, size + 2)) return false;
        r->received += size;
    }
    do {  // trailers, up to the empty line
        if (size < 0) return false;
        size = read_size_line(c, &empty);
    } while (!empty);
    return true;
}

// ---- answering ----

static bool send_all(int fd, const char *data, size_t length) {
    while (length > 0) {
        ssize_t count = send(fd, data, length, MSG_NOSIGNAL);
        if (count < 0) return false;
        data += count;
        length -= (size_t)count;
    }
    return true;
}

__attribute__((format(printf, 2, 3))) static bool send_text(int fd, const char *format, ...) {
    char text[1536];
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    return send_all(fd, text, (size_t)length);
}

static bool skip_body(struct connection *c, struct request *r) {
    if (r->expects_continue && !send_text(c->fd, "HTTP/1.1 100 Continue\r\n\r\n")) return false;
    if (r->chunked) return skip_chunked(c, r);
    r->received = r->content_length;
    return skip(c, r->content_length);
}

static bool is_stopping(void) {
    pthread_mutex_lock(&lock);
    bool result = stopping;
    pthread_mutex_unlock(&lock);
    return result;
}

static const char *connection_header(struct request *r) {
    if (is_stopping()) r->keep_alive = false;
    return r->keep_alive ? "keep-alive" : "close";
}

static bool answer(struct connection *c, struct request *r, const char *status, const char *body) {
    bool head_only = strcmp(r->method, "HEAD") == 0;
    return send_text(c->fd, "HTTP/1.1 %s\r\nContent-Type: text/plain\r\nContent-Length: %zu\r\nConnection: %s\r\n\r\n%s",
                     status, strlen(body), connection_header(r), head_only ? "" : body);
}

static bool answer_line(struct connection *c, struct request *r) {
    char body[640];
    if (strcmp(r->method, "POST") == 0 || strcmp(r->method, "PUT") == 0) {
        snprintf(body, sizeof body, "%s received=%lld\n", line, r->received);
    } else {
        snprintf(body, sizeof body, "%s\n", line);
    }
    return answer(c, r, "200 OK", body);
}

static bool answer_chunked(struct connection *c, struct request *r) {
    int parts = (int)parameter(r->query, "parts", 5, 100000);
    double pause = parameter(r->query, "delay_ms", 100, 300000) / 1000;
    if (!send_text(c->fd, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\nConnection: %s\r\n\r\n",
                   connection_header(r))) {
        return false;
    }
    if (strcmp(r->method, "HEAD") == 0) return true;
    for (int part = 0; part < parts; part++) {
        if (part > 0) pause_for(pause);
        if (!send_text(c->fd, "%zx\r\n%s\n\r\n", strlen(line) + 1, line)) return false;
    }
    return send_all(c->fd, "0\r\n\r\n", 5);
}

// ---- WebSocket ----

// Marks the connection idle; false when it has to end instead.
static bool wait_idle(struct connection *c) {
    pthread_mutex_lock(&lock);
    c->idle = !stopping;
    bool go_on = c->idle;
    pthread_mutex_unlock(&lock);
    if (go_on && c->length == 0) go_on = receive(c);
    pthread_mutex_lock(&lock);
    c->idle = false;
    pthread_mutex_unlock(&lock);
    return go_on;
}

// Sends one frame; the first byte is passed on as it came, so that messages in several frames stay whole.
static bool send_frame(int fd, unsigned char first, const char *payload, size_t length) {
    unsigned char head[4] = {first, length < 126 ? (unsigned char)length : 126, (unsigned char)(length >> 8), (unsigned char)length};
    return send_all(fd, (char *)head, length < 126 ? 2 : 4) && send_all(fd, payload, length);
}

static bool send_close(int fd, int reason) {
    char payload[] = {(char)(reason >> 8), (char)reason};
    return send_frame(fd, 0x80 | CLOSE, payload, sizeof payload);
}

static bool receive_at_least(struct connection *c, size_t count) {
    while (c->length < count) {
        if (!receive(c)) return false;
    }
    return true;
}

// Reads one frame of a client, which is always masked, and its payload into the buffer's front. 0: read, 1: the connection
// ended, else why it is to be closed.
static int read_frame(struct connection *c, unsigned char *first, size_t *length) {
    if (!receive_at_least(c, 2)) return 1;
    const unsigned char *head = (unsigned char *)c->buffer;
    size_t extra = (head[1] & 127) == 126 ? 2 : 0;
    if (!(head[1] & 128)) return PROTOCOL_ERROR;
    if ((head[1] & 127) == 127) return TOO_BIG;
    if (!receive_at_least(c, 6 + extra)) return 1;
    *first = head[0];
    *length = extra ? (size_t)head[2] << 8 | head[3] : head[1] & 127;
    if (*length > FRAME_MAX) return TOO_BIG;
    char mask[4];
    memcpy(mask, c->buffer + 2 + extra, sizeof mask);
    consume(c, 6 + extra);
    if (!receive_at_least(c, *length)) return 1;
    for (size_t i = 0; i < *length; i++) c->buffer[i] ^= mask[i % 4];
    return 0;
}

// Answers one frame; false when the connection has ended.
static bool echo_frame(struct connection *c) {
    unsigned char first;
    size_t length;
    int trouble = read_frame(c, &first, &length);
    if (trouble) {
        if (trouble > 1) send_close(c->fd, trouble);
        return false;
    }
    int opcode = first & OPCODE;
    if (opcode == PING) first = 0x80 | PONG;
    bool sent = opcode == PONG || send_frame(c->fd, first, c->buffer, length);
    consume(c, length);
    return sent && opcode != CLOSE;
}

static bool answer_websocket(struct connection *c, struct request *r) {
    char accept[ACCEPT_BYTES];
    if (!r->upgrade || !*r->websocket_key) return answer(c, r, "426 Upgrade Required", "this is a WebSocket\n");
    r->keep_alive = false;
    websocket_accept(r->websocket_key, accept);
    bool open = send_text(c->fd, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                 "Sec-WebSocket-Accept: %s\r\n\r\n", accept) &&
                send_frame(c->fd, 0x81, line, strlen(line));
    while (open && wait_idle(c)) open = echo_frame(c);
    if (open) send_close(c->fd, GOING_AWAY);
    return false;
}

// ---- connections ----

static bool handle(struct connection *c, struct request *r) {
    if (strcmp(r->path, "/") == 0) return answer_line(c, r);
    if (strcmp(r->path, "/slow") == 0) {
        pause_for(parameter(r->query, "seconds", 3, 300));
        return answer_line(c, r);
    }
    if (strcmp(r->path, "/chunked") == 0) return answer_chunked(c, r);
    if (strcmp(r->path, "/websocket") == 0) return answer_websocket(c, r);
    if (strcmp(r->path, "/ready") == 0) {
        bool ready = !failing && now() >= ready_from && !is_stopping();
        return answer(c, r, ready ? "200 OK" : "503 Service Unavailable", ready ? "ready\n" : "not ready\n");
    }
    if (strcmp(r->path, "/fail") == 0 || strcmp(r->path, "/recover") == 0) {
        failing = strcmp(r->path, "/fail") == 0;
        return answer(c, r, "200 OK", failing ? "failing\n" : "recovered\n");
    }
    return answer(c, r, "404 Not Found", "not found\n");
}

static void leave(struct connection *c) {
    close(c->fd);
    pthread_mutex_lock(&lock);
    if (c->previous) c->previous->next = c->next;
    else connections = c->next;
    if (c->next) c->next->previous = c->previous;
    connection_count--;
    pthread_cond_signal(&one_left);
    pthread_mutex_unlock(&lock);
    free(c);
}

static void *serve(void *argument) {
    struct connection *c = argument;
    struct request r = {.keep_alive = true};
    while (r.keep_alive && wait_idle(c)) {
        int read = read_head(c, &r);
        if (read < 0) {
            r.keep_alive = false;
            answer(c, &r, "400 Bad Request", "bad request\n");
        }
        if (read <= 0 || !skip_body(c, &r) || !handle(c, &r)) break;
    }
    leave(c);
    return NULL;
}

static void enter(int fd) {
    int on = 1;
    struct timeval idle = {.tv_sec = IDLE_SECONDS};
    setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &idle, sizeof idle);
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &idle, sizeof idle);
    struct connection *c = calloc(1, sizeof *c);
    pthread_mutex_lock(&lock);
    if (!c || connection_count == MAX_CONNECTIONS) {
        pthread_mutex_unlock(&lock);
        free(c);
        close(fd);
        return;
    }
    c->fd = fd;
    c->next = connections;
    if (connections) connections->previous = c;
    connections = c;
    connection_count++;
    pthread_mutex_unlock(&lock);
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    pthread_attr_setstacksize(&attributes, STACK_BYTES);
    pthread_t thread;
    if (pthread_create(&thread, &attributes, serve, c) != 0) leave(c);
    pthread_attr_destroy(&attributes);
}

static void accept_queued(int listener) {
    int fd;
    while ((fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC)) >= 0) enter(fd);
    if (errno == EMFILE || errno == ENFILE || errno == ENOMEM) pause_for(0.01);
}

static int listen_on(int port) {
    int on = 1, off = 0, fd = socket(AF_INET6, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    struct sockaddr_in6 six = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
    struct sockaddr_in four = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    bool has_six = fd >= 0;
    if (!has_six) fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (has_six) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off);
    int bound = has_six ? bind(fd, (struct sockaddr *)&six, sizeof six) : bind(fd, (struct sockaddr *)&four, sizeof four);
    return bound == 0 && listen(fd, BACKLOG) == 0 ? fd : -1;
}

// Ends when every request under way is answered.
static void finish(void) {
    pthread_mutex_lock(&lock);
    stopping = true;
    for (struct connection *c = connections; c; c = c->next) {
        if (c->idle) shutdown(c->fd, SHUT_RD);  // its thread reads the end, or a request that is there already
    }
    while (connection_count > 0) pthread_cond_wait(&one_left, &lock);
    pthread_mutex_unlock(&lock);
}

static void describe(void) {
    char host[256] = "";
    gethostname(host, sizeof host - 1);
    snprintf(line, sizeof line, "service=%.100s version=%.100s container=%.200s", setting("SERVICE", "sample"),
             setting("VERSION", "v0.0"), host);
    failing = strcmp(setting("READY", "true"), "false") == 0;
    ready_from = now() + atoi(setting("READY_AFTER", "0"));
}

int main(void) {
    const char *exit_code = getenv("EXIT");
    describe();
    if (exit_code) {
        fprintf(stderr, "%s exits with %s, as it was told\n", line, exit_code);
        return atoi(exit_code);
    }
    struct rlimit files;
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    sigset_t signals;
    sigemptyset(&signals);
    sigaddset(&signals, SIGTERM);
    sigaddset(&signals, SIGINT);
    pthread_sigmask(SIG_BLOCK, &signals, NULL);  // as process 1 a signal without this would be ignored
    int stop = signalfd(-1, &signals, SFD_CLOEXEC);
    int port = atoi(setting("PORT", "8080")), listener = listen_on(port);
    if (listener < 0 || stop < 0) {
        fprintf(stderr, "cannot listen on port %d: %s\n", port, strerror(errno));
        return 1;
    }
    printf("%s listens on port %d\n", line, port);
    fflush(stdout);
    struct pollfd events[] = {{.fd = listener, .events = POLLIN}, {.fd = stop, .events = POLLIN}};
    while (!(events[1].revents & POLLIN)) {
        poll(events, 2, -1);
        accept_queued(listener);
    }
    struct signalfd_siginfo received;
    if (read(stop, &received, sizeof received) < 0) return 1;
    close(listener);
    close(stop);
    signal(SIGTERM, _exit);
    signal(SIGINT, _exit);
    pthread_sigmask(SIG_UNBLOCK, &signals, NULL);
    finish();
    return 0;
}
