package dev.cairn.adapters.docker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.HostConfig;
import dev.cairn.core.model.ImagePull;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.Resources;
import dev.cairn.core.model.Security;
import dev.cairn.core.model.Template;
import dev.cairn.core.port.PortException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Limits, users and rights, as the kernel has them in the end. */
class DockerLimitsTest extends OneEngine {
    private static final Security ANYBODY = Security.NONE;

    private static Template limited(Resources resources, Security security) {
        return new Template(
                List.of(),
                List.of(),
                Map.of(),
                List.of(),
                null,
                1,
                List.of(),
                ImagePull.Policy.IF_NOT_PRESENT,
                resources,
                security);
    }

    private static InspectContainerResponse started(String service, TestImage image, Template template)
            throws PortException {
        engine.start(host, owner(service), entry(image, template));
        return docker.client()
                .inspectContainerCmd(DockerEngine.containerName(owner(service)))
                .exec();
    }

    /** Of the container's process; Docker's init has the same user, and its child is the container's own. */
    private static String status(InspectContainerResponse container, String field) throws IOException {
        Path status = Path.of("/proc/" + container.getState().getPidLong() + "/status");
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith(field + ":"))
                .findFirst()
                .orElse("");
    }

    @Test
    void limitsAndRequestsReachTheKernel() throws PortException, IOException {
        Resources resources = new Resources(500, 64 << 20, 250, 32 << 20);
        InspectContainerResponse made = started("limited", SERVER, limited(resources, ANYBODY));
        HostConfig config = made.getHostConfig();
        assertThat(config.getNanoCPUs()).isEqualTo(500_000_000);
        assertThat(config.getMemory()).isEqualTo(64 << 20);
        assertThat(config.getMemoryReservation()).isEqualTo(32 << 20);
        assertThat(config.getCpuShares()).isEqualTo(256);
        assertThat(cgroup(made, "memory.limit_in_bytes", "memory.max")).isEqualTo(Long.toString(64 << 20));
    }

    /** A value of the container's cgroup, which is named after its id, with either version of cgroups. */
    private static String cgroup(InspectContainerResponse container, String one, String two) throws IOException {
        try (var files = Files.walk(Path.of("/sys/fs/cgroup"), 6)) {
            Path file = files.filter(path -> path.getParent().endsWith(container.getId()))
                    .filter(path -> path.endsWith(one) || path.endsWith(two))
                    .findFirst()
                    .orElseThrow();
            return Files.readString(file, UTF_8).strip();
        }
    }

    @Test
    void processRunsAsTheUserThatWasAskedForAndWithoutMoreRights() throws PortException, IOException {
        Security security = new Security(10_001L, 10_002L, true, true, true, List.of(), List.of("ALL"));
        InspectContainerResponse made = started("nobody", SERVER, limited(Resources.NONE, security));
        assertThat(status(made, "Uid")).isEqualTo("Uid:\t10001\t10001\t10001\t10001");
        assertThat(status(made, "Gid")).isEqualTo("Gid:\t10002\t10002\t10002\t10002");
        assertThat(status(made, "NoNewPrivs")).isEqualTo("NoNewPrivs:\t1");
        assertThat(status(made, "CapBnd")).isEqualTo("CapBnd:\t0000000000000000");
        assertThat(made.getHostConfig().getReadonlyRootfs()).isTrue();
        assertThat(status(started("root", SERVER, limited(Resources.NONE, ANYBODY)), "Uid"))
                .startsWith("Uid:\t0\t");
    }

    @Test
    void capabilitiesAreAddedByTheirName() throws PortException {
        Security security = new Security(null, null, false, false, false, List.of("NET_ADMIN"), List.of("NET_RAW"));
        HostConfig config =
                started("capable", SERVER, limited(Resources.NONE, security)).getHostConfig();
        assertThat(config.getCapAdd()).containsExactly(Capability.NET_ADMIN);
        assertThat(config.getCapDrop()).containsExactly(Capability.NET_RAW);
        Security unheardOf = new Security(null, null, false, false, false, List.of("FLY"), List.of());
        assertRefused("flying", SERVER, unheardOf, "Docker has no capability FLY");
    }

    @Test
    void imageOfRootIsNotStartedWhereRootIsForbidden() throws PortException, IOException {
        Security nonRoot = new Security(null, null, true, false, false, List.of(), List.of());
        assertRefused("rooted", SERVER, nonRoot, "runAsNonRoot is true and the image's user is root");
        assertRefused("zero", image("zero", "0:0"), nonRoot, "the image's user is \"0:0\", not a number other than 0");
        assertRefused("named", image("named", "daemon"), nonRoot, "the image's user is \"daemon\", not a number");
        InspectContainerResponse made =
                started("numbered", image("numbered", "1234"), limited(Resources.NONE, nonRoot));
        assertThat(status(made, "Uid")).startsWith("Uid:\t1234\t");
        Owner owner = owner("rooted");
        assertThat(find(engine, owner, null)).isEmpty();
    }

    private static TestImage image(String name, String user) {
        TestImage image = new TestImage("cairn-test/" + name + ":v1", SERVER.command(), Map.of()).with("User", user);
        docker.load(image);
        return image;
    }

    private static void assertRefused(String service, TestImage image, Security security, String words) {
        PortException e = catchThrowableOfType(
                PortException.class, () -> started(service, image, limited(Resources.NONE, security)));
        assertThat(e.reason()).isEqualTo("StartFailed");
        assertThat(e.getMessage()).contains(service + "-stack0-app1", words).doesNotContain("\n");
    }
}
