package dev.cairn.adapters.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.cairn.core.model.Container;
import dev.cairn.core.model.Container.Health;
import dev.cairn.core.model.Host;
import dev.cairn.core.model.HostView;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.Probe;
import dev.cairn.core.port.PortException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One look for several services, on a real engine. */
class LookTest extends OneEngine {
    private final DockerConfig config = DockerConfig.defaults();
    private final Prober prober = new Prober(owner -> {});
    private final Look look = new Look("test", config, prober, new Disbelieved((service, sentence) -> {}));
    private DockerHost connection;

    @BeforeEach
    void connect() {
        connection = new DockerHost(host, Optional.empty(), "test", config, heard, look);
        connection.follow();
    }

    @AfterEach
    void close() {
        connection.close();
        prober.close();
    }

    private static Probe probe(String path) {
        return new Probe(path, 80, 0, 1, 1, 1);
    }

    private static Health health(HostView view, Owner owner) {
        return view.of(owner.service()).get(0).health();
    }

    @Test
    void servesAllWhoAskWithWhatEachOfThemAsksFor() throws PortException {
        Owner well = owner("well");
        Owner ill = owner("ill");
        engine.start(host, well, entry(SERVER, template(null)));
        engine.start(host, ill, entry(SERVER, template(null)));
        String image = SERVER.reference();
        List<Look.Glance> asked = List.of(
                new Look.Glance(host, Map.of(well, probe("/")), Set.of()),
                new Look.Glance(host, Map.of(ill, probe("/nowhere")), Set.of(image)));
        await().atMost(Duration.ofSeconds(20)).untilAsserted(() -> {
            List<HostView> views = look.glance(connection, asked);
            assertThat(views).hasSize(2);
            assertThat(views.get(0)).isSameAs(views.get(1));
            assertThat(health(views.get(0), well)).isEqualTo(Health.HEALTHY);
            assertThat(health(views.get(0), ill))
                    .as("not ready, as nobody would say without its probe")
                    .isEqualTo(Health.STARTING);
            assertThat(views.get(0).images()).containsKey(image);
        });
    }

    @Test
    void whoSeesTheHostOrAProbeInAnotherWayIsAnsweredApart() throws PortException {
        Owner owner = owner("apart");
        engine.start(host, owner, entry(SERVER, template(null)));
        Host moved = new Host("docker01", docker.url(), "127.0.0.9", 20000, 29999, false);
        List<HostView> views = look.glance(
                connection,
                List.of(new Look.Glance(host, Map.of(), Set.of()), new Look.Glance(moved, Map.of(), Set.of())));
        assertThat(views)
                .flatExtracting(view -> view.of(owner.service()))
                .extracting(Container::address)
                .containsExactly(host.address(), "127.0.0.9");
        List<HostView> probed = look.glance(
                connection,
                List.of(
                        new Look.Glance(host, Map.of(owner, probe("/")), Set.of()),
                        new Look.Glance(host, Map.of(owner, probe("/nowhere")), Set.of())));
        assertThat(probed.get(0)).isNotSameAs(probed.get(1));
    }
}
