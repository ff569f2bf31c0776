package dev.cairn.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;

/** Resources as users write them, good ones and bad ones. */
final class Samples {
    static final String FULL_SERVICE = """
            apiVersion: cairn.dev/v1alpha1
            kind: Service
            metadata: {name: webapp, namespace: shop, generation: 4}
            spec:
              image: localhost:5000/team/web-app
              versions: [v0.1, v0.2, 1.0.0-rc.1]
              stacks: 2
              stages: [{name: live, position: 0}, {name: next, position: 1}]
              minHeight: 3
              versionOrder: Any
              versionEntry: Ordered
              promotion: Recreate
              strategy: {progressDeadlineSeconds: 60, minReadySeconds: 7, drainSeconds: 0,
                type: RollbackOnFailure, canarySeconds: 8}
              retain: {count: 2, seconds: 9}
              paused: true
              freezeWindows: [{from: "2026-12-20T00:00:00Z", to: "2027-01-04T00:00:00Z", reason: holidays}]
              placement:
                spread: Preferred
                hostNames: [docker01, docker02]
                hostSelector:
                  matchLabels: {disk: ssd}
                  matchExpressions: [{key: zone, operator: NotIn, values: [c]}, {key: gpu, operator: DoesNotExist}]
                rescheduleAfterSeconds: 11
              template:
                terminationGracePeriodSeconds: 5
                container:
                  command: [/bin/serve]
                  args: [--port, "80"]
                  env: [{name: COLOUR, value: blue}, {name: EMPTY}]
                  ports: [{name: http, containerPort: 80}, {containerPort: 9090}]
                  readinessProbe:
                    httpGet: {path: "/ready?deep=1", port: http}
                    initialDelaySeconds: 1
                    periodSeconds: 2
                    timeoutSeconds: 3
                    failureThreshold: 4
            """;

    static final List<String> ACCEPTED = List.of(
            FULL_SERVICE,
            service("image: webapp, versions: [v1]"),
            service("image: webapp, versions: ['1', v1, v1]"),
            service("image: registry.example.com/webapp, versions: [v1], template: {container: {}}"),
            service("image: registry.example.com:5000/a/b_c/d--e, versions: [v1], strategy: {drainSeconds: 5}"),
            service("image: webapp, versions: [v1], stages: []"),
            template("ports: [{containerPort: 80}], readinessProbe: {tcpSocket: {port: 80}}"),
            template("ports: [{name: web, containerPort: 80}], readinessProbe: {tcpSocket: {port: web}}"),
            template("ports: [{containerPort: 80}], readinessProbe: {httpGet: {port: 80}}"),
            template("env: [{name: A}, {name: b.c-d, value: '$(A)'}]"),
            endpoint("serviceName: webapp, stage: prod, port: 80"),
            endpoint("serviceName: webapp, position: 0, port: 65535, targetPort: 8080, protocol: HTTP"),
            endpoint("serviceName: webapp, stage: qa, port: 80, hostnames: [a, a-1.b.io, '*.b.io', 10.0.0.1]"),
            endpoint("serviceName: webapp, stage: qa, port: 80, hostnames: [], path: /a/b.c~d/"),
            endpoint("serviceName: webapp, stage: qa, port: 80, path: /..a/.b/c.../@x:1"),
            endpoint("serviceName: webapp, stage: qa, port: 5432, protocol: TCP, path: /, hostnames: []"),
            host("url: unix:///run/docker.sock"),
            host("url: unix:///run/docker.sock, address: 127.0.0.2, portRange: {first: 30000, last: 30000}"),
            host("url: 'tcp://10.0.0.11:2375', address: 10.0.0.11, portRange: {last: 20001}"),
            host("url: 'tcp://docker.example.com:2375', address: 10.0.0.11"),
            host("url: 'tcp://docker.example.com:2376', address: 10.0.0.11, tlsSecretRef: {name: a, namespace: b}"));

