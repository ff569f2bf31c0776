package dev.cairn.adapters.haproxy;

import dev.cairn.core.port.ProxyContract;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class HaproxyContractTest extends ProxyContract {
    @TempDir
    Path stateDir;

    @Override
    protected World newWorld() {
        return new HaproxyWorld(stateDir);
    }
}
