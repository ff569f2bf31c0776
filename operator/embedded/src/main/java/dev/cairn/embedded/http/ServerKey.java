package dev.cairn.embedded.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.X509KeyManager;

/**
 * A server's key and its self-signed certificate, made once and kept with mode 0600.
 *
 * @param certificate PEM, also what clients trust
 * @param key PEM
 */
public record ServerKey(String certificate, String key) {
    private static final String DAMAGED = "tls.key or tls.crt is damaged; remove both to get new ones";

    /**
     * Reads what the directory has; makes both anew where they are missing or the certificate is not for the address.
     *
     * @param address on which the server will listen; a wildcard stands for all addresses of this machine
     */
    public static ServerKey loadOrCreate(Path directory, String address) throws IOException {
        Path certificate = directory.resolve("tls.crt");
        Path key = directory.resolve("tls.key");
        Set<String> addresses = addresses(address);
        if (!Files.exists(certificate)
                || !Files.exists(key)
                || !named(read(Files.readString(certificate))).containsAll(addresses)) {
            SelfSigned.generate(certificate, key, addresses);
        }
        return new ServerKey(Files.readString(certificate), Files.readString(key));
    }

    /** Loopback always, so that a client on this machine can use what listens everywhere. */
    private static Set<String> addresses(String bound) throws IOException {
        Set<String> addresses = new LinkedHashSet<>(List.of("127.0.0.1", "0:0:0:0:0:0:0:1"));
        InetAddress address = InetAddress.getByName(bound);
        if (address.isAnyLocalAddress()) {
            NetworkInterface.networkInterfaces()
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(own -> !own.isLinkLocalAddress())
                    .forEach(own -> addresses.add(own.getHostAddress().replaceFirst("%.*", "")));
        } else {
            addresses.add(address.getHostAddress());
        }
        return addresses;
    }

    private static Set<String> named(X509Certificate certificate) throws IOException {
        try {
            var names = certificate.getSubjectAlternativeNames();
            return names == null
                    ? Set.of()
                    : names.stream().map(name -> String.valueOf(name.get(1))).collect(Collectors.toSet());
        } catch (CertificateException e) {
            throw new IOException(DAMAGED, e);
        }
    }

    private static X509Certificate read(String pem) throws IOException {
        try {
            var in = new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8));
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        } catch (CertificateException e) {
            throw new IOException(DAMAGED, e);
        }
    }

    /** The key and certificate as TLS needs them. */
    public X509KeyManager keyManager() throws IOException {
        try {
            String base64 =
                    key.lines().filter(line -> !line.startsWith("-----")).collect(Collectors.joining());
            PrivateKey privateKey = KeyFactory.getInstance("EC")
                    .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
            KeyStore store = KeyStore.getInstance("JKS"); // in memory only; the newer type costs 0.1 s of hashing
            store.load(null, null);
            store.setKeyEntry("server", privateKey, new char[0], new Certificate[] {read(certificate)});
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, new char[0]);
            return (X509KeyManager) factory.getKeyManagers()[0];
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException(DAMAGED, e);
        }
    }
}
