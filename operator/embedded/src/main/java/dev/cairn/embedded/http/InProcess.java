package dev.cairn.embedded.http;

import dev.cairn.embedded.kinds.ApiError;
import io.netty.handler.codec.http.QueryStringDecoder;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * The API for clients in this process: the same tokens, requests and answers as over HTTPS, without a connection. A
 * request is answered on the thread that asks; all watches are told on one thread of this object.
 */
public final class InProcess implements AutoCloseable {
    private final Answers answers;
    private final Watches watches;

    /** Each watch has at most a few tasks waiting: one that tells, and its timers. */
    private final ExecutorService telling = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "embedded-watch");
        thread.setDaemon(true);
        return thread;
    });

    InProcess(Answers answers, Watches watches) {
        this.answers = answers;
        this.watches = watches;
    }

    /** A request as a client has it: the whole URI, and what HTTP calls headers. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Asked(String method, URI uri, Map<String, List<String>> headers, byte[] body) {}

    /**
     * A whole answer.
     *
     * @param warnings texts for the user, as in HTTP's Warning header
     */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    public record Answer(int code, String contentType, byte[] body, List<String> warnings) {}

    /** Who is told of a watch, one after the other. */
    public interface Audience {
        /** One JSON document that ends in a newline. */
        void event(byte[] line);

        /** Nothing will come any more. */
        void end();
    }

    /** A watch that has begun; it tells nothing until it is asked to. */
    public interface Watch {
        /** One event may come; to be asked again after each. */
        void more();

        /** The audience has gone. */
        void stop();
    }

    /**
     * What comes of a request, exactly one of the two.
     *
     * @param watch when it asked for one that may begin
     * @param answer to everything else
     */
    public record Reply(@Nullable Watch watch, @Nullable Answer answer) {
        private static Reply of(Response response) {
            return new Reply(
                    null, new Answer(response.code(), response.contentType(), response.body(), response.warnings()));
        }
    }

    /**
     * Answers a request, or begins the watch that it asks for.
     *
     * @param audience told of the watch
     */
    public Reply ask(Asked asked, Audience audience) {
        try {
            Request request = request(asked);
            Optional<Route> route = Route.parse(request.path());
            return Answers.isWatch(request, route)
                    ? new Reply(begin(watches.open(request, route.get()), audience), null)
                    : Reply.of(answers.answer(request, route));
        } catch (ApiError e) {
            return Reply.of(Answers.error(e));
        }
    }

    private Watch begin(Watches.Opening opening, Audience audience) {
        Pipe pipe = new Pipe(audience);
        WatchStream stream = watches.begin(opening, telling, pipe);
        return new Watch() {
            @Override
            public void more() {
                pipe.wanted = true;
                stream.wake();
            }

            @Override
            public void stop() {
                stream.closed();
            }
        };
    }

    private Request request(Asked asked) {
        try {
            List<String> path = Answers.pathOf(asked.uri.getRawPath());
            MultiMap headers = MultiMap.caseInsensitiveMultiMap();
            asked.headers.forEach(headers::add);
            MultiMap query = MultiMap.caseInsensitiveMultiMap();
            String raw = asked.uri.getRawQuery();
            new QueryStringDecoder(raw == null ? "" : raw, false).parameters().forEach(query::add);
            String user = answers.userOf(headers.get("Authorization"), path);
            if (asked.body.length > Answers.MAX_BODY) {
                throw Answers.tooLarge();
            }
            return new Request(asked.method, path, query, headers, asked.body, user);
        } catch (IllegalArgumentException e) { // a percent sign that is no escape
            throw ApiError.badRequest("malformed URL: " + e.getMessage());
        }
    }

    /** Full until somebody wants an event. */
    private static final class Pipe implements WatchStream.Sink {
        private final Audience audience;
        private volatile boolean wanted;

        Pipe(Audience audience) {
            this.audience = audience;
        }

        @Override
        public void write(Buffer event) {
            wanted = false;
            audience.event(event.getBytes());
        }

        @Override
        public boolean isFull() {
            return !wanted;
        }

        @Override
        public void onDrained(Runnable action) {
            // whoever wants more wakes the stream
        }

        @Override
        public void end() {
            audience.end();
        }
    }

    @Override
    public void close() {
        telling.shutdownNow();
    }
}
