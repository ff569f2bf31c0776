package dev.cairn.embedded.http;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The server's key, its self-signed certificate and the tokens, made once and kept in the data directory with mode 0600.
 *
 * @param certificate PEM, also what clients trust
 * @param key PEM
 */
public record Credentials(String certificate, String key, String adminToken, String operatorToken) {
    public static final String ADMIN = "admin";
    public static final String OPERATOR = "system:serviceaccount:cairn-system:cairn";
    private static final Duration LIFE = Duration.ofDays(3650);
    private static final SecureRandom RANDOM = new SecureRandom();

    /** Reads what the directory has and makes what is missing. */
    public static Credentials loadOrCreate(Path directory, String bindAddress) throws IOException {
        Path certificate = directory.resolve("tls.crt");
        Path key = directory.resolve("tls.key");
        if (!Files.exists(certificate) || !Files.exists(key)) {
            generate(certificate, key, bindAddress);
        }
        return new Credentials(
                Files.readString(certificate),
                Files.readString(key),
                token(directory.resolve("admin.token")),
                token(directory.resolve("operator.token")));
    }

    /** The user of a bearer token. */
    public Optional<String> userOf(String token) {
        return same(token, adminToken)
                ? Optional.of(ADMIN)
                : same(token, operatorToken) ? Optional.of(OPERATOR) : Optional.empty();
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

    private static void generate(Path certificate, Path key, String bindAddress) throws IOException {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            KeyPair pair = generator.generateKeyPair();
            X500Name name = new X500Name("CN=cairn-embedded-api");
            Instant now = Instant.now();
            var builder = new JcaX509v3CertificateBuilder(
                            name,
                            new BigInteger(64, RANDOM),
                            Date.from(now.minus(Duration.ofHours(1))),
                            Date.from(now.plus(LIFE)),
                            name,
                            pair.getPublic())
                    .addExtension(Extension.basicConstraints, true, new BasicConstraints(true))
                    .addExtension(Extension.subjectAlternativeName, false, alternativeNames(bindAddress));
            var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(pair.getPrivate());
            writePrivate(key, pem("PRIVATE KEY", pair.getPrivate().getEncoded()));
            StringWriter text = new StringWriter();
            try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
                writer.writeObject(builder.build(signer));
            }
            writePrivate(certificate, text.toString());
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IOException("no TLS key can be made: " + e.getMessage(), e);
        }
    }

    private static String pem(String type, byte[] der) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n";
    }

    private static GeneralNames alternativeNames(String bindAddress) throws IOException {
        Set<String> addresses = new LinkedHashSet<>(Set.of("127.0.0.1", "::1"));
        addresses.add(InetAddress.getByName(bindAddress).getHostAddress());
        var names = new java.util.ArrayList<GeneralName>();
        names.add(new GeneralName(GeneralName.dNSName, "localhost"));
        addresses.forEach(address -> names.add(new GeneralName(GeneralName.iPAddress, address)));
        return new GeneralNames(names.toArray(GeneralName[]::new));
    }
}
