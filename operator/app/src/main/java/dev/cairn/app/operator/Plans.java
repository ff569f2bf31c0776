package dev.cairn.app.operator;

import dev.cairn.adapters.docker.DockerConfig;
import dev.cairn.adapters.docker.DockerEngine;
import dev.cairn.adapters.docker.DockerListener;
import dev.cairn.adapters.haproxy.Haproxy;
import dev.cairn.app.Planning;
import dev.cairn.core.constraint.Blocks;
import dev.cairn.core.constraint.Violation;
import dev.cairn.core.engine.Engine;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Service;
import dev.cairn.core.model.Version;
import dev.cairn.core.plan.Action;
import dev.cairn.core.plan.Foresight;
import dev.cairn.core.plan.Plan;
import dev.cairn.core.port.PortException;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/** Plans from another process than the operator's: it looks at the same API, engines and proxy, and changes nothing. */
public final class Plans implements Planning {
    private static final DockerListener NOBODY = new DockerListener() {
        @Override
        public void onService(ObjectKey service) {}

        @Override
        public void onHost(String host) {}
    };

    private final KubernetesClient client;
    private final Path proxyState;
    private final String installation;

    public Plans(KubernetesClient client, Path proxyState, String installation) {
        this.client = client;
        this.proxyState = proxyState;
        this.installation = installation;
    }

    @Override
    public List<String> plan(String namespace, String service, Optional<List<String>> versions) throws IOException {
        UnaryOperator<Service> edit = declared -> versions.map(tags ->
                        declared.withVersions(tags.stream().map(Version::new).toList()))
                .orElse(declared);
        ObjectKey key = new ObjectKey(namespace, service);
        try (DockerEngine docker =
                new DockerEngine(installation, DockerConfig.defaults(), NOBODY, new KubernetesSecrets(client))) {
            Engine engine = new Engine(
                    docker,
                    new Haproxy(proxyState),
                    new KubernetesRecords(client, () -> Inventory.live(client)),
                    new OneByOne());
            Foresight.Course course =
                    engine.foresee(key, edit, Clock.systemUTC().instant());
            refuse(course.last(), versions.isPresent());
            return lines(course);
        } catch (PortException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static final class OneByOne implements Engine.SideBySide {
        @Override
        public <T> List<T> all(List<Supplier<T>> calls) {
            return calls.stream().map(Supplier::get).toList();
        }
    }

    private static void refuse(Plan last, boolean asked) throws IOException {
        Optional<Violation> first = last.violations().stream()
                .filter(v -> v.blocks() == Blocks.CHANGE)
                .findFirst();
        if (asked && first.isPresent()) {
            throw new IOException(first.get().message());
        }
    }

    private static List<String> lines(Foresight.Course course) {
        List<String> lines = new ArrayList<>();
        course.actions().stream()
                .filter(action -> !(action instanceof Action.Warm))
                .map(Action::text)
                .forEach(lines::add);
        course.last().violations().forEach(v -> lines.add("violated " + v.message()));
        course.last().waits().forEach(wait -> lines.add("wait: " + wait.message()));
        return lines;
    }
}
