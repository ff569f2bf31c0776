package dev.cairn.adapters.docker;

import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.ContainerPort;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One line of an engine's list of containers, read once for all looks that share the list.
 *
 * @param name without those that a link gave it; empty where there is none
 * @param reading what its labels mean; null where they are not this installation's
 * @param ports host ports that it publishes
 */
record Listing(
        String id,
        String name,
        Map<String, String> labels,
        Labels.@Nullable Reading reading,
        Set<Integer> ports,
        Shown shown) {
    static Listing of(Container one, String installation, long atNanos) {
        String name = names(one).findFirst().orElse("");
        Map<String, String> labels = one.getLabels() == null ? Map.of() : one.getLabels();
        boolean ours = installation.equals(labels.get(Labels.INSTALLATION));
        return new Listing(
                one.getId(),
                name,
                labels,
                ours ? Labels.read(labels, name) : null,
                ports(one),
                Shown.of(
                        String.valueOf(one.getState()),
                        String.valueOf(one.getStatus()),
                        Arrays.toString(one.getPorts()),
                        atNanos));
    }

    /** What its labels mean, where they can be believed. */
    Labels.@Nullable Meaning meaning() {
        return reading == null ? null : reading.meaning();
    }

    /** Names that a link gave have a second slash. */
    private static Stream<String> names(Container one) {
        String[] names = one.getNames() == null ? new String[0] : one.getNames();
        return Arrays.stream(names).map(Seen::plainName).filter(name -> name.indexOf('/') < 0);
    }

    private static Set<Integer> ports(Container one) {
        Set<Integer> ports = new TreeSet<>();
        for (ContainerPort port : one.getPorts() == null ? new ContainerPort[0] : one.getPorts()) {
            if (port.getPublicPort() != null && port.getPublicPort() > 0) {
                ports.add(port.getPublicPort());
            }
        }
        return ports;
    }
}
