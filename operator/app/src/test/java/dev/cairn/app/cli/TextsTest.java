package dev.cairn.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class TextsTest {
    @Test
    void alignsColumns() {
        assertThat(Texts.aligned(
                        List.of(List.of("NAME", "READY", "X"), List.of("a", "True", ""), List.of("long-name"))))
                .containsExactly("NAME       READY  X", "a          True", "long-name");
    }

    @Test
    void hostileTextStaysOnItsLine() {
        assertThat(Texts.line(" one\n\ttwo\u001b[2Jthree\u202e ")).isEqualTo("one two [2Jthree");
        assertThat(Texts.line("one\u0085two\u009b2Jthree\u2028four\ud800")).isEqualTo("one two 2Jthree four");
        assertThat(Texts.line("x".repeat(3000))).hasSize(2003);
        assertThat(Texts.line("x" + "\ud83d\ude00".repeat(1500))).isEqualTo("x" + "\ud83d\ude00".repeat(999) + "...");
        assertThat(Texts.cell(null)).isEqualTo("-");
        assertThat(Texts.cell("\n")).isEqualTo("-");
    }

    @Test
    void theVersionAfterAVersion() {
        assertThat(Summary.following("v0.3")).contains("v0.4");
        assertThat(Summary.following("1.9")).contains("1.10");
        assertThat(Summary.following("latest")).isEmpty();
    }
}
