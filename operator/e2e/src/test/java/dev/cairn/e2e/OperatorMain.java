package dev.cairn.e2e;

import dev.cairn.app.UpOptions;
import dev.cairn.app.up.Up;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The program under test: the embedded API and the operator, with the state directory and the proxy's address given. */
public final class OperatorMain {
    private OperatorMain() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        Up.run(new UpOptions(List.of(), Path.of(args[0]), args[1], 0, Optional.empty(), args[2]));
    }
}
