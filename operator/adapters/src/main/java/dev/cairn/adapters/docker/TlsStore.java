package dev.cairn.adapters.docker;

import dev.cairn.core.model.Host;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.port.PortException;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The TLS material of hosts. A Secret is read again after a while, and soon after trouble, so that a changed one is
 * used without a restart.
 */
final class TlsStore {
    private static final Duration READ_AGAIN = Duration.ofSeconds(10);
    private static final Duration READ_AGAIN_SOON = Duration.ofSeconds(1);

    private final Secrets secrets;
    private final Map<String, Known> byHost = new ConcurrentHashMap<>();

    TlsStore(Secrets secrets) {
        this.secrets = secrets;
    }

    /** What was read last: either of tls and trouble is null. */
    private record Known(
            ObjectKey secret, @Nullable Tls tls, @Nullable PortException trouble, Deadline fresh) {}

    /** What this host's connections are secured with; empty when its url is used without TLS. */
    Optional<Tls> of(Host host) throws PortException {
        ObjectKey secret = host.tlsSecret();
        if (secret == null) {
            return Optional.empty();
        }
        Known known = byHost.get(host.name());
        if (known == null || !known.secret.equals(secret) || known.fresh.passed()) {
            known = read(host, secret, known);
            byHost.put(host.name(), known);
        }
        if (known.trouble != null) {
            throw known.trouble;
        }
        return Optional.ofNullable(known.tls);
    }

    /** The host is in trouble, which a changed Secret may have ended. */
    void doubt(Host host) {
        byHost.computeIfPresent(
                host.name(),
                (name, known) -> known.fresh.limit().equals(READ_AGAIN)
                        ? new Known(known.secret, known.tls, known.trouble, Deadline.in(READ_AGAIN_SOON))
                        : known);
    }

    void retain(Collection<String> hosts) {
        byHost.keySet().retainAll(hosts);
    }

    private Known read(Host host, ObjectKey name, @Nullable Known before) {
        try {
            Secrets.Secret secret = secrets.read(name).orElseThrow(() -> TlsTrouble.noSecret(host, name));
            boolean same = before != null
                    && before.tls != null
                    && before.secret.equals(name)
                    && before.tls.version().equals(secret.version());
            Tls tls = same && before != null
                    ? before.tls
                    : Tls.of(host, name, secret, Clock.systemUTC().instant());
            return new Known(name, tls, null, Deadline.in(READ_AGAIN));
        } catch (PortException.Transient e) {
            // The API is away for a moment: what is known goes on being used.
            return before != null && before.tls != null && before.secret.equals(name)
                    ? new Known(name, before.tls, null, Deadline.in(READ_AGAIN_SOON))
                    : new Known(name, null, e, Deadline.in(READ_AGAIN_SOON));
        } catch (PortException e) {
            return new Known(name, null, e, Deadline.in(READ_AGAIN_SOON));
        }
    }
}
