package dev.cairn.embedded.objects;

import java.util.List;

/**
 * What is the same for every write of one request.
 *
 * @param manager field manager
 * @param duplicates paths of fields that stand twice in the body
 * @param warnings filled by the write, one line each
 */
public record Call(
        String user,
        boolean dryRun,
        String manager,
        Unknown unknownFields,
        List<String> duplicates,
        List<String> warnings) {
    /** The server itself, which brings definitions that need not be doubted: compiling their rules would cost each start. */
    public static final String SYSTEM = "system:embedded";

    /** What to do with fields that the schema does not know. */
    public enum Unknown {
        REFUSE,
        WARN,
        DROP
    }
}
