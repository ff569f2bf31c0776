package dev.cairn.core.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Owner;
import dev.cairn.core.port.FakeHost.Box;
import dev.cairn.core.port.FakeHost.Life;
import dev.cairn.core.port.Samples;
import dev.cairn.core.port.World;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A second container of a name, on another host than its stack's. */
class DuplicatesTest {
    private static final ObjectKey WEBAPP = Samples.key("webapp");
    private static final Owner CONTAINER = new Owner(WEBAPP, 0, 1);

    @Test
    void theSecondOneIsRemovedThoughRowsNameTheFirst() {
        Passes passes = new Passes(
                World.of(
                        List.of(Samples.service("webapp", 2, 1, 1)),
                        List.of(Samples.endpoint("prod", "webapp", 0, 8000)),
                        Samples.hosts(2)),
                WEBAPP);
        passes.settle();
        World before = passes.world();
        String home = before.desired(WEBAPP).stacks().get(0).hostName();
        String other = home.equals("docker01") ? "docker02" : "docker01";
        Box box = before.engine(home).boxes().get(CONTAINER);
        Box copy = new Box("copy", box.entry(), Life.HEALTHY);
        passes.change(world -> world.engine(other, engine -> engine.with(CONTAINER, copy)));
        assertThat(passes.settle())
                .contains("remove webapp-stack0-app1 on " + other + ": its stack has it on another host")
                .noneMatch(line -> line.startsWith("start ") || line.startsWith("heal "));
        assertThat(passes.world().engine(home).boxes()).containsEntry(CONTAINER, box);
        assertThat(passes.world().engine(other).boxes()).doesNotContainKey(CONTAINER);
    }
}
