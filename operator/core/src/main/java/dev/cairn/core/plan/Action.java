package dev.cairn.core.plan;

import dev.cairn.core.model.Entry;
import dev.cairn.core.model.Host;
import dev.cairn.core.model.ImagePull;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.Protocol;
import dev.cairn.core.model.RouteKey;
import dev.cairn.core.model.RouteTable;
import dev.cairn.core.model.Row;
import dev.cairn.core.model.ServiceStack;
import java.util.Set;
import java.util.SortedMap;
import java.util.stream.Collectors;

/** One call through one port. Each carries its cause; the text is what {@code cairn plan} prints and tests compare. */
public sealed interface Action {
    /** Why it is done. */
    String cause();

    /** What is done, without the cause. */
    String what();

    /** Whether the call takes as long as a container takes to start or to stop. */
    default boolean slow() {
        return this instanceof Start || this instanceof Remove;
    }

    /** Whether the call goes to the records, so that it leaves engines and proxy as they are. */
    default boolean onRecord() {
        return this instanceof Write
                || this instanceof CreateStack
                || this instanceof DeleteStack
                || this instanceof ReleaseStack
                || this instanceof ReleaseService;
    }

    /**
     * Whether users are told: it starts or stops something, moves requests, or decides. The others are the steps in
     * between by which the record and the proxy keep account of that; how many there are depends on the moment.
     */
    default boolean told() {
        if (this instanceof Write write) {
            return switch (write.step()) {
                case BEGIN, RETARGET, ABANDON, COMMIT, HEAL, EXPIRE, RESTORE, RAISE -> true;
                case FOLLOW, DROP, PREPARE, JOIN -> false;
            };
        }
        return !(this instanceof Warm
                || this instanceof ReleaseStack
                || this instanceof ReleaseService
                || (this instanceof Switch change && change.changed().isEmpty()));
    }

    /** One line: what and why. */
    default String text() {
        return what() + ": " + cause();
    }

    /** Creates the record of a new stack. */
    record CreateStack(ServiceStack stack, String cause) implements Action {
        @Override
        public String what() {
            return "create stack " + stack.key().name() + " on " + stack.hostName();
        }
    }

    /** Marks a stack's record for deletion. */
    record DeleteStack(ServiceStack stack, String cause) implements Action {
        @Override
        public String what() {
            return "delete stack " + stack.key().name();
        }
    }

    /** Lets the record of a stack go whose containers are gone. */
    record ReleaseStack(ServiceStack stack, String cause) implements Action {
        @Override
        public String what() {
            return "release stack " + stack.key().name();
        }
    }

    /** Lets a service go whose stacks and rows are gone. */
    record ReleaseService(ObjectKey service, String cause) implements Action {
        @Override
        public String what() {
            return "release service " + service.name();
        }
    }

    /** What a write to a stack's record is for: the names of the change protocol. */
    enum Step {
        RESTORE,
        RAISE,
        FOLLOW,
        DROP,
        PREPARE,
        JOIN,
        BEGIN,
        RETARGET,
        ABANDON,
        HEAL,
        EXPIRE,
        COMMIT
    }

    /** Writes a stack's record; refused when somebody else wrote it since. */
    record Write(Step step, ServiceStack after, String cause) implements Action {
        @Override
        public String what() {
            return step.name().toLowerCase(java.util.Locale.ROOT) + " "
                    + after.key().name() + " " + versions(after.containers())
                    + after.pending().map(next -> " -> " + versions(next)).orElse("");
        }

        private static String versions(java.util.List<Entry> entries) {
            return entries.stream().map(e -> e.version().tag()).collect(Collectors.joining(",", "[", "]"));
        }
    }

    /** Makes sure that an image is on a host. */
    record Pull(Host host, String image, String cause, ImagePull how) implements Action {
        @Override
        public String what() {
            return "pull " + image + " on " + host.name();
        }
    }

    /** Creates and starts a container under its name. */
    record Start(Host host, Owner owner, Entry entry, String cause) implements Action {
        @Override
        public String what() {
            return "start " + owner.containerName() + " " + entry.version() + " on " + host.name();
        }
    }

    /** Stops and removes a container. */
    record Remove(Host host, Owner owner, String id, int graceSeconds, String cause) implements Action {
        @Override
        public String what() {
            return "remove " + owner.containerName() + " on " + host.name();
        }
    }

    /** Lets the proxy ask a container again, which it was told not to while somebody started it. */
    record Wake(Owner owner, String cause) implements Action {
        @Override
        public String what() {
            return "wake " + owner.containerName();
        }
    }

    /** Ends the connections that a container still has, while no row names it. */
    record Disconnect(Owner owner, String cause) implements Action {
        @Override
        public String what() {
            return "disconnect " + owner.containerName();
        }
    }

    /** Makes the proxy listen on exactly these ports. */
    record Listen(SortedMap<Integer, Protocol> ports, String cause) implements Action {
        @Override
        public String what() {
            return ports.isEmpty()
                    ? "listen on no port"
                    : "listen on "
                            + ports.entrySet().stream()
                                    .map(port -> port.getKey() + (port.getValue() == Protocol.TCP ? "/tcp" : ""))
                                    .collect(Collectors.joining(", "));
        }
    }

    /** Prepares rows in the pools that carry no traffic; an empty row clears one. */
    record Warm(SortedMap<RouteKey, Row> rows, String cause) implements Action {
        @Override
        public String what() {
            return "prepare "
                    + rows.entrySet().stream()
                            .map(row -> row.getKey() + " " + names(row.getValue()))
                            .collect(Collectors.joining(", "));
        }

        static String names(Row row) {
            return row.backends().stream()
                    .map(b -> b.owner().containerName())
                    .collect(Collectors.joining(",", "[", "]"));
        }
    }

    /** Switches the whole route table; refused when somebody else switched it since. */
    record Switch(long token, RouteTable table, Set<RouteKey> changed, String cause) implements Action {
        @Override
        public String what() {
            return "switch "
                    + (changed.isEmpty()
                            ? "stamps"
                            : changed.stream()
                                    .sorted()
                                    .map(key -> key + " "
                                            + (table.rows().containsKey(key)
                                                    ? Warm.names(table.rows().get(key))
                                                    : "[]"))
                                    .collect(Collectors.joining(", ")));
        }
    }
}
