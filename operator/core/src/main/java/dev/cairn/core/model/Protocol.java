package dev.cairn.core.model;

/** What the proxy understands of what is spoken on a port; a port speaks one of them. */
public enum Protocol {
    /** Requests are routed one by one, by host name and path. */
    HTTP,
    /** Connections are routed as a whole, by nothing but the port. */
    TCP
}
