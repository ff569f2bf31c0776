package dev.cairn.app.cli;

import dev.cairn.api.EndpointResource;
import dev.cairn.api.HostResource;
import dev.cairn.api.ServiceResource;
import dev.cairn.api.ServiceStackResource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;

/** Resources as an operator has left them. */
final class Samples {
    private static final KubernetesSerialization YAML = new KubernetesSerialization();

    static final String WEBAPP = """
            apiVersion: cairn.dev/v1alpha1
            kind: Service
            metadata: {name: webapp, namespace: default, generation: 2}
            spec:
              image: webapp
              versions: [v0.1, v0.2, v0.3, v0.4]
              stacks: 2
              stages: [{name: prod, position: 0}, {name: qa, position: 1}, {name: dev, position: 2}]
            status:
              observedGeneration: 2
              versions: v0.1,v0.2,v0.3
              stacks: 2
              readyStacks: 1
              conditions:
              - {type: Ready, status: "False", reason: Converging, message: "start webapp-stack1-app4 v0.4"}
              - {type: Stalled, status: "False"}
            """;

    static final String STACK = """
            apiVersion: cairn.dev/v1alpha1
            kind: ServiceStack
            metadata: {name: webapp-stack0, namespace: default}
            spec: {serviceName: webapp, ordinal: 0, hostName: docker01, change: 2, lastContainer: 4, containers: []}
            status:
              containers:
              - {name: webapp-stack0-app1, position: 0, version: v0.1, state: healthy, address: 127.0.0.1, ports: [{containerPort: 8080, hostPort: 20000}]}
              - {name: webapp-stack0-app2, position: 1, version: v0.2, state: healthy, address: 127.0.0.1, ports: [{containerPort: 8080, hostPort: 20001}]}
              - {name: webapp-stack0-app3, position: 2, version: v0.3, state: dead}
              - {name: webapp-stack0-app4, version: v0.4, state: starting, address: 127.0.0.1, ports: [{containerPort: 8080, hostPort: 20003}]}
            """;

    static final String PROD = """
            apiVersion: cairn.dev/v1alpha1
            kind: Endpoint
            metadata: {name: webapp-prod, namespace: default, generation: 1}
            spec: {serviceName: webapp, stage: prod, port: 8080}
            status:
              observedGeneration: 1
              url: http://127.0.0.1:8080/
              routes: [{serviceName: webapp, stage: prod, position: 0, version: v0.1, backends: []}]
              conditions: [{type: Ready, status: "True", reason: Routed}]
            """;

    static final String HOST = """
            apiVersion: cairn.dev/v1alpha1
            kind: Host
            metadata: {name: docker01, generation: 1}
            spec: {docker: {url: "unix:///run/docker01.sock"}}
            status:
              observedGeneration: 1
              engine: {version: 20.10.24}
              stacks: 1
              containers: 4
              conditions: [{type: Ready, status: "True", reason: Reachable}]
            """;

    private Samples() {}

    static <T> T read(String yaml, Class<T> type) {
        return YAML.unmarshal(yaml, type);
    }

    static Snapshot snapshot() {
        return new Snapshot(
                List.of(read(WEBAPP, ServiceResource.class)),
                List.of(read(PROD, EndpointResource.class)),
                List.of(read(HOST, HostResource.class)),
                List.of(read(STACK, ServiceStackResource.class)));
    }
}
