package dev.cairn.adapters.haproxy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
import java.util.regex.Pattern;

/** Where the files and sockets of one HAProxy lie. */
final class StateDir {
    static final String CONFIG = "haproxy.cfg";
    static final String SERVERS = "servers.state";
    static final String PID = "haproxy.pid";
    static final String LOG = "haproxy.log";

    /** The kernel allows 107 bytes for a socket's path, and HAProxy appends its pid while it binds. */
    private static final int LONGEST_PATH = 75;

    private static final Pattern PLAIN = Pattern.compile("/[A-Za-z0-9/._-]+");

    private final Path dir;
    private final Path sockets;

    private StateDir(Path dir, Path sockets) {
        this.dir = dir;
        this.sockets = sockets;
    }

    /** Only says where things are; creates nothing. */
    static StateDir at(Path dir) {
        Path absolute = dir.toAbsolutePath().normalize();
        String text = absolute.toString();
        if (text.length() <= LONGEST_PATH && PLAIN.matcher(text).matches()) {
            return new StateDir(absolute, absolute);
        }
        UUID id = UUID.nameUUIDFromBytes(text.getBytes(StandardCharsets.UTF_8));
        return new StateDir(absolute, Path.of(System.getProperty("java.io.tmpdir"), "cairn-" + id));
    }

    Path dir() {
        return dir;
    }

    Path worker() {
        return sockets.resolve("worker.sock");
    }

    Path master() {
        return sockets.resolve("master.sock");
    }

    Path file(String name) {
        return dir.resolve(name);
    }

    /**
     * Makes sure that the directories are there.
     *
     * @throws IOException when they cannot be made, or the one for sockets in the shared temporary directory is not ours
     */
    void create() throws IOException {
        Files.createDirectories(dir);
        if (sockets.equals(dir)) {
            return;
        }
        var ownerOnly = PosixFilePermissions.fromString("rwx------");
        if (!Files.exists(sockets, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectory(sockets, PosixFilePermissions.asFileAttribute(ownerOnly));
        }
        if (!Files.isDirectory(sockets, LinkOption.NOFOLLOW_LINKS)
                || !Files.getOwner(sockets, LinkOption.NOFOLLOW_LINKS).equals(Files.getOwner(dir))
                || !Files.getPosixFilePermissions(sockets, LinkOption.NOFOLLOW_LINKS)
                        .equals(ownerOnly)) {
            throw new IOException("directory " + sockets + " belongs to somebody else: remove it");
        }
    }

    /** Removes what a stopped HAProxy leaves behind of its sockets. */
    void removeSockets() throws IOException {
        Files.deleteIfExists(worker());
        Files.deleteIfExists(master());
        if (!sockets.equals(dir)) {
            Files.deleteIfExists(sockets);
        }
    }

    /** Replaces a file in one step. */
    void write(String name, String text) throws IOException {
        Path draft = file(name + ".new");
        Files.writeString(draft, text);
        Files.move(draft, file(name), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
