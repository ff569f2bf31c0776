package dev.cairn.adapters.docker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RefusedPortsTest {
    @Test
    void arePassedOverForAMinute() {
        AtomicLong nanos = new AtomicLong(-5);
        RefusedPorts ports = new RefusedPorts(nanos::get);
        assertThat(ports.now()).isEmpty();
        ports.add(80);
        nanos.addAndGet(RefusedPorts.REMEMBERED.toNanos() / 2);
        ports.add(81);
        assertThat(ports.now()).containsExactlyInAnyOrder(80, 81);
        nanos.addAndGet(RefusedPorts.REMEMBERED.toNanos() / 2 + 1);
        assertThat(ports.now()).containsExactly(81);
    }
}
