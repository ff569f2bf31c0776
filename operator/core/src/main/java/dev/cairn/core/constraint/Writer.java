package dev.cairn.core.constraint;

/** Who writes. */
public enum Writer {
    /** A person or a program that declares something, also the operator's own folder source. */
    USER,
    /** The operator, keeping its records. */
    OPERATOR,
    /** Kubernetes itself, removing what an owner or a namespace leaves behind. */
    CLEANER;

    private static final String CONTROLLERS = "system:serviceaccount:kube-system:";

    /**
     * The writer behind an authenticated user name.
     *
     * @param operatorUser the name under which the operator writes ServiceStacks
     */
    public static Writer of(String user, String operatorUser) {
        if (user.equals(operatorUser)) {
            return OPERATOR;
        }
        boolean cleans = user.equals(CONTROLLERS + "generic-garbage-collector")
                || user.equals(CONTROLLERS + "namespace-controller");
        return cleans ? CLEANER : USER;
    }
}
