package dev.cairn.app.source;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/** Reads the objects of one YAML file: several documents, and lists of kind List. */
final class YamlText {
    /** Largest file that is read, in bytes. */
    static final int MAX_BYTES = 3 * 1024 * 1024;

    private static final int MAX_ALIASES = 50;

    private static final Pattern API_VERSION = Pattern.compile("(?:([a-z0-9.-]{1,253})/)?[a-z0-9]{1,63}");
    private static final Pattern KIND = Pattern.compile("[A-Za-z0-9]{1,63}");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9.:_-]{0,252}");

    /** Kinds that belong to no namespace. Of any other kind an object without a namespace is in default. */
    private static final Set<String> CLUSTER_SCOPED = Set.of(
            "cairn.dev/Host",
            "/Namespace",
            "apiextensions.k8s.io/CustomResourceDefinition",
            "rbac.authorization.k8s.io/ClusterRole",
            "rbac.authorization.k8s.io/ClusterRoleBinding");

    private static final LoadSettings SETTINGS = LoadSettings.builder()
            .setMaxAliasesForCollections(MAX_ALIASES)
            .setCodePointLimit(MAX_BYTES)
            .setAllowDuplicateKeys(false)
            .setAllowRecursiveKeys(false)
            .build();

    private static final ObjectMapper JSON = new ObjectMapper();

    private final String file;
    private final List<Document> documents = new ArrayList<>();

    private YamlText(String file) {
        this.file = file;
    }

    /**
     * @param file name of the file for the user
     * @throws BadFile when a part of the text is not a YAML document with apiVersion, kind and a name
     */
    static List<Document> read(String file, String text) throws BadFile {
        YamlText result = new YamlText(file);
        try {
            int number = 0;
            for (Object value : new Load(SETTINGS).loadAllFromString(text)) {
                number++;
                try {
                    result.add(PlainJson.copy(value), "document " + number);
                } catch (BadFile e) {
                    throw new BadFile("line " + line(text, number) + ": " + e.getMessage());
                }
            }
        } catch (MarkedYamlEngineException e) {
            String where = e.getProblemMark()
                    .map(mark -> "line " + (mark.getLine() + 1) + ": ")
                    .orElse("");
            throw new BadFile("not YAML: " + where + e.getProblem());
        } catch (YamlEngineException e) {
            throw new BadFile("not YAML: "
                    + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            // The parser does not look before it reads what is behind a backslash.
            throw new BadFile("not YAML: it has an escape that means no character");
        } catch (StackOverflowError e) {
            // The parser has no bound of its own on how deep it goes.
            throw new BadFile("not usable: it is nested too deeply");
        }
        return List.copyOf(result.documents);
    }

    /** The line in which a document of a text that can be parsed begins. */
    private static int line(String text, int document) {
        int number = 0;
        for (Event event : new Parse(SETTINGS).parseString(text)) {
            if (event.getEventId() == Event.ID.DocumentStart && ++number == document) {
                return event.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
            }
        }
        return 1;
    }

    static boolean isYaml(String fileName) {
        return fileName.endsWith(".yaml") || fileName.endsWith(".yml");
    }

    /**
     * The text of a file.
     *
     * @throws BadFile when there are more than {@link #MAX_BYTES}, or they are no text
     */
    static String decode(byte[] bytes) throws BadFile {
        if (bytes.length > MAX_BYTES) {
            throw tooLarge();
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new BadFile("not YAML: it is not UTF-8 text");
        }
    }

    static BadFile tooLarge() {
        return new BadFile("is larger than " + MAX_BYTES + " bytes; split it");
    }

    private void add(@Nullable Object value, String where) throws BadFile {
        if (value == null) {
            return; // nothing but comments between two separators
        }
        if (!(value instanceof Map<?, ?> map)) {
            throw new BadFile(where + " is not an object with apiVersion, kind and metadata");
        }
        if ("List".equals(map.get("kind")) && map.get("items") instanceof List<?> items) {
            int number = 0;
            for (Object item : items) {
                add(item, where + " item " + number++);
            }
            return;
        }
        documents.add(document(map, where));
    }

    @SuppressWarnings("unchecked") // PlainJson makes maps with strings as keys only
    private Document document(Map<?, ?> map, String where) throws BadFile {
        String apiVersion = text(map, "apiVersion", API_VERSION, where);
        String kind = text(map, "kind", KIND, where);
        if (!(map.get("metadata") instanceof Map<?, ?> metadata)) {
            throw new BadFile(where + " has no metadata; it must have metadata.name");
        }
        String name = text(metadata, "name", NAME, where);
        var matcher = API_VERSION.matcher(apiVersion);
        String group = matcher.matches() && matcher.group(1) != null ? matcher.group(1) : "";
        String namespace = "";
        if (!CLUSTER_SCOPED.contains(group + "/" + kind)) {
            namespace = metadata.containsKey("namespace") ? text(metadata, "namespace", NAME, where) : "default";
        }
        return new Document(
                new ObjectId(group, kind, namespace, name), apiVersion, hash(map), (Map<String, Object>) map, file);
    }

    private static String text(Map<?, ?> map, String field, Pattern form, String where) throws BadFile {
        Object value = map.get(field);
        if (value == null) {
            throw new BadFile(where + " has no " + field);
        }
        if (!(value instanceof String text) || !form.matcher(text).matches()) {
            throw new BadFile(where + ": its " + field + " is not valid; it must be a string that matches " + form);
        }
        return text;
    }

    private static String hash(Map<?, ?> content) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(JSON.writeValueAsString(content).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 16);
        } catch (NoSuchAlgorithmException | JsonProcessingException e) {
            throw new IllegalStateException("plain JSON and SHA-256 always work", e);
        }
    }
}
