package dev.cairn.embedded.http;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.Optional;

/** The server's key and the users' tokens, made once and kept in the data directory with mode 0600. */
public record Credentials(ServerKey server, String adminToken, String operatorToken, String viewToken) {
    public static final String ADMIN = "admin";
    /** Reads everything but Secrets. */
    public static final String VIEW = "view";

    public static final String OPERATOR = "system:serviceaccount:cairn-system:cairn";
    private static final SecureRandom RANDOM = new SecureRandom();

    /** Reads what the directory has and makes what is missing. */
    public static Credentials loadOrCreate(Path directory, String bindAddress) throws IOException {
        return new Credentials(
                ServerKey.loadOrCreate(directory, bindAddress),
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
}
