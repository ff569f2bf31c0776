package dev.cairn.adapters.docker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.exception.DockerException;
import dev.cairn.core.model.Host;
import dev.cairn.core.port.PortException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.apache.hc.core5.http.ProtocolException;

/** What is wrong with a host, told in one sentence that names the host, its URL, the problem and the remedy. */
final class Trouble {
    static final String UNREACHABLE = "HostUnreachable";
    static final String TIMEOUT = "HostTimeout";
    static final String DENIED = "HostDenied";
    static final String NOT_DOCKER = "NotDocker";
    static final String TOO_OLD = "EngineTooOld";
    static final String BAD_URL = "HostUrlInvalid";
    static final String BUSY = "HostBusy";
    static final String DISK_FULL = "DiskFull";

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String CORRECT_URL = "correct spec.docker.url";

    private Trouble() {}

    /** The failure of a call that got no answer from an engine. */
    static PortException unanswered(Host host, Throwable failure, Duration limit) {
        Throwable cause = rootCause(failure);
        String text = cause.getMessage() == null ? "" : cause.getMessage();
        String lower = text.toLowerCase(Locale.ROOT);
        if (cause instanceof DockerException http) {
            return wrongAnswer(host, http);
        }
        Optional<PortException> tls = TlsTrouble.of(host, failure);
        if (tls.isPresent()) {
            return tls.get();
        }
        if (cause instanceof JsonProcessingException || cause instanceof ProtocolException) {
            return notDocker(host);
        }
        if (cause instanceof UnknownHostException) {
            return unreachable(
                    host, "the name in " + host.url() + " is not known", CORRECT_URL + " or the name service");
        }
        if (lower.contains("permission denied")) {
            return new PortException.Invalid(
                    DENIED,
                    sentence(
                            host, "no permission to use " + host.url(), "add the user to group docker or run as root"));
        }
        if (lower.contains("no such file")) {
            return unreachable(host, "there is no socket " + host.url(), "start the Docker engine or " + CORRECT_URL);
        }
        if (lower.contains("connection refused")) {
            return unreachable(
                    host, "nothing listens at " + host.url(), "start the Docker engine there or " + CORRECT_URL);
        }
        if (cause instanceof SocketTimeoutException || lower.contains("timed out")) {
            return timeout(host, limit);
        }
        if (cause instanceof NoRouteToHostException
                || cause instanceof ConnectException
                || lower.contains("unreachable")) {
            return unreachable(
                    host,
                    "the network does not reach " + host.url() + " (" + Labels.brief(text) + ")",
                    "check the network or " + CORRECT_URL);
        }
        if (cause instanceof NoHttpResponseException) {
            return broken(host, "it closed the connection");
        }
        return broken(host, text.isEmpty() ? cause.getClass().getSimpleName() : text);
    }

    /** The engine let the time pass. */
    static PortException timeout(Host host, Duration limit) {
        return new PortException.Transient(
                TIMEOUT,
                sentence(
                        host,
                        "the engine at " + host.url() + " did not answer within " + seconds(limit),
                        "check that it runs and that the network reaches it"));
    }

    /** More calls wait for the engine than can be kept. */
    static PortException busy(Host host) {
        return new PortException.Transient(
                BUSY,
                sentence(host, "too many calls wait for the engine at " + host.url(), "wait until it has caught up"));
    }

    /** The engine has no room for what it was asked for; empty when its text says something else. */
    static Optional<PortException> diskFull(Host host, String what, String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        return lower.contains("no space left on device") || lower.contains("disk quota exceeded")
                ? Optional.of(new PortException.Transient(
                        DISK_FULL,
                        sentence(
                                host,
                                "its disk is full, so there is no room for " + what,
                                "make space there, and it is tried again by itself")))
                : Optional.empty();
    }

    /** Something answered that does not speak the engine's language. */
    static PortException notDocker(Host host) {
        return new PortException.Invalid(
                NOT_DOCKER, sentence(host, "what answers at " + host.url() + " is not a Docker engine", CORRECT_URL));
    }

    /** The engine is older than what this adapter needs. */
    static PortException tooOld(Host host, String api, String wanted) {
        return new PortException.Invalid(
                TOO_OLD,
                sentence(
                        host,
                        "the engine at " + host.url() + " has API version " + Labels.brief(api) + ", and " + wanted
                                + " is the oldest that Cairn uses",
                        "update Docker there"));
    }

    /** An unexpected answer to a call that any engine must be able to answer. */
    static PortException wrongAnswer(Host host, DockerException answer) {
        String text = message(answer);
        if (text.contains("HTTP request to an HTTPS server")) {
            return new PortException.Invalid(
                    DENIED,
                    sentence(
                            host,
                            "the engine at " + host.url() + " wants TLS",
                            "name the Secret with its certificates in spec.docker.tlsSecretRef"));
        }
        if (answer.getHttpStatus() >= 500) {
            return new PortException.Transient(
                    UNREACHABLE,
                    sentence(
                            host,
                            "the engine at " + host.url() + " is in trouble (" + Labels.brief(text) + ")",
                            "look into its log"));
        }
        return notDocker(host);
    }

    /** Why the URL cannot be used at all; empty when it can. */
    static Optional<PortException> badUrl(Host host) {
        boolean unix = host.url().matches("unix:///[^\\s?#%]+");
        boolean tcp = host.url().matches("tcp://([A-Za-z0-9.-]+|\\[[0-9A-Fa-f:.]+]):\\d{1,5}/?");
        return unix || tcp
                ? Optional.empty()
                : Optional.of(new PortException.Invalid(
                        BAD_URL,
                        sentence(
                                host,
                                "\"" + Labels.brief(host.url()) + "\" is not the URL of an engine",
                                "write unix:///path/to/socket or tcp://name:port in spec.docker.url")));
    }

    /** {@code host <name>: <problem>: <remedy>}. */
    static String sentence(Host host, String problem, String remedy) {
        return "host " + host.name() + ": " + problem + ": " + remedy;
    }

    /** The engine's own words: the message field of its JSON answer when it has one. */
    static String message(DockerException answer) {
        String body = answer.getMessage() == null ? "" : answer.getMessage();
        int start = body.indexOf('{');
        if (start >= 0) {
            try {
                String text =
                        JSON.readTree(body.substring(start)).path("message").asText();
                if (!text.isEmpty()) {
                    return text.trim();
                }
            } catch (JsonProcessingException e) {
                return body.trim(); // not JSON: the body as it is says the most
            }
        }
        return body.trim();
    }

    static String seconds(Duration limit) {
        return limit.toMillis() % 1000 == 0 ? limit.toSeconds() + " s" : limit.toMillis() + " ms";
    }

    private static PortException unreachable(Host host, String problem, String remedy) {
        return new PortException.Transient(UNREACHABLE, sentence(host, problem, remedy));
    }

    private static PortException broken(Host host, String how) {
        return unreachable(
                host,
                "the connection to " + host.url() + " broke (" + Labels.brief(how) + ")",
                "if it lasts, look into the engine's log");
    }

    private static Throwable rootCause(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; depth < 10 && cause.getCause() != null; depth++) {
            if (cause instanceof JsonProcessingException || cause instanceof DockerException) {
                return cause;
            }
            cause = cause.getCause();
        }
        return cause;
    }
}
