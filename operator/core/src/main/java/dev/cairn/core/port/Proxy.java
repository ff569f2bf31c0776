package dev.cairn.core.port;

import dev.cairn.core.model.Owner;
import dev.cairn.core.model.Protocol;
import dev.cairn.core.model.ProxyView;
import dev.cairn.core.model.RouteKey;
import dev.cairn.core.model.RouteTable;
import dev.cairn.core.model.Row;
import java.util.Map;

/** The proxy that carries the route table. Calls block and end within a timeout. */
public interface Proxy {
    /** Takes a token, then reads the table in force, the spare pools and the sessions. Never throws. */
    ProxyView look();

    /**
     * Makes the proxy listen on exactly these ports and speak that on them, starting it when it is not there. A port
     * that cannot be had is left out, spoils nothing else, and is reported by the next look as refused. When a port
     * changes what is spoken on it, the rows that it had are gone.
     */
    void listen(Map<Integer, Protocol> ports) throws PortException;

    /**
     * Puts these backends into the pool that no row names, for each key given; an empty row clears it. A backend that
     * still has sessions keeps its slot until they end. Returns at once; a later look tells which are up. A key must
     * speak what its port's listener speaks.
     */
    void warm(Map<RouteKey, Row> rows) throws PortException;

    /**
     * Switches from the table that was seen to another one, in one step, provided that no other switch came after the
     * look and every backend of a row that changes is up in the row's spare pool, which then becomes the row's pool.
     * Switches that came through this same object and changed neither a row nor a stamp that this one changes need not
     * count: what they did stays.
     *
     * @return whether what the table changes is now in force; false: look again
     */
    boolean commit(ProxyView seen, RouteTable table) throws PortException;

    /**
     * Asks nothing more of a container, in any pool, until it is woken: neither requests nor checks. Whoever connects
     * while its network is still being set up makes everybody wait a second. The rows stay as they are. One that accepts
     * a connection now is left alone, so that a late call takes nobody out who has come back.
     */
    void rest(Owner owner) throws PortException;

    /** Asks a container again that rests: at once if it accepts a connection now, else as soon as a check passes. */
    void wake(Owner owner) throws PortException;

    /**
     * Ends all connections and requests that a container still has, provided that no row names it: a late call harms
     * nobody who was routed to it again. A later look tells when they are gone.
     */
    void disconnect(Owner owner) throws PortException;
}