    static final List<Refused> REFUSED = List.of(
            new Refused(service("image: 'webapp:v1', versions: [v1]"), "image must not have a tag"),
            new Refused(service("image: 'a..b/webapp', versions: [v1]"), "image must be the name of an image"),
            new Refused(service("image: 'a.b:123456/webapp', versions: [v1]"), "image must be the name of an image"),
            new Refused(
                    service("image: a, versions: [v1], template: {container: {imagePullPolicy: Sometimes}}"),
                    "does not have a value in the enumeration"),
            new Refused(
                    service("image: a, versions: [v1], template: {container: {securityContext: {runAsGroup: 1}}}"),
                    "runAsGroup needs runAsUser"),
            new Refused(
                    service("image: a, versions: [v1], template: {container: {securityContext: {runAsUser: 0,"
                            + " runAsNonRoot: true}}}"),
                    "runAsUser 0 is root"),
            new Refused(service("image: 'localhost:5000/webapp:v1', versions: [v1]"), "image must not have a tag"),
            new Refused(service("image: 'webapp@sha256:12', versions: [v1]"), "image must not have a digest"),
            new Refused(service("image: 'webapp:v1@sha256:12', versions: [v1]"), "image must not have a digest"),
            new Refused(service("image: 'Web App', versions: [v1]"), "image must be the name of an image"),
            new Refused(service("image: 'webapp/', versions: [v1]"), "image must be the name of an image"),
            new Refused(service("image: '-v', versions: [v1]"), "image must be the name of an image"),
            new Refused(service("image: '', versions: [v1]"), "must be at least 1 characters long"),
            new Refused(service("versions: [v1]"), "required property 'image' not found"),
            new Refused(service("image: webapp"), "required property 'versions' not found"),
            new Refused(service("image: webapp, versions: []"), "must have at least 1 items"),
            new Refused(
                    service("image: webapp, versions: " + "v1,".repeat(33).transform(v -> "[" + v + "]")),
                    "at most 32"),
            new Refused(service("image: webapp, versions: ['']"), "every version must be an image tag"),
            new Refused(service("image: webapp, versions: [v1, ' v2']"), "every version must be an image tag"),
            new Refused(service("image: webapp, versions: [\"v1\\n\"]"), "every version must be an image tag"),
            new Refused(service("image: webapp, versions: [" + "v".repeat(129) + "]"), "at most 128 characters long"),
            new Refused(service("image: webapp, versions: [1.1]"), "number found, string expected", false),
            new Refused(service("image: webapp, versions: [v1], stacks: 0"), "must have a minimum value of 1"),
            new Refused(service("image: webapp, versions: [v1], stacks: 101"), "must have a maximum value of 100"),
            new Refused(service("image: webapp, versions: [v1], stacks: two"), "string found, integer", false),
            new Refused(service("image: webapp, versions: [v1], minHeight: 33"), "must have a maximum value of 32"),
            new Refused(service("image: webapp, versions: [v1], versionOrder: Up"), "does not have a value in"),
            new Refused(
                    service("image: webapp, versions: [v1], placement: {spread: No}"),
                    "does not have a value in",
                    false),
            new Refused(service("image: webapp, versions: [v1], placement: {spread: Any}"), "does not have a value in"),
            new Refused(service("image: webapp, versions: [v1], replicas: 2"), "unknown field .spec.replicas", false),
            new Refused(service("image: webapp, versions: [v1], strategy: {kind: BestEffort}"), "unknown field", false),
            new Refused(service("image: webapp, versions: [v1], strategy: {drainSeconds: -1}"), "minimum value of 0"),
            new Refused(service("image: webapp, versions: [v1], stages: [{name: QA, position: 1}]"), "regex pattern"),
            new Refused(
                    service(
                            "image: webapp, versions: [v1], freezeWindows: [{from: today, to: '2027-01-04T00:00:00Z'}]"),
                    "regex pattern"),
            new Refused(service("image: webapp, versions: [v1], stages: [{name: qa}]"), "'position' not found"),
            new Refused(
                    service("image: webapp, versions: [v1], stages: [{name: qa, position: 32}]"),
                    "maximum value of 31"),
            new Refused(
                    service("image: webapp, versions: [v1]").replace("name: webapp", "name: " + "w".repeat(41)),
                    "metadata.name must have at most 40 characters"),
            new Refused(
                    service("image: webapp, versions: [v1]").replace("name: webapp", "name: web.app"),
                    "metadata.name must have at most 40 characters"),
            new Refused(template("ports: [{containerPort: 0}]"), "minimum value of 1"),
            new Refused(template("ports: [{name: http}]"), "'containerPort' not found"),
            new Refused(template("ports: [{name: '80', containerPort: 80}]"), "at least one letter"),
            new Refused(
                    template("ports: [{name: a, containerPort: 80}, {name: a, containerPort: 81}]"),
                    "no two ports may have the same name"),
            new Refused(template("env: [{name: A=B}]"), "regex pattern"),
            new Refused(template("env: [{name: A, valueFrom: {}}]"), "unknown field", false),
            new Refused(
                    template("readinessProbe: {httpGet: {port: 80}}"),
                    "httpGet.port must be the name or number of one of the ports"),
            new Refused(
                    template("ports: [{name: web, containerPort: 80}], readinessProbe: {httpGet: {port: http}}"),
                    "httpGet.port must be the name or number of one of the ports"),
            new Refused(
                    template("ports: [{name: web, containerPort: 80}], readinessProbe: {tcpSocket: {port: 81}}"),
                    "tcpSocket.port must be the name or number of one of the ports"),
            new Refused(
                    template("ports: [{containerPort: 80}], readinessProbe: {}"),
                    "exactly one of httpGet and tcpSocket must be set"),
            new Refused(
                    template(
                            "ports: [{containerPort: 80}], readinessProbe: {httpGet: {port: 80}, tcpSocket: {port: 80}}"),
                    "exactly one of httpGet and tcpSocket must be set"),
            new Refused(
                    template("ports: [{containerPort: 80}], readinessProbe: {httpGet: {path: ready, port: 80}}"),
                    "regex pattern"),
            new Refused(
                    template("ports: [{containerPort: 80}], readinessProbe: {httpGet: {path: \"/a b\", port: 80}}"),
                    "regex pattern"),
            new Refused(
                    template("ports: [{containerPort: 80}], readinessProbe: {httpGet: {port: 80}, periodSeconds: 0}"),
                    "minimum value of 1"),
            new Refused(endpoint("serviceName: webapp, port: 80"), "exactly one of stage and position"),
            new Refused(
                    endpoint("serviceName: webapp, stage: qa, position: 1, port: 80"),
                    "exactly one of stage and position"),
            new Refused(endpoint("stage: qa, port: 80"), "'serviceName' not found"),
            new Refused(endpoint("serviceName: webapp, stage: qa"), "'port' not found"),
            new Refused(endpoint("serviceName: webapp, stage: qa, port: 0"), "minimum value of 1"),
            new Refused(endpoint("serviceName: webapp, stage: qa, port: 65536"), "maximum value of 65535"),
            new Refused(endpoint("serviceName: webapp, position: -1, port: 80"), "minimum value of 0"),
            new Refused(
                    endpoint("serviceName: webapp, stage: qa, port: 80, protocol: UDP"), "does not have a value in"),
            new Refused(
                    endpoint("serviceName: webapp, stage: qa, port: 80, protocol: TCP, hostnames: [a.io]"),
                    "with protocol TCP there are no hostnames"),
            new Refused(
                    endpoint("serviceName: webapp, stage: qa, port: 80, protocol: TCP, path: /api"),
                    "with protocol TCP there are no hostnames"),
            new Refused(
                    endpoint("serviceName: webapp, stage: qa, port: 80, hostnames: [A.io]"),
                    "every host name must be a DNS name"),
            new Refused(
                    endpoint("serviceName: webapp, stage: qa, port: 80, hostnames: [a.io, '*']"),
                    "every host name must be a DNS name"),
            new Refused(
                    endpoint("serviceName: webapp, stage: qa, port: 80, hostnames: ['a.*.io']"),
                    "every host name must be a DNS name"),
            new Refused(
                    endpoint("serviceName: webapp, stage: qa, port: 80, hostnames: ['a.io:80']"),
                    "every host name must be a DNS name"),
            new Refused(
                    endpoint("serviceName: webapp, stage: qa, port: 80, hostnames: ['*.a.b.c.d.e.f.g.h.i']"),
                    "every host name must be a DNS name"),
            new Refused(
                    endpoint("serviceName: webapp, stage: qa, port: 80, hostnames: [" + "a,".repeat(16) + "a]"),
                    "at most 16 items"),
            new Refused(
                    endpoint("serviceName: webapp, stage: qa, port: 80, hostnames: [" + "a.".repeat(127) + "io]"),
                    "at most 253 characters"),
            new Refused(
                    endpoint("serviceName: webapp, stage: qa, port: 80, path: api"), "path must begin with a slash"),
            new Refused(
                    endpoint("serviceName: webapp, stage: qa, port: 80, path: '/a b'"), "path must begin with a slash"),
            new Refused(
                    endpoint("serviceName: webapp, stage: qa, port: 80, path: /a//b"), "path must begin with a slash"),
            new Refused(
                    endpoint("serviceName: webapp, stage: qa, port: 80, path: '/a?b'"), "path must begin with a slash"),
            new Refused(endpoint("serviceName: webapp, stage: qa, port: 80, path: /a/../b"), ". or .. as a part"),
            new Refused(endpoint("serviceName: webapp, stage: qa, port: 80, path: /a/.."), ". or .. as a part"),
            new Refused(endpoint("serviceName: webapp, stage: qa, port: 80, names: [a]"), "unknown field", false),
            new Refused(host("address: 127.0.0.1"), "'url' not found"),
            new Refused(host("url: 'tcp://10.0.0.11:2375'"), "address is required with a tcp:// url"),
            new Refused(host("url: 'tcp://10.0.0.11', address: 10.0.0.11"), "url must be unix:///path"),
            new Refused(host("url: /run/docker.sock"), "url must be unix:///path"),
            new Refused(host("url: 'http://10.0.0.11:2375', address: 10.0.0.11"), "url must be unix:///path"),
            new Refused(host("url: unix:///run/docker.sock, address: docker01"), "address must be one IPv4 address"),
            new Refused(host("url: unix:///run/docker.sock, address: 10.0.0.256"), "address must be one IPv4 address"),
            new Refused(host("url: unix:///run/docker.sock, address: 0.0.0.0"), "address must be one IPv4 address"),
            new Refused(
                    host("url: unix:///run/docker.sock, portRange: {first: 30000}"),
                    "first must not be higher than last"),
            new Refused(
                    host("url: 'tcp://10.0.0.11:2376', address: 10.0.0.11, tlsSecretRef: {name: a}"),
                    "'namespace' not found"),
            new Refused(
                    host("url: unix:///run/docker.sock, tlsSecretRef: {name: a, namespace: b}"),
                    "tlsSecretRef needs a tcp:// url"),
            new Refused(host("url: unix:///run/docker.sock, unheardOf: {}"), "unknown field", false));

