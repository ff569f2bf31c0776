package dev.cairn.adapters.haproxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MemoTest {
    private final List<String> read = new ArrayList<>();
    private final Memo<Integer> lengths = new Memo<>(text -> {
        read.add(text);
        return text.isEmpty() ? Optional.empty() : Optional.of(text.length());
    });

    @Test
    void readsAShortTextOnce() {
        for (int i = 0; i < 2; i++) {
            assertThat(lengths.of("shop")).hasValue(4);
            assertThat(lengths.of("")).isEmpty();
        }
        assertThat(read).containsExactly("shop", "");
    }

    @Test
    void remembersNothingLong() {
        String text = "x".repeat(1_025);
        lengths.of(text);
        lengths.of(text);
        assertThat(read).hasSize(2);
    }

    @Test
    void startsAnewWhenItIsFull() {
        lengths.of("first");
        for (int i = 0; i < Memo.MOST; i++) {
            lengths.of("t" + i);
        }
        read.clear();
        lengths.of("first");
        lengths.of("t" + (Memo.MOST - 1));
        assertThat(read).containsExactly("first");
    }
}
