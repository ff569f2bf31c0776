package dev.cairn.adapters.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Frame;
import dev.cairn.core.model.Container;
import dev.cairn.core.model.Container.Health;
import dev.cairn.core.model.Container.Phase;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.Probe;
import dev.cairn.core.port.PortException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** How the state of containers is seen and its change is heard, on a real engine. */
class DockerHealthTest extends OneEngine {
    @Test
    void imageThatExitsAtOnceIsSeenRestarting() throws PortException {
        TestImage crash = TestImage.shell("cairn-test/crash:v1", "exit 3");
        docker.load(crash);
        Owner owner = owner("crash");
        engine.start(host, owner, entry(crash, template(null)));
        await().atMost(Duration.ofSeconds(10)).untilAsserted(() -> {
            Container container = get(owner);
            assertThat(container.phase()).isEqualTo(Phase.RESTARTING);
            assertThat(container.health()).isEqualTo(Health.UNHEALTHY);
            assertThat(container.restarts()).isGreaterThanOrEqualTo(2);
            assertThat(container.exitCode()).isEqualTo(3);
        });
        int port = PORTS.get() - 2;
        assertThat(engine.look(host, Map.of(), Set.of()).takenPorts()).contains(port);
        engine.remove(host, get(owner).id(), 1);
    }

    @Test
    void killIsHeardAtOnce() throws PortException {
        Owner owner = owner("killed");
        engine.start(host, owner, entry(SERVER, template(null)));
        await().until(() -> heard.services.contains(owner.service()));
        Container before = get(owner);
        heard.services.clear();
        docker.client().killContainerCmd(before.id()).exec();
        await().pollInterval(Duration.ofMillis(1))
                .pollDelay(Duration.ZERO)
                .atMost(Duration.ofSeconds(2))
                .until(() -> heard.services.contains(owner.service()));
        docker.client().removeContainerCmd(before.id()).withForce(true).exec();
        assertThat(find(engine, owner, null)).isEmpty();
    }

    @Test
    void readinessFollowsTheProbeAndFlipsAreHeard() throws PortException, InterruptedException {
        Probe probe = new Probe("/ready", 80, 0, 1, 1, 1);
        Owner owner = owner("probed");
        engine.start(host, owner, entry(SERVER, template(probe)));
        await().until(() -> find(engine, owner, probe).orElseThrow().health() == Health.HEALTHY);
        heard.services.clear();
        inside(owner, "rm", "/www/ready");
        await().atMost(Duration.ofSeconds(5)).until(() -> heard.services.contains(owner.service()));
        assertThat(find(engine, owner, probe).orElseThrow().health()).isEqualTo(Health.UNHEALTHY);
        heard.services.clear();
        inside(owner, "touch", "/www/ready");
        await().atMost(Duration.ofSeconds(5)).until(() -> heard.services.contains(owner.service()));
        assertThat(find(engine, owner, probe).orElseThrow().health()).isEqualTo(Health.HEALTHY);
    }

    @Test
    void containerThatIsNeverReadyStaysStarting() throws PortException {
        Probe probe = new Probe("/never", 80, 0, 1, 1, 1);
        Owner owner = owner("unready");
        engine.start(host, owner, entry(SERVER, template(probe)));
        await().during(Duration.ofMillis(1500))
                .atMost(Duration.ofSeconds(5))
                .until(() -> find(engine, owner, probe).orElseThrow().health() == Health.STARTING);
    }

    @Test
    void restartedOperatorSeesReadyContainersReadyOnItsFirstLook() throws PortException {
        Probe probe = new Probe("/ready", 80, 0, 10, 1, 3);
        Owner owner = owner("lasting");
        engine.start(host, owner, entry(SERVER, template(probe)));
        await().until(() -> find(engine, owner, probe).orElseThrow().health() == Health.HEALTHY);
        Container before = find(engine, owner, probe).orElseThrow();
        await().until(() -> before.startedAt().isBefore(Instant.now().minusSeconds(2)));
        try (DockerEngine again = new DockerEngine("test", DockerConfig.defaults(), new Heard())) {
            assertThat(find(again, owner, probe)).contains(before);
        }
    }

    @Test
    void healthcheckOfTheImageCountsWithoutAProbe() throws PortException {
        long interval = Duration.ofMillis(200).toNanos();
        TestImage checked = SERVER.with(
                "Healthcheck",
                Map.of(
                        "Test",
                        List.of("CMD", "/bin/busybox", "test", "-e", "/www/ready"),
                        "Interval",
                        interval,
                        "Retries",
                        1));
        TestImage image = new TestImage("cairn-test/checked:v1", checked.command(), checked.settings());
        docker.load(image);
        Owner owner = owner("checked");
        engine.start(host, owner, entry(image, template(null)));
        assertThat(get(owner).health()).isIn(Health.STARTING, Health.HEALTHY);
        await().until(() -> get(owner).health() == Health.HEALTHY);
        docker.client()
                .execStartCmd(docker.client()
                        .execCreateCmd(get(owner).id())
                        .withCmd("rm", "/www/ready")
                        .exec()
                        .getId())
                .exec(new ResultCallback.Adapter<Frame>());
        await().until(() -> get(owner).health() == Health.UNHEALTHY);
        engine.remove(host, get(owner).id(), 0);
    }

    @Test
    void goneHostIsNoLongerFollowed() throws PortException {
        Heard ears = new Heard();
        try (DockerEngine other = new DockerEngine("test", DockerConfig.defaults(), ears)) {
            other.hosts(List.of(host));
            await().until(() -> ears.hosts.contains("docker01"));
            Owner owner = owner("unheard");
            engine.start(host, owner, entry(SERVER, template(null)));
            await().until(() -> ears.services.contains(owner.service()));
            other.hosts(List.of());
            ears.services.clear();
            heard.services.clear();
            engine.remove(host, get(owner).id(), 1);
            await().until(() -> heard.services.contains(owner.service()));
            assertThat(ears.services).isEmpty();
        }
    }
}
