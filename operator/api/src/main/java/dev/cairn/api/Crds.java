package dev.cairn.api;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The CustomResourceDefinitions of all kinds, as they are in {@code crds/}. */
public final class Crds {
    private static final List<String> PLURALS = List.of("endpoints", "hosts", "services", "servicestacks");

    private Crds() {}

    /** One YAML document per kind. */
    public static List<String> yaml() {
        return PLURALS.stream().map(Crds::read).toList();
    }

    private static String read(String plural) {
        String path = "/crds/" + plural + "." + CairnNames.GROUP + ".yaml";
        try (InputStream in = Crds.class.getResourceAsStream(path)) {
            if (in == null) {
                throw new IllegalStateException(path + " is not on the class path; build the api module with Maven");
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
