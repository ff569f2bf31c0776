package dev.cairn.e2e;

import static dev.cairn.e2e.Kills.Moment.BEGUN;
import static dev.cairn.e2e.Kills.Moment.COMMITTED;
import static dev.cairn.e2e.Kills.Moment.CREATED;
import static dev.cairn.e2e.Kills.Moment.DECLARED;
import static dev.cairn.e2e.Kills.Moment.PREPARED;
import static dev.cairn.e2e.Kills.Operation.BACK;
import static dev.cairn.e2e.Kills.Operation.POP;
import static dev.cairn.e2e.Kills.Operation.PUSH;
import static dev.cairn.e2e.Kills.Operation.REPLACE;
import static dev.cairn.e2e.Kills.Operation.UNDO;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The operator is killed inside what changes the list of versions. */
@ExtendWith(CairnExtension.class)
final class KilledInReleasesTest extends Kills {
    @Test
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void F81_killedInsideEveryReleaseItConvergesAndNothingIsLostOrTwice(Cairn cairn)
            throws IOException, InterruptedException {
        List<Cell> cells = List.of(
                new Cell(PUSH, DECLARED),
                new Cell(POP, BEGUN),
                new Cell(UNDO, BEGUN),
                new Cell(REPLACE, CREATED),
                new Cell(BACK, PREPARED),
                new Cell(PUSH, CREATED),
                new Cell(POP, PREPARED),
                new Cell(UNDO, PREPARED),
                new Cell(REPLACE, COMMITTED),
                new Cell(BACK, CREATED),
                new Cell(PUSH, COMMITTED),
                new Cell(POP, COMMITTED),
                new Cell(UNDO, COMMITTED),
                new Cell(REPLACE, BEGUN),
                new Cell(BACK, COMMITTED));
        killIn(cairn, "killed", cells, 14);
    }
}
