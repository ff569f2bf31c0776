package dev.cairn.api;

/** Names that the resources and everybody who reads them share. */
public final class CairnNames {
    /** API group of all resources. */
    public static final String GROUP = "cairn.dev";

    /** Version of all resources. */
    public static final String VERSION = "v1alpha1";

    /** Label of a ServiceStack: the name of its Service. */
    public static final String SERVICE_LABEL = "cairn.dev/service";

    /** Label of what the operator writes; its value is {@link #MANAGED_BY}. */
    public static final String MANAGED_BY_LABEL = "app.kubernetes.io/managed-by";

    /** Value of {@link #MANAGED_BY_LABEL}. */
    public static final String MANAGED_BY = "cairn";

    /** Annotation of a ServiceStack: the spec as the operator last wrote it, encoded by {@link StackRecord}. */
    public static final String RECORD_ANNOTATION = "cairn.dev/record";

    /** Finalizer of a ServiceStack: it goes when its containers are gone. */
    public static final String CONTAINERS_FINALIZER = "cairn.dev/containers";

    /** Annotation of a Host, written by the operator: the id of the engine that it was last accepted with. */
    public static final String ENGINE_ANNOTATION = "cairn.dev/engine";

    /** Annotation of a Host, written by a user: the id of another engine that may take the place of the former one. */
    public static final String ACCEPT_ENGINE_ANNOTATION = "cairn.dev/accept-engine";

    /** Annotation of a Host, written by a user: {@code true} lets it go with the stacks that are recorded on it. */
    public static final String FORGET_ANNOTATION = "cairn.dev/forget";

    /** Annotation of a Service, written by a user: another value asks to try a change that failed again at once. */
    public static final String RETRY_ANNOTATION = "cairn.dev/retry";

    /** Annotation of a Service, written by a user or a source: why it was declared like this; Kubernetes' own name. */
    public static final String CAUSE_ANNOTATION = "kubernetes.io/change-cause";

    /** Annotation with the commit from which a source has applied an object. */
    public static final String COMMIT_ANNOTATION = "cairn.dev/source-commit";

    private CairnNames() {}

    /** The label selector that finds everything of one service, as the scale subresource reports it. */
    public static String selector(String serviceName) {
        return SERVICE_LABEL + "=" + serviceName;
    }
}
