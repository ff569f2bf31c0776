package dev.cairn.adapters.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.model.AuthConfig;
import com.github.dockerjava.api.model.AuthConfigurations;
import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.core.RemoteApiVersion;
import com.github.dockerjava.core.SSLConfig;
import com.github.dockerjava.httpclient5.ApacheDockerHttpClient;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Makes docker-java clients for one engine. The socket timeout belongs to a client, not to a call, hence one client
 * for each kind of call.
 */
final class Clients {
    private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    private static final int SPARE_CONNECTIONS = 2;

    private final String url;
    private final @Nullable Tls tls;

    /** Without TLS. */
    Clients(String url) {
        this(url, null);
    }

    /**
     * @param url {@code unix://} or {@code tcp://}, checked by {@link Trouble#badUrl}
     * @param tls what the connections are secured with; null: no TLS
     */
    Clients(String url, @Nullable Tls tls) {
        this.tls = tls;
        this.url = url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }

    /** A client whose calls fail when the engine is silent that long; zero: never. */
    DockerClient open(int connections, Duration silence) {
        Config config = new Config(URI.create(url), tls == null ? null : tls::context);
        return DockerClientImpl.getInstance(
                config,
                new ApacheDockerHttpClient.Builder()
                        .dockerHost(config.getDockerHost())
                        .sslConfig(config.getSSLConfig())
                        .maxConnections(connections + SPARE_CONNECTIONS)
                        .connectionTimeout(CONNECT_TIMEOUT)
                        .responseTimeout(silence)
                        .build());
    }

    static void close(DockerClient client) {
        try {
            client.close();
        } catch (IOException e) {
            // Nothing can be done about a client that does not close, and nothing waits for it.
        }
    }

    /**
     * What docker-java needs to know and nothing from the environment: DOCKER_HOST and the user's Docker contexts and
     * logins must not change what a declared host means.
     */
    private record Config(URI dockerHost, @Nullable SSLConfig sslConfig) implements DockerClientConfig {
        @Override
        public URI getDockerHost() {
            return dockerHost;
        }

        @Override
        public RemoteApiVersion getApiVersion() {
            return RemoteApiVersion.UNKNOWN_VERSION; // unversioned paths: the engine speaks its own newest API
        }

        @Override
        public @Nullable String getRegistryUsername() {
            return null;
        }

        @Override
        public @Nullable String getRegistryPassword() {
            return null;
        }

        @Override
        public @Nullable String getRegistryEmail() {
            return null;
        }

        @Override
        public @Nullable String getRegistryUrl() {
            return null;
        }

        @Override
        public @Nullable AuthConfig effectiveAuthConfig(String imageName) {
            return null;
        }

        @Override
        public AuthConfigurations getAuthConfigurations() {
            return new AuthConfigurations();
        }

        @Override
        public @Nullable SSLConfig getSSLConfig() {
            return sslConfig;
        }
    }
}
