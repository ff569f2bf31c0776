package dev.cairn.core.constraint;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class NamedTest {
    @Test
    void whatIsPrintableStays() {
        assertThat(Named.plain("~ v1.0_x-!")).isEqualTo("~ v1.0_x-!");
        assertThat(Named.plain("a\tb\n\"c\"\u00e4\u007f\ud83d\ude00")).isEqualTo("a?b??c????");
        assertThat(Named.plain("x".repeat(64))).isEqualTo("x".repeat(64));
        assertThat(Named.plain("x".repeat(65))).isEqualTo("x".repeat(64) + "...");
        assertThat(Named.quoted("")).isEqualTo("\"\"");
    }

    @Property
    void anyTextBecomesOneShortPrintableLine(@ForAll String text) {
        assertThat(Named.plain(text)).matches("[ -~]{0,67}");
    }
}