    private Samples() {}

    /**
     * A resource that is refused.
     *
     * @param message part of the server's message
     * @param mappable whether the mapping refuses it too; it never sees unknown fields and wrong types
     */
    record Refused(String yaml, String message, boolean mappable) {
        Refused(String yaml, String message) {
            this(yaml, message, true);
        }

        ObjectNode resource() {
            return CrdServer.parse(yaml);
        }
    }

    /** The model of a resource of any kind that users write. */
    static Object toModel(JsonNode resource) throws InvalidResource {
        String json = resource.toString();
        return switch (resource.get("kind").asText()) {
            case "Service" -> Mapping.toModel(Serialization.unmarshal(json, ServiceResource.class));
            case "Endpoint" -> Mapping.toModel(Serialization.unmarshal(json, EndpointResource.class));
            default -> Mapping.toModel(Serialization.unmarshal(json, HostResource.class));
        };
    }

    static String service(String spec) {
        return resource("Service", "{name: webapp, namespace: shop}", spec);
    }

    private static String template(String container) {
        return service("image: webapp, versions: [v1], template: {container: {" + container + "}}");
    }

    private static String endpoint(String spec) {
        return resource("Endpoint", "{name: front, namespace: shop}", spec);
    }

    static String host(String docker) {
        return resource("Host", "{name: docker01}", "docker: {" + docker + "}");
    }

    private static String resource(String kind, String metadata, String spec) {
        return "apiVersion: cairn.dev/v1alpha1\nkind: " + kind + "\nmetadata: " + metadata + "\nspec: {" + spec + "}\n";
    }
}
