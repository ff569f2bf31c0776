package dev.cairn.core.port;

import dev.cairn.core.model.Entry;
import dev.cairn.core.model.Host;
import dev.cairn.core.model.HostView;
import dev.cairn.core.model.ImagePull;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.Probe;
import java.util.Map;
import java.util.Set;

/** The engines that run containers. Calls block, are safe to make from several threads, and end within a timeout. */
public interface ContainerEngine {
    /**
     * Looks at one host. Never throws: a host that does not answer is unknown, with the reason.
     *
     * @param probes the readiness probe of each container that has one; the engine's health of the others counts
     * @param images references ({@code repository:tag}) whose presence is asked for
     */
    HostView look(Host host, Map<Owner, Probe> probes, Set<String> images);

    /**
     * The same, which may take over what another look has seen a moment ago, for whomever, as far as nothing was done
     * here and nothing has been heard of since.
     */
    default HostView glance(Host host, Map<Owner, Probe> probes, Set<String> images) {
        return look(host, probes, images);
    }

    /**
     * Makes sure that the image is on the host.
     *
     * @param image {@code repository:tag}, or a pinned image as {@link Entry#image()} has it
     * @param how whether its registry is asked, and with which credentials
     * @return the pinned image: what an entry must name to get exactly this image
     * @throws PortException {@code ImageNotFound}, {@code RegistryRefused}, or the host's trouble
     */
    String pull(Host host, String image, ImagePull how) throws PortException;

    /** The same with nothing declared: pulls only what is absent, and without credentials. */
    default String pull(Host host, String image) throws PortException {
        return pull(host, image, ImagePull.DEFAULT);
    }

    /**
     * Makes sure that the container exists under its name, with its labels, and runs. A container of that name with
     * the same labels is adopted; any other one of that name is left alone and refused. An image that is absent is
     * pulled as the entry's template says.
     *
     * @throws PortException {@code NameTaken}, {@code PortTaken}, {@code StartFailed}, {@code ImageNotFound}, or the
     *     host's trouble
     */
    void start(Host host, Owner owner, Entry entry) throws PortException;

    /**
     * Stops a container with its grace period and removes it; one that is gone already is a success. One that takes
     * longer than a moment to end goes on doing so after this has come back, and looks show it as {@code LEAVING}.
     *
     * @param id the engine's id, so that a late call cannot hit a namesake
     */
    void remove(Host host, String id, int graceSeconds) throws PortException;
}
