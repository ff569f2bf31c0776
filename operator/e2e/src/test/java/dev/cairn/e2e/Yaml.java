package dev.cairn.e2e;

import java.util.List;
import java.util.stream.Collectors;

/** Resources as a user writes them. */
final class Yaml {
    private Yaml() {}

    /**
     * A Service of the sample server. By default it retains nothing, so that what was popped is gone at once.
     *
     * @param versions such as {@code v0.1, v0.2}
     * @param stacks how many
     * @param image without a tag
     * @param env such as {@code {name: SETTING, value: first}}
     * @param deadline seconds until a version that is not ready is given up
     * @param drain seconds that a container may finish its requests when it is routed to no more
     * @param grace seconds between the request to stop and the kill
     * @param spec further fields of the spec, such as {@code retain: {count: 0}}
     * @param container further fields of the container, such as {@code resources: {limits: {memory: 64Mi}}}
     */
    record Service(
            String name,
            String versions,
            int stacks,
            String image,
            String env,
            int deadline,
            int drain,
            int grace,
            List<String> spec,
            List<String> container,
            String strategy) {
        Service(String name, String versions) {
            this(name, versions, 2, "webapp", "", 60, 2, 5, List.of("retain: {count: 0}"), List.of(), "");
        }

        Service versions(String other) {
            return new Service(name, other, stacks, image, env, deadline, drain, grace, spec, container, strategy);
        }

        Service stacks(int other) {
            return new Service(name, versions, other, image, env, deadline, drain, grace, spec, container, strategy);
        }

        Service image(String other) {
            return new Service(name, versions, stacks, other, env, deadline, drain, grace, spec, container, strategy);
        }

        Service env(String other) {
            return new Service(name, versions, stacks, image, other, deadline, drain, grace, spec, container, strategy);
        }

        Service deadline(int other) {
            return new Service(name, versions, stacks, image, env, other, drain, grace, spec, container, strategy);
        }

        Service drain(int other) {
            return new Service(name, versions, stacks, image, env, deadline, other, grace, spec, container, strategy);
        }

        Service grace(int other) {
            return new Service(name, versions, stacks, image, env, deadline, drain, other, spec, container, strategy);
        }

        /** Requests may take longer to finish than the container's process is given to end. */
        Service longDrainShortGrace() {
            return new Service(name, versions, stacks, image, env, deadline, 10, 1, spec, container, strategy);
        }

        /** With these further fields in its spec instead of others. */
        Service spec(String... lines) {
            return new Service(
                    name, versions, stacks, image, env, deadline, drain, grace, List.of(lines), container, strategy);
        }

        /** One stack after the other, the first alone for so long. */
        Service inTurn(int canarySeconds) {
            String inTurn = ", type: RollbackOnFailure, canarySeconds: " + canarySeconds;
            return new Service(name, versions, stacks, image, env, deadline, drain, grace, spec, container, inTurn);
        }

        /** With these further fields in its container instead of others. */
        Service container(String... lines) {
            return new Service(
                    name, versions, stacks, image, env, deadline, drain, grace, spec, List.of(lines), strategy);
        }

        String text() {
            return """
                    apiVersion: cairn.dev/v1alpha1
                    kind: Service
                    metadata: {name: %s}
                    spec:
                      image: %s
                      versions: [%s]
                      stacks: %d
                      strategy: {progressDeadlineSeconds: %d, drainSeconds: %d%s}
                    %s  template:
                        container:
                          env: [%s]
                          ports: [{name: http, containerPort: 8080}]
                          readinessProbe: {httpGet: {path: /ready, port: http}, periodSeconds: 1}
                    %s    terminationGracePeriodSeconds: %d
                    ---
                    """.formatted(
                            name,
                            image,
                            versions,
                            stacks,
                            deadline,
                            drain,
                            strategy,
                            indented(2, spec),
                            env,
                            indented(6, container),
                            grace);
        }

        private static String indented(int by, List<String> lines) {
            return lines.stream().map(line -> " ".repeat(by) + line + "\n").collect(Collectors.joining());
        }
    }

    /** An Endpoint at a stage of a service, on a port of the proxy. */
    static String endpoint(String name, String service, String stage, int port) {
        return """
                apiVersion: cairn.dev/v1alpha1
                kind: Endpoint
                metadata: {name: %s}
                spec: {serviceName: %s, stage: %s, targetPort: http, port: %d}
                ---
                """.formatted(name, service, stage, port);
    }

    /**
     * An Endpoint at a stage of a service, with further fields.
     *
     * @param more such as {@code hostnames: [a.io], path: /api}
     */
    static String endpoint(String name, String service, String stage, int port, String more) {
        String field = "port: " + port;
        return endpoint(name, service, stage, port).replace(field, field + ", " + more);
    }

    /** A Host. */
    static String host(String name, String url, String address) {
        return """
                apiVersion: cairn.dev/v1alpha1
                kind: Host
                metadata: {name: %s}
                spec: {docker: {url: "%s", address: "%s", portRange: {first: 20000, last: 24999}}}
                ---
                """.formatted(name, url, address);
    }
}
