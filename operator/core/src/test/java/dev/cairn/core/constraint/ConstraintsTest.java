package dev.cairn.core.constraint;

import static org.assertj.core.api.Assertions.assertThat;

import dev.cairn.core.model.RouteTable;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConstraintsTest {
    /** The ids are interface: they stand in conditions, metrics and documentation. */
    @Test
    void theListIsTheSpecification() {
        assertThat(Constraints.all(RouteTable.EMPTY))
                .extracting(Constraint::id)
                .containsExactly(
                        "StackCount",
                        "ContainerVersion",
                        "VersionOrder",
                        "EntryOnTop",
                        "StackHeight",
                        "IdenticalStacks",
                        "StackOwner",
                        "SpreadStacks",
                        "EndpointService",
                        "UniqueRoute");
    }

    @Test
    void theTwelveContainersViolateNothing() {
        World world = new World()
                .committed("v0.1 v0.2 v0.3")
                .committed("v0.1 v0.2 v0.3")
                .endpoint(World.toStage("webapp-prod", "prod", 8080))
                .endpoint(World.toStage("webapp-qa", "qa", 8081))
                .endpoint(World.toStage("webapp-dev", "dev", 8082));
        world.stacks = 2;
        assertThat(Constraints.check(world.desired())).isEmpty();
    }

    @Test
    void allViolationsAreReportedInTheOrderOfTheList() {
        World world = World.declaring("1 latest 0.5 2")
                .committed("1 2 3 4 5 6")
                .committed("1 2 3")
                .endpoint(World.toPosition("high", 9, 80))
                .endpoint(World.toStage("nowhere", "staging", 80));
        world.recorded.add(World.stack(2, "docker09", 1, "1 2 3 4 5 6", null));
        world.versions = "1.5 2 '' 2 1";
        world.stacks = 0;
        world.minHeight = 6;
        world.spread = dev.cairn.core.model.Placement.Spread.REQUIRED;
        world.recorded.set(2, World.stack(2, "docker02", 1, "1 2 3 4 5 6", null));
        world.hosts.remove(0);
        List<Violation> violations = Constraints.check(world.desired());
        assertThat(violations.stream().map(Violation::constraint).distinct())
                .containsExactlyElementsOf(Constraints.all(RouteTable.EMPTY).stream()
                        .map(Constraint::id)
                        .toList());
        for (Violation violation : violations) {
            assertThat(violation.message())
                    .matches("[A-Za-z]+: (Service|ServiceStack|Endpoint) default/[a-z0-9-]+: .+; .+");
        }
        assertThat(Constraints.blocksChange(violations)).isTrue();
    }

    @Test
    void whatIsOnlyReportedOrConcernsAStackOrARouteBlocksNoChange() {
        for (Blocks blocks : Blocks.values()) {
            List<Violation> one = List.of(new Violation("X", "Service default/webapp", "f", "w", blocks));
            assertThat(Constraints.blocksChange(one)).isEqualTo(blocks == Blocks.CHANGE);
        }
        assertThat(new Violation("SameBits", "s", "f", "w").blocks()).isEqualTo(Blocks.NOTHING);
    }
}
