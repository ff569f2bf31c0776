package dev.cairn.core.port;

import dev.cairn.core.model.Desired;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.ServiceStack;

/** The record: what is declared, and the stacks that the operator writes. Calls block and end within a timeout. */
public interface Records {
    /**
     * Reads live, never from a cache, what is the service's own: first its stacks, all at one moment, then the service.
     * What it shares with others may be a moment old.
     */
    Desired read(ObjectKey service) throws PortException;

    /** Creates a stack's record; false when one of that name is there already. */
    boolean create(ServiceStack stack) throws PortException;

    /** Replaces a stack's record; false when somebody else wrote it since it was read, or it is gone. */
    boolean write(ServiceStack stack) throws PortException;

    /**
     * Marks a stack's record for deletion; one that is gone already is a success. False when somebody else wrote it
     * since it was read: a stack that leads a change by now must not go.
     */
    boolean delete(ServiceStack stack) throws PortException;

    /** Lets a record go that is marked for deletion; false when somebody else wrote it since it was read. */
    boolean release(ServiceStack stack) throws PortException;

    /** Lets a service go that is marked for deletion; one that is gone already is a success. */
    void releaseService(ObjectKey service) throws PortException;
}
