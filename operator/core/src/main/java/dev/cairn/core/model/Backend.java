package dev.cairn.core.model;

/**
 * A container that a row routes to.
 *
 * @param owner the container
 * @param address where its port is published
 * @param port the published host port, 1 to 65535
 */
public record Backend(Owner owner, String address, int port) implements Comparable<Backend> {
    @Override
    public int compareTo(Backend other) {
        int byOwner = owner.compareTo(other.owner);
        int byAddress = byOwner != 0 ? byOwner : address.compareTo(other.address);
        return byAddress != 0 ? byAddress : Integer.compare(port, other.port);
    }
}
