package dev.cairn.adapters.docker;

import com.github.dockerjava.core.util.CertificateUtils;
import dev.cairn.adapters.docker.Secrets.Secret;
import dev.cairn.core.model.Host;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.port.PortException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Map;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * What a connection to one engine is secured with, made in memory from a Secret: nothing is ever written to a file.
 *
 * @param version of the Secret that it was made from
 */
record Tls(String version, SSLContext context) {
    private static final char[] IN_MEMORY = {};
    private static final String CA = "ca.pem";
    private static final String CERTIFICATE = "cert.pem";
    private static final String KEY = "key.pem";

    /** The names of docker's own files, and what Secrets of type kubernetes.io/tls call them. */
    private static final Map<String, String> OTHER_NAMES = Map.of(CA, "ca.crt", CERTIFICATE, "tls.crt", KEY, "tls.key");

    /**
     * @throws PortException {@code TlsSecretInvalid}, naming the key of the Secret that is missing or wrong
     */
    static Tls of(Host host, ObjectKey name, Secret secret, Instant now) throws PortException {
        Maker maker = new Maker(host, name, secret);
        List<Certificate> authorities = maker.certificates(CA);
        List<Certificate> chain = maker.certificates(CERTIFICATE);
        PrivateKey key = maker.privateKey();
        maker.requireValid(chain.get(0), now);
        maker.requirePair(key, chain.get(0).getPublicKey());
        try {
            return new Tls(secret.version(), context(authorities, chain, key));
        } catch (GeneralSecurityException | IOException e) {
            throw maker.invalid(
                    "cannot be used for TLS (" + Labels.brief(String.valueOf(e.getMessage())) + ")", "replace it");
        }
    }

    private static SSLContext context(List<Certificate> authorities, List<Certificate> chain, PrivateKey key)
            throws GeneralSecurityException, IOException {
        KeyStore own = empty();
        own.setKeyEntry("docker", key, IN_MEMORY, chain.toArray(Certificate[]::new));
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(own, IN_MEMORY);
        KeyStore trusted = empty();
        for (int i = 0; i < authorities.size(); i++) {
            trusted.setCertificateEntry("ca" + i, authorities.get(i));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private static KeyStore empty() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        return store;
    }

    /** Never the contents. */
    @Override
    public String toString() {
        return "Tls[version=" + version + "]";
    }

    /** Takes the parts out of the Secret. What is wrong is told without a word of what is in it. */
    private record Maker(Host host, ObjectKey name, Secret secret) {
        List<Certificate> certificates(String key) throws PortException {
            try {
                Collection<? extends Certificate> found = CertificateFactory.getInstance("X.509")
                        .generateCertificates(new ByteArrayInputStream(bytes(key)));
                if (!found.isEmpty()) {
                    return List.copyOf(found);
                }
            } catch (CertificateException e) {
                // told below
            }
            throw invalid("has no certificate in PEM form in its " + present(key), "replace it");
        }

        PrivateKey privateKey() throws PortException {
            String text = new String(bytes(KEY), StandardCharsets.UTF_8);
            if (text.contains("ENCRYPTED")) {
                throw invalid("has an encrypted " + present(KEY), "replace it by the key without a passphrase");
            }
            try {
                PrivateKey key = CertificateUtils.loadPrivateKey(text);
                if (key != null) {
                    return key;
                }
            } catch (IOException | GeneralSecurityException | RuntimeException e) {
                // told below
            }
            throw invalid("has no private key in PEM form in its " + present(KEY), "replace it");
        }

        void requireValid(Certificate certificate, Instant now) throws PortException {
            if (certificate instanceof X509Certificate own) {
                if (own.getNotAfter().toInstant().isBefore(now)) {
                    throw invalid(
                            "has a " + present(CERTIFICATE) + " that expired at " + moment(own.getNotAfter()),
                            "renew it");
                }
                if (own.getNotBefore().toInstant().isAfter(now)) {
                    throw invalid(
                            "has a " + present(CERTIFICATE) + " that is valid from " + moment(own.getNotBefore())
                                    + " only",
                            "correct this machine's clock or replace it");
                }
            }
        }

        private static String moment(Date date) {
            return date.toInstant().toString();
        }

        void requirePair(PrivateKey key, PublicKey other) throws PortException {
            try {
                byte[] text = {1, 2, 3};
                Signature signature = Signature.getInstance(
                        key.getAlgorithm().startsWith("EC") ? "SHA256withECDSA" : "SHA256with" + key.getAlgorithm());
                signature.initSign(key);
                signature.update(text);
                byte[] signed = signature.sign();
                signature.initVerify(other);
                signature.update(text);
                if (signature.verify(signed)) {
                    return;
                }
            } catch (GeneralSecurityException e) {
                // of different kinds: told below
            }
            throw invalid(
                    "has a " + present(KEY) + " that is not the key of its " + present(CERTIFICATE), "replace both");
        }

        /** The name under which the Secret has it. */
        private String present(String key) {
            String other = OTHER_NAMES.getOrDefault(key, key);
            return secret.data().containsKey(key) ? key : other;
        }

        private byte[] bytes(String key) throws PortException {
            byte[] bytes = secret.data().get(present(key));
            if (bytes == null) {
                throw invalid("has no " + key + " (or " + present(key) + ")", "add it");
            }
            return bytes;
        }

        PortException invalid(String problem, String remedy) {
            return TlsTrouble.secret(host, name, problem, remedy);
        }
    }
}
