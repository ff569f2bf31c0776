package dev.cairn.api;

import dev.cairn.core.model.Endpoint;
import dev.cairn.core.model.Host;
import dev.cairn.core.model.Service;
import dev.cairn.core.model.ServiceStack;

/**
 * Between the resources and the model. Defaults are applied here; a resource is never changed. Every method throws
 * {@link InvalidResource} when the resource has no meaning.
 */
public final class Mapping {
    private Mapping() {}

    /** The service that a resource declares. */
    public static Service toModel(ServiceResource resource) throws InvalidResource {
        return ServiceMapping.toModel(resource);
    }

    /** The endpoint that a resource declares. */
    public static Endpoint toModel(EndpointResource resource) throws InvalidResource {
        return EndpointMapping.toModel(resource);
    }

    /** The host that a resource declares. */
    public static Host toModel(HostResource resource) throws InvalidResource {
        return HostMapping.toModel(resource);
    }

    /**
     * The stack as the operator last wrote it, from its record. Where somebody else has changed the spec or the record
     * since, the result says that it was edited: writing it again puts the resource right.
     */
    public static ServiceStack toModel(ServiceStackResource resource) throws InvalidResource {
        return StackMapping.toModel(resource);
    }

    /**
     * The whole resource of a stack, with its record, labels, owner and finalizer, to be created or written back. It
     * carries the stack's resourceVersion, so that the write fails when the stored one is another; a stack without one
     * can only be created.
     *
     * @param serviceUid metadata.uid of the service
     */
    public static ServiceStackResource toResource(ServiceStack stack, String serviceUid) throws InvalidResource {
        return StackMapping.toResource(stack, serviceUid);
    }
}
