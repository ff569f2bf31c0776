package dev.cairn.api;

/** Regular expressions that the schema and the mapping share. They mean the same to RE2 (CEL) and to Java. */
public final class Grammar {
    private static final String PATH_PART = "[a-z0-9]+(([.]|__?|-+)[a-z0-9]+)*";

    private static final String DOMAIN_PART = "[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?";

    /** An image's name without tag and digest, by the reference grammar of Docker and OCI. */
    static final String IMAGE =
            "^(" + DOMAIN_PART + "([.]" + DOMAIN_PART + ")*(:[0-9]{1,5})?/)?" + PATH_PART + "(/" + PATH_PART + ")*$";

    /** An image tag. */
    static final String TAG = "^[A-Za-z0-9_][A-Za-z0-9._-]*$";

    /** A DNS label: what names in Kubernetes are made of. */
    static final String LABEL = "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$";

    private static final String DNS_LABEL = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?";

    /** A host name, or {@code *} and a domain of at most eight labels below it: what the proxy tells apart. */
    static final String HOSTNAME = "^(" + DNS_LABEL + "([.]" + DNS_LABEL + ")*|[*]([.]" + DNS_LABEL + "){1,8})$";

    /** The path of a URL without anything that clients would write in several ways. */
    static final String URL_PATH = "^/([A-Za-z0-9._~@:+,=-]+(/[A-Za-z0-9._~@:+,=-]+)*/?)?$";

    /** The URL of a Docker engine. */
    static final String ENGINE_URL = "^(unix:///.+|tcp://[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?:[0-9]{1,5})$";

    private static final String OCTET = "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])";

    /** An IPv4 address that a host can have: 0.0.0.0, for one, is none to connect to. */
    static final String IPV4 = "^(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9][0-9]?)([.]" + OCTET + "){3}$";

    /** A moment in UTC, as RFC 3339 writes it. */
    static final String TIME = "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,9})?Z$";

    /** What cannot be seen in a text and yet does something: controls, line ends, directions, half a character. */
    public static final String UNSEEN = "[\\p{Cc}\\p{Cf}\\p{Cs}\\p{Zl}\\p{Zp}]";

    private Grammar() {}
}
