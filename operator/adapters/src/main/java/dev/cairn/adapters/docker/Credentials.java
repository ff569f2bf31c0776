package dev.cairn.adapters.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.model.AuthConfig;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.port.PortException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Credentials for registries, out of Secrets of type kubernetes.io/dockerconfigjson. */
final class Credentials {
    private static final String KEY = ".dockerconfigjson";
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Secrets secrets;

    Credentials(Secrets secrets) {
        this.secrets = secrets;
    }

    /**
     * What the Secrets have for one registry.
     *
     * @param auths in the order in which they are to be tried; empty: nobody has any
     * @param remark what a user should know about the Secrets when the registry refuses; empty: nothing
     */
    record Found(List<AuthConfig> auths, String remark) {
        /** Never the contents. */
        @Override
        public String toString() {
            return "Found[" + auths.size() + ", " + remark + "]";
        }
    }

    /** A Secret that is missing or of no use spoils nothing yet: the image may be there for everybody. */
    Found find(ImageRef image, List<ObjectKey> names) throws PortException {
        List<AuthConfig> auths = new ArrayList<>();
        List<String> remarks = new ArrayList<>();
        for (ObjectKey name : names) {
            Optional<Secrets.Secret> secret = secrets.read(name);
            byte[] config = secret.map(found -> found.data().get(KEY)).orElse(null);
            if (secret.isEmpty()) {
                remarks.add("the Secret " + name + " does not exist");
            } else if (config == null) {
                remarks.add(
                        "the Secret " + name + " has no " + KEY + " (kubectl create secret docker-registry makes one)");
            } else {
                add(image, name, config, auths, remarks);
            }
        }
        return new Found(auths, String.join(" and ", remarks));
    }

    private static void add(
            ImageRef image, ObjectKey name, byte[] config, List<AuthConfig> auths, List<String> remarks) {
        try {
            JsonNode all = JSON.readTree(config).path("auths");
            boolean found = false;
            for (Map.Entry<String, JsonNode> one : all.properties()) {
                Optional<AuthConfig> auth = registry(one.getKey()).equals(image.registry())
                        ? auth(one.getKey(), one.getValue())
                        : Optional.empty();
                auth.ifPresent(auths::add);
                found |= auth.isPresent();
            }
            remarks.add(
                    found
                            ? "the registry refuses the credentials in the Secret " + name
                            : "the Secret " + name + " has no credentials for " + image.registry());
        } catch (IOException | IllegalArgumentException e) {
            // The parser's text may quote a password.
            remarks.add("the Secret " + name + " has a " + KEY + " that cannot be read");
        }
    }

    private static Optional<AuthConfig> auth(String server, JsonNode entry) {
        AuthConfig auth = new AuthConfig().withRegistryAddress(server);
        String both = entry.path("auth").asText();
        String user = entry.path("username").asText();
        String password = entry.path("password").asText();
        if (user.isEmpty() && !both.isEmpty()) {
            String text = new String(Base64.getMimeDecoder().decode(both), StandardCharsets.UTF_8);
            int colon = text.indexOf(':');
            user = colon < 0 ? "" : text.substring(0, colon);
            password = colon < 0 ? "" : text.substring(colon + 1);
        }
        String token = entry.path("identitytoken").asText();
        if (!token.isEmpty()) {
            return Optional.of(auth.withIdentityToken(token));
        }
        return user.isEmpty()
                ? Optional.empty()
                : Optional.of(auth.withUsername(user).withPassword(password));
    }

    /** The host and port of a registry, however it is written; Docker Hub's many names are one. */
    private static String registry(String server) {
        String bare = server.replaceFirst("^https?://", "").replaceFirst("/.*$", "");
        return switch (bare) {
            case "index.docker.io", "registry-1.docker.io", "registry.hub.docker.com" -> ImageRef.HUB;
            default -> bare;
        };
    }
}
