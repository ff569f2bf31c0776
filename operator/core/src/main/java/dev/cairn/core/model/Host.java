package dev.cairn.core.model;

/**
 * A declared Docker host.
 *
 * @param url {@code unix://} or {@code tcp://}
 * @param address where containers publish their ports and the proxy connects to
 * @param firstPort first host port that Cairn may choose
 * @param lastPort last host port that Cairn may choose
 * @param deleting whether the host is being deleted
 */
public record Host(String name, String url, String address, int firstPort, int lastPort, boolean deleting) {}
