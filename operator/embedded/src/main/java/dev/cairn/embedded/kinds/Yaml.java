package dev.cairn.embedded.kinds;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.util.List;
import org.yaml.snakeyaml.LoaderOptions;

/** YAML documents as JSON trees, with SnakeYAML's bounds on size, depth and aliases. */
public final class Yaml {
    private static final ObjectReader READER = reader();

    private Yaml() {}

    private static ObjectReader reader() {
        LoaderOptions bounds = new LoaderOptions();
        bounds.setCodePointLimit(8 * 1024 * 1024);
        bounds.setNestingDepthLimit(100);
        ObjectMapper mapper =
                new YAMLMapper(YAMLFactory.builder().loaderOptions(bounds).build());
        return mapper.readerFor(JsonNode.class);
    }

    /** All documents of a text, empty ones left out. */
    public static List<JsonNode> documents(String text) throws IOException {
        try (MappingIterator<JsonNode> documents = READER.readValues(text)) {
            return documents.readAll().stream().filter(JsonNode::isObject).toList();
        }
    }
}
