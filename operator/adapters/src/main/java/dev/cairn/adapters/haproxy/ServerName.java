package dev.cairn.adapters.haproxy;

import dev.cairn.core.model.Backend;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Owner;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The name of a server in HAProxy says whose it is and where it is, {@code default_webapp_1_2_10.0.0.11_20007}. So the
 * running proxy is the only memory: no table of slots has to be kept beside it, and a process that is on its way out can
 * still be asked whose sessions it holds.
 */
final class ServerName {
    private static final Pattern DNS_NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");
    private static final Pattern ADDRESS = Pattern.compile("[A-Za-z0-9:]([-A-Za-z0-9.:]{0,252})");
    private static final Pattern NUMBER = Pattern.compile("0|[1-9][0-9]{0,8}");

    private static final Memo<Backend> READ = new Memo<>(ServerName::read);

    private ServerName() {}

    /**
     * The name of the server for a back end.
     *
     * @throws IllegalArgumentException when a part of it is not what it should be; the message says which
     */
    static String of(Backend backend) {
        Owner owner = backend.owner();
        checkKey(owner.service()); // from here on its name can be told
        if (!isNumber(Integer.toString(owner.stack())) || !isNumber(Integer.toString(owner.n()))) {
            throw new IllegalArgumentException(
                    "container " + owner + " has a number that is negative or has more than nine digits");
        }
        if (!ADDRESS.matcher(backend.address()).matches()) {
            throw new IllegalArgumentException("container " + owner + " has the address " + quoted(backend.address())
                    + ", not an IP or host name");
        }
        if (!isPort(backend.port())) {
            throw new IllegalArgumentException(
                    "container " + owner + " has port " + backend.port() + ", not 1 to 65535");
        }
        return String.join(
                "_",
                owner.service().namespace(),
                owner.service().name(),
                Integer.toString(owner.stack()),
                Integer.toString(owner.n()),
                backend.address(),
                Integer.toString(backend.port()));
    }

    /** The back end that a server's name tells; empty for a server that is not ours. */
    static Optional<Backend> parse(String name) {
        return READ.of(name);
    }

    private static Optional<Backend> read(String name) {
        String[] parts = name.split("_", -1);
        if (parts.length != 6
                || !isName(parts[0])
                || !isName(parts[1])
                || !isNumber(parts[2])
                || !isNumber(parts[3])
                || !ADDRESS.matcher(parts[4]).matches()
                || !isNumber(parts[5])) {
            return Optional.empty();
        }
        int port = Integer.parseInt(parts[5]);
        if (!isPort(port)) {
            return Optional.empty();
        }
        ObjectKey service = new ObjectKey(parts[0], parts[1]);
        Owner owner = new Owner(service, Integer.parseInt(parts[2]), Integer.parseInt(parts[3]));
        return Optional.of(new Backend(owner, parts[4], port));
    }

    /** Refuses what is not made of DNS names: it would become text in a command. */
    static void checkKey(ObjectKey key) {
        if (!isKey(key)) {
            throw new IllegalArgumentException(quoted(key.toString()) + " is not a namespace and name in DNS form");
        }
    }

    /** Whether a namespace and a name are made of DNS names. */
    static boolean isKey(ObjectKey key) {
        return isName(key.namespace()) && isName(key.name());
    }

    private static boolean isNumber(String text) {
        return NUMBER.matcher(text).matches();
    }

    private static boolean isPort(int number) {
        return number >= 1 && number <= 65535;
    }

    private static boolean isName(String text) {
        return DNS_NAME.matcher(text).matches();
    }

    private static String quoted(String text) {
        return "'" + Brief.of(text) + "'";
    }
}
