package dev.cairn.embedded.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.X509KeyManager;

/**
 * The server's key, its self-signed certificate and the tokens, made once and kept in the data directory with mode 0600.
 *
 * @param certificate PEM, also what clients trust
 * @param key PEM
 */
public record Credentials(String certificate, String key, String adminToken, String operatorToken, String viewToken) {
    public static final String ADMIN = "admin";
    /** Reads everything but Secrets. */
    public static final String VIEW = "view";

    public static final String OPERATOR = "system:serviceaccount:cairn-system:cairn";
    private static final SecureRandom RANDOM = new SecureRandom();

    /** Reads what the directory has and makes what is missing. */
    public static Credentials loadOrCreate(Path directory, String bindAddress) throws IOException {
        Path certificate = directory.resolve("tls.crt");
        Path key = directory.resolve("tls.key");
        if (!Files.exists(certificate) || !Files.exists(key)) {
            SelfSigned.generate(certificate, key, bindAddress);
        }
        return new Credentials(
                Files.readString(certificate),
                Files.readString(key),
                token(directory.resolve("admin.token")),
                token(directory.resolve("operator.token")),
                token(directory.resolve("view.token")));
    }

    /** The user of a bearer token. */
    public Optional<String> userOf(String token) {
        return same(token, adminToken)
                ? Optional.of(ADMIN)
                : same(token, operatorToken)
                        ? Optional.of(OPERATOR)
                        : same(token, viewToken) ? Optional.of(VIEW) : Optional.empty();
    }

    private static boolean same(String one, String other) {
        return MessageDigest.isEqual(one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));
    }

    private static String token(Path file) throws IOException {
        if (!Files.exists(file)) {
            byte[] random = new byte[32];
            RANDOM.nextBytes(random);
            writePrivate(file, HexFormat.of().formatHex(random));
        }
        String token = Files.readString(file).strip();
        if (token.isEmpty()) {
            throw new IOException("the token file " + file + " is empty; remove it to get a new token");
        }
        return token;
    }

    /** Writes a file that only its owner can read, in one step. */
    public static void writePrivate(Path file, String content) throws IOException {
        FileAttribute<?> mode = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(temporary);
        Files.createFile(temporary, mode);
        Files.writeString(temporary, content, StandardOpenOption.WRITE);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** The key and certificate as TLS needs them. */
    X509KeyManager keyManager() throws IOException {
        try {
            String base64 =
                    key.lines().filter(line -> !line.startsWith("-----")).collect(Collectors.joining());
            PrivateKey privateKey = KeyFactory.getInstance("EC")
                    .generatePrivate(new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64)));
            var in = new ByteArrayInputStream(certificate.getBytes(StandardCharsets.UTF_8));
            Certificate chain = CertificateFactory.getInstance("X.509").generateCertificate(in);
            KeyStore store = KeyStore.getInstance("JKS"); // in memory only; the newer type costs 0.1 s of hashing
            store.load(null, null);
            store.setKeyEntry("server", privateKey, new char[0], new Certificate[] {chain});
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(store, new char[0]);
            return (X509KeyManager) factory.getKeyManagers()[0];
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IOException("tls.key or tls.crt is damaged; remove both to get new ones", e);
        }
    }
}
