package dev.cairn.embedded.admission;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reviews every write after defaults and validation, in the same step as the write: no other write comes in between. It
 * runs on the thread that does all writes, so it must be quick and must not call the API. What it throws refuses the
 * write as an internal error.
 */
@FunctionalInterface
public interface Admission {
    /** Allows everything. */
    Admission ALLOW_ALL = request -> Verdict.ALLOWED;

    /** Decides on one write. The objects in the request are shared and must not be changed. */
    Verdict review(Request request);

    /** What a write does. */
    enum Operation {
        CREATE,
        UPDATE,
        DELETE
    }

    /**
     * One write under review.
     *
     * @param namespace empty for a cluster-scoped object
     * @param subresource empty, or {@code status} or {@code scale}
     * @param dryRun whether nothing will be stored
     * @param oldObject the stored object; null on CREATE
     * @param newObject the object as it would be stored; null on DELETE
     */
    record Request(
            Operation operation,
            String group,
            String kind,
            String plural,
            String namespace,
            String name,
            String subresource,
            String user,
            boolean dryRun,
            @Nullable ObjectNode oldObject,
            @Nullable ObjectNode newObject,
            Lister lister) {}

    /**
     * Reads what is stored at the moment of the review, the reviewed write not included. The trees are shared and must not
     * be changed; that of an object is the same one until the object is written.
     */
    interface Lister {
        /** All objects of a kind, in all namespaces when {@code namespace} is null, by namespace and name. */
        List<ObjectNode> list(String group, String plural, @Nullable String namespace);

        /** One object; {@code namespace} is empty for a cluster-scoped kind. */
        Optional<ObjectNode> get(String group, String plural, String namespace, String name);
    }

    /**
     * The answer.
     *
     * @param message why it is refused, passed on to the client literally; empty when allowed
     * @param warnings one line each, sent as HTTP Warning headers whether allowed or not
     */
    record Verdict(boolean allowed, String message, List<String> warnings) {
        /** Allowed without a warning. */
        public static final Verdict ALLOWED = new Verdict(true, "", List.of());

        public Verdict {
            warnings = List.copyOf(warnings);
        }

        /** Allowed, with warnings. */
        public static Verdict allow(List<String> warnings) {
            return new Verdict(true, "", warnings);
        }

        /** Refused with a message for the user. */
        public static Verdict refuse(String message, List<String> warnings) {
            return new Verdict(false, message, warnings);
        }
    }
}
