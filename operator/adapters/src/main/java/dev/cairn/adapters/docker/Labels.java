package dev.cairn.adapters.docker;

import dev.cairn.core.model.Entry;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.Version;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The labels by which a container tells to whom it belongs. Anybody can put labels on a container, and an image can
 * bring its own, so every one is checked when read, and the container's name must be the one that they lead to.
 */
final class Labels {
    static final String INSTALLATION = "cairn.dev/installation";
    static final String NAMESPACE = "cairn.dev/namespace";
    static final String SERVICE = "cairn.dev/service";
    static final String STACK = "cairn.dev/stack";
    static final String N = "cairn.dev/n";
    static final String VERSION = "cairn.dev/version";
    static final String TEMPLATE = "cairn.dev/template";

    private static final Pattern DNS_LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");
    private static final Pattern STACK_NUMBER = Pattern.compile("0|[1-9]\\d{0,8}");
    private static final Pattern N_NUMBER = Pattern.compile("[1-9]\\d{0,8}");
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{10}");
    private static final int SUBDOMAIN_MAX = 253;

    private Labels() {}

    /** What the labels of one container say. */
    record Meaning(Owner owner, Version version, String templateHash) {}

    /**
     * Either the meaning of the labels, or why they cannot be believed.
     *
     * @param claimed the name that they lead to, when it is another one than the container's
     */
    record Reading(@Nullable Meaning meaning, String lie, Optional<String> claimed) {
        private static Reading lie(String label, @Nullable String value) {
            String lie = "label " + label + (value == null ? " is missing" : " is \"" + brief(value) + "\"");
            return new Reading(null, lie, Optional.empty());
        }
    }

    /** Whether the name can name an installation. */
    static boolean isInstallation(String name) {
        return DNS_LABEL.matcher(name).matches();
    }

    /** The labels that a container of this entry carries. */
    static Map<String, String> write(String installation, Owner owner, Entry entry) {
        Map<String, String> labels = new TreeMap<>();
        labels.put(INSTALLATION, installation);
        labels.put(NAMESPACE, owner.service().namespace());
        labels.put(SERVICE, owner.service().name());
        labels.put(STACK, Integer.toString(owner.stack()));
        labels.put(N, Integer.toString(owner.n()));
        labels.put(VERSION, entry.version().tag());
        labels.put(TEMPLATE, entry.template().hash());
        return labels;
    }

    /** The name of a container on its engine: the owner's, with the namespace in front unless it is the default one. */
    static String containerName(Owner owner) {
        String namespace = owner.service().namespace();
        return (namespace.equals("default") ? "" : namespace + "_") + owner.containerName();
    }

    /** Reads the labels of a container that carries this installation's label. */
    static Reading read(Map<String, String> labels, String containerName) {
        Optional<ObjectKey> service = service(labels);
        if (service.isEmpty()) {
            boolean namespace = isDnsLabel(labels.get(NAMESPACE));
            String label = namespace ? SERVICE : NAMESPACE;
            return Reading.lie(label, labels.get(label));
        }
        for (Map.Entry<String, Pattern> rule :
                Map.of(STACK, STACK_NUMBER, N, N_NUMBER, TEMPLATE, HASH).entrySet()) {
            String value = labels.get(rule.getKey());
            if (value == null || !rule.getValue().matcher(value).matches()) {
                return Reading.lie(rule.getKey(), value);
            }
        }
        String version = labels.get(VERSION);
        if (version == null || !Version.isTag(version)) {
            return Reading.lie(VERSION, version);
        }
        Owner owner = new Owner(
                service.get(),
                Integer.parseInt(labels.getOrDefault(STACK, "")),
                Integer.parseInt(labels.getOrDefault(N, "")));
        if (!containerName(owner).equals(containerName)) {
            String claimed = containerName(owner);
            return new Reading(null, "its labels are those of a container named " + claimed, Optional.of(claimed));
        }
        Meaning meaning = new Meaning(owner, new Version(version), labels.getOrDefault(TEMPLATE, ""));
        return new Reading(meaning, "", Optional.empty());
    }

    /** The service that the labels name, when they name one at all. */
    static Optional<ObjectKey> service(Map<String, String> labels) {
        String namespace = labels.get(NAMESPACE);
        String service = labels.get(SERVICE);
        return namespace != null && service != null && isDnsLabel(namespace) && isSubdomain(service)
                ? Optional.of(new ObjectKey(namespace, service))
                : Optional.empty();
    }

    private static boolean isDnsLabel(@Nullable String text) {
        return text != null && DNS_LABEL.matcher(text).matches();
    }

    private static boolean isSubdomain(String text) {
        if (text.length() > SUBDOMAIN_MAX) {
            return false;
        }
        for (String part : text.split("\\.", -1)) {
            if (!isDnsLabel(part)) {
                return false;
            }
        }
        return true;
    }

    /** Foreign text made fit for one line of a log or a message: bounded, printable ASCII. */
    static String brief(String text) {
        String clean = text.replaceAll("[^\\x20-\\x7e]+", " ").trim();
        return clean.length() <= 200 ? clean : clean.substring(0, 200) + "...";
    }
}
