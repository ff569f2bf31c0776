package dev.cairn.adapters.docker;

import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.port.PortException;
import java.util.Map;
import java.util.Optional;

/** Where the adapter gets the contents of Secrets. Core knows only their names. */
public interface Secrets {
    /** No Secret exists. */
    Secrets NONE = key -> Optional.empty();

    /**
     * Reads a Secret as it is now; ends within a timeout.
     *
     * @return empty when there is none of that name
     * @throws PortException when it cannot be read
     */
    Optional<Secret> read(ObjectKey key) throws PortException;

    /**
     * A Secret's contents.
     *
     * @param version another one after every change
     * @param data value by key, decoded
     */
    record Secret(String version, Map<String, byte[]> data) {
        public Secret {
            data = Map.copyOf(data);
        }

        /** Never the contents. */
        @Override
        public String toString() {
            return "Secret[version=" + version + "]";
        }
    }
}
