package dev.cairn.core.model;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * As whom a container runs, and what it may do.
 *
 * @param runAsUser number of the user; null: the image's
 * @param runAsGroup number of the group, only together with a user; null: the user's own
 * @param runAsNonRoot whether it must not start as root
 * @param readOnlyRootFilesystem whether it cannot write into its own files
 * @param noNewPrivileges whether no program in it can gain rights that the container does not have
 * @param addCapabilities capabilities beyond the engine's usual ones, without {@code CAP_}
 * @param dropCapabilities capabilities that it does not get, or {@code ALL}
 */
public record Security(
        @Nullable Long runAsUser,
        @Nullable Long runAsGroup,
        boolean runAsNonRoot,
        boolean readOnlyRootFilesystem,
        boolean noNewPrivileges,
        List<String> addCapabilities,
        List<String> dropCapabilities) {
    /** As the image and the engine have it. */
    public static final Security NONE = new Security(null, null, false, false, false, List.of(), List.of());

    public Security {
        addCapabilities = List.copyOf(addCapabilities);
        dropCapabilities = List.copyOf(dropCapabilities);
    }
}
