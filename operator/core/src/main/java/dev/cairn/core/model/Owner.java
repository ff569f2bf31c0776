package dev.cairn.core.model;

/**
 * To whom a container belongs, as its labels say: the relation that never changes.
 *
 * @param service namespace and name of the service
 * @param stack ordinal of the stack
 * @param n number of the container in the stack
 */
public record Owner(ObjectKey service, int stack, int n) implements Comparable<Owner> {
    /** {@code <service>-stack<k>-app<n>}, without the namespace. */
    public String containerName() {
        return ServiceStack.name(service, stack) + "-app" + n;
    }

    @Override
    public int compareTo(Owner other) {
        int byService = service.compareTo(other.service);
        int byStack = byService != 0 ? byService : Integer.compare(stack, other.stack);
        return byStack != 0 ? byStack : Integer.compare(n, other.n);
    }

    /** {@code namespace/<service>-stack<k>-app<n>}. */
    @Override
    public String toString() {
        return service.namespace() + "/" + containerName();
    }
}
