package dev.cairn.adapters.docker;

import dev.cairn.core.model.Host;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.port.PortException;
import java.net.SocketException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.Optional;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** What is wrong with TLS to a host, in one sentence. */
final class TlsTrouble {
    static final String SECRET = "TlsSecretInvalid";
    static final String FAILED = "TlsFailed";

    private TlsTrouble() {}

    /** The Secret is not there. */
    static PortException noSecret(Host host, ObjectKey name) {
        return secret(
                host,
                name,
                "does not exist",
                "create it with ca.pem, cert.pem and key.pem, or correct spec.docker.tlsSecretRef");
    }

    /** The Secret is of no use. */
    static PortException secret(Host host, ObjectKey name, String problem, String remedy) {
        return new PortException.Invalid(SECRET, Trouble.sentence(host, "the Secret " + name + " " + problem, remedy));
    }

    /** The failure of a call to a host that has TLS; empty when it is not about TLS. */
    static Optional<PortException> of(Host host, Throwable failure) {
        ObjectKey secret = host.tlsSecret();
        Throwable tls = find(failure, SSLException.class);
        if (secret == null) {
            return Optional.empty();
        }
        if (tls == null) {
            // An engine that refuses our certificate may have closed the connection before its reason is read.
            boolean closed = find(failure, SocketException.class) != null && has(failure, "reset", "Broken pipe");
            return closed
                    ? Optional.of(failed(
                            host,
                            "the engine at " + host.url() + " closed the TLS connection",
                            "check that it trusts the CA of the certificate in the Secret " + secret))
                    : Optional.empty();
        }
        return Optional.of(why(host, secret, tls));
    }

    private static PortException why(Host host, ObjectKey secret, Throwable tls) {
        String engine = "the engine at " + host.url();
        if (find(tls, CertificateExpiredException.class) != null) {
            return failed(host, "the certificate of " + engine + " has expired", "renew it there");
        }
        if (find(tls, CertificateNotYetValidException.class) != null) {
            return failed(
                    host, "the certificate of " + engine + " is not valid yet", "check the clocks of both machines");
        }
        if (tls instanceof SSLPeerUnverifiedException) {
            return failed(
                    host,
                    "the certificate of " + engine + " is for another name",
                    "add the name or address in spec.docker.url to its subject alternative names");
        }
        if (find(tls, CertPathBuilderException.class) != null || find(tls, CertPathValidatorException.class) != null) {
            return failed(
                    host,
                    "the certificate of " + engine + " is not signed by the CA in the Secret " + secret,
                    "put the CA of that engine into the Secret, or find out who answers there");
        }
        if (has(tls, "Unsupported or unrecognized SSL message", "plaintext connection")) {
            return failed(
                    host,
                    engine + " does not speak TLS",
                    "start it with --tlsverify, or remove spec.docker.tlsSecretRef");
        }
        if (has(tls, "fatal alert")) {
            return failed(
                    host,
                    engine + " refuses the certificate in the Secret " + secret + " ("
                            + Labels.brief(String.valueOf(tls.getMessage())) + ")",
                    "use one that is signed by the CA that it trusts");
        }
        return failed(
                host,
                "TLS to " + host.url() + " failed (" + Labels.brief(String.valueOf(tls.getMessage())) + ")",
                "if it lasts, look into the engine's log");
    }

    /** Time may mend it: the engine's certificate, or the Secret. */
    private static PortException failed(Host host, String problem, String remedy) {
        return new PortException.Transient(FAILED, Trouble.sentence(host, problem, remedy));
    }

    private static <T extends Throwable> @Nullable T find(Throwable failure, Class<T> type) {
        Throwable one = failure;
        for (int depth = 0; depth < 20 && one != null; depth++, one = one.getCause()) {
            if (type.isInstance(one)) {
                return type.cast(one);
            }
        }
        return null;
    }

    private static boolean has(Throwable failure, String... words) {
        Throwable one = failure;
        for (int depth = 0; depth < 20 && one != null; depth++, one = one.getCause()) {
            for (String word : words) {
                if (String.valueOf(one.getMessage()).contains(word)) {
                    return true;
                }
            }
        }
        return false;
    }
}
