package dev.cairn.e2e;

import static dev.cairn.e2e.Kills.Moment.EMPTIED;
import static dev.cairn.e2e.Kills.Moment.FILLED;
import static dev.cairn.e2e.Kills.Moment.MARKED;
import static dev.cairn.e2e.Kills.Moment.RECORDED;
import static dev.cairn.e2e.Kills.Operation.MOVE;
import static dev.cairn.e2e.Kills.Operation.SCALE_DOWN;
import static dev.cairn.e2e.Kills.Operation.SCALE_UP;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The operator is killed inside what changes how many stacks there are, and where. */
@ExtendWith(CairnExtension.class)
final class KilledInScalingTest extends Kills {
    @Test
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void F81_killedInsideEveryScalingAndMoveItConvergesAndNothingIsLostOrTwice(Cairn cairn)
            throws IOException, InterruptedException {
        List<Cell> cells = List.of(
                new Cell(SCALE_DOWN, MARKED),
                new Cell(MOVE, RECORDED),
                new Cell(MOVE, MARKED),
                new Cell(SCALE_UP, RECORDED),
                new Cell(SCALE_DOWN, EMPTIED),
                new Cell(MOVE, FILLED),
                new Cell(SCALE_UP, FILLED));
        killIn(cairn, "scaled", cells, 6);
    }
}
