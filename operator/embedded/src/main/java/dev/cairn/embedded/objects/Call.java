package dev.cairn.embedded.objects;

import java.util.List;

/**
 * What is the same for every write of one request.
 *
 * @param manager field manager
 * @param warnings filled by the write, one line each
 */
public record Call(String user, boolean dryRun, String manager, Unknown unknownFields, List<String> warnings) {
    /** What to do with fields that the schema does not know. */
    public enum Unknown {
        REFUSE,
        WARN,
        DROP
    }
}
