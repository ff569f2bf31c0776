package dev.cairn.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Feeds a target with its seeds and with what the {@link Mangler} makes of them, and what every target asks. */
public final class Fuzz {
    /**
     * The name of a class of ours, with which a message would tell of our inside. A group of resources is none: what a
     * message repeats of an input may hold "test.cairn.dev.cairn.dev/v1".
     */
    public static final Pattern OUR_CLASS = Pattern.compile("dev\\.cairn\\.([a-z]+\\.)*[A-Z]");

    /** How many times as many inputs each target gets. */
    private static final double SHARE = Double.parseDouble(System.getProperty("cairn.fuzz.share", "1"));

    /** Another number, other inputs. */
    private static final long FIRST = Long.getLong("cairn.fuzz.first", 1);

    private static final int ENOUGH = 10;

    private Fuzz() {}

    /** What is asked of one input. It throws when that does not hold. */
    public interface Target {
        void accept(byte[] input) throws Exception;
    }

    /**
     * Runs a target.
     *
     * @param test whose seeds are taken: the files in its folder of inputs, where Jazzer leaves what it has found as well
     */
    public static void run(Class<?> test, int inputs, Target target) throws Exception {
        Mangler mangler = new Mangler(new Random(FIRST), seeds(test));
        Map<String, AssertionError> broken = new TreeMap<>();
        for (int i = 0; i < inputs * SHARE && broken.size() < ENOUGH; i++) {
            byte[] input = mangler.next();
            try {
                target.accept(input);
            } catch (Throwable e) { // an error is what is looked for: a stack that overflows, no memory
                String where = where(e);
                if (!broken.containsKey(where)) {
                    broken.put(where, new AssertionError(kept(test, input), e));
                }
            }
        }
        AssertionError all = new AssertionError(broken.size() + " ways to break it");
        broken.values().forEach(all::addSuppressed);
        if (!broken.isEmpty()) {
            throw all;
        }
    }

    /** Where it broke: two inputs that break it at one place have found one mistake. */
    private static String where(Throwable e) {
        return e.getClass().getName()
                + Arrays.stream(e.getStackTrace())
                        .filter(frame -> frame.getClassName().startsWith("dev.cairn."))
                        .findFirst()
                        .orElse(null);
    }

    /** The files in the folder of inputs of a test, those below included. */
    public static List<byte[]> seeds(Class<?> test) throws IOException, URISyntaxException {
        URL folder = test.getResource(test.getSimpleName() + "Inputs");
        List<byte[]> seeds = new ArrayList<>();
        try (Stream<Path> files = Files.walk(Path.of(folder.toURI()))) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                seeds.add(Files.readAllBytes(file));
            }
        }
        return seeds;
    }

    /** Leaves an input that breaks something where it can be taken from. */
    private static String kept(Class<?> test, byte[] input) throws IOException {
        Path file = Path.of("target", "fuzz", test.getSimpleName() + "-" + Integer.toHexString(Arrays.hashCode(input)));
        Files.createDirectories(file.getParent());
        Files.write(file, input);
        return "broken by " + file.toAbsolutePath();
    }

    /** The text of an input; what is no UTF-8 becomes replacement characters. */
    public static String text(byte[] input) {
        return new String(input, StandardCharsets.UTF_8);
    }

    /** The lines of an input, as many as are asked for; those that are missing are empty. */
    public static List<String> lines(byte[] input, int count) {
        List<String> lines = new ArrayList<>(List.of(text(input).split("\n", count)));
        while (lines.size() < count) {
            lines.add("");
        }
        return lines;
    }

    /** Asks that a message is one sentence for a user: bounded, one line, nothing that moves a cursor, no trace. */
    public static void assertSentence(String message, int longest) {
        assertThat(message).isNotBlank().hasSizeLessThanOrEqualTo(longest);
        assertThat(message.codePoints().filter(Fuzz::moves).boxed()).as(message).isEmpty();
        assertThat(message).doesNotContain("\tat ").doesNotContain("Exception").doesNotContainPattern(OUR_CLASS);
    }

    /** Whether a character is not to be seen but does something: controls, line ends, half a pair, directions. */
    public static boolean moves(int character) {
        return switch (Character.getType(character)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE -> true;
            default -> false;
        };
    }
}
