package dev.cairn.fuzz;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * Makes bad input from good: bits turned, parts cut out, doubled, moved to another input, wrapped many times, numbers
 * made huge, strange characters put in. Without knowledge of what is reached, unlike Jazzer; but fast, and the same on
 * every machine.
 */
public final class Mangler {
    private static final int LONGEST = 1 << 16;
    private static final int DEEPEST = 300;

    /** What has broken parsers before. */
    private static final List<String> STRANGE = List.of(
            "\0",
            "\u0007\u001b[2J",
            "\r\n",
            "\n\n",
            "\t",
            "\u0085",
            "\u009b31m",
            "\u2028",
            "\u202e",
            "\ufeff",
            "\ufffd",
            "\ud83d\ude00",
            "I\u0307",
            "\u0660",
            "'",
            "\"",
            "\\",
            "\\u0000",
            "\\ud800",
            "{",
            "}",
            "[",
            "]",
            ":",
            ";",
            "|",
            "&a ",
            "*a ",
            "!!str ",
            "<<: ",
            "#",
            "%00",
            "%",
            "../",
            "/",
            "~1",
            "-",
            ".",
            "..",
            "$(x)",
            "${x}",
            "null",
            "true",
            "NaN",
            ".inf",
            "-0",
            "[]",
            "{}",
            "\"\"");

    private static final List<String> NUMBERS = List.of(
            "-1",
            "0",
            "1",
            "65535",
            "65536",
            "2147483647",
            "2147483648",
            "-2147483648",
            "-2147483649",
            "9223372036854775807",
            "9223372036854775808",
            "-9223372036854775809",
            "1e9",
            "1e999999999",
            "0.1",
            "00",
            "0x7f",
            "9".repeat(60),
            "9".repeat(2000));

    private final Random random;
    private final List<byte[]> seeds;

    /** @param seeds good input, one at least */
    public Mangler(Random random, List<byte[]> seeds) {
        this.random = random;
        this.seeds = List.copyOf(seeds);
    }

    /** One more input. */
    public byte[] next() {
        byte[] input = seed();
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            input = mangled(input);
        }
        return input.length <= LONGEST ? input : Arrays.copyOf(input, LONGEST);
    }

    private byte[] seed() {
        return seeds.get(random.nextInt(seeds.size()));
    }

    private byte[] mangled(byte[] input) {
        int at = random.nextInt(input.length + 1);
        int length = Math.min(input.length - at, 1 + random.nextInt(random.nextBoolean() ? 4 : 60));
        return switch (random.nextInt(9)) {
            case 0 -> turned(input);
            case 1 -> spliced(input, at, length, new byte[0]);
            case 2 -> spliced(input, at, 0, text(STRANGE));
            case 3 -> spliced(input, at, length, text(STRANGE));
            case 4 -> spliced(input, at, 0, repeated(Arrays.copyOfRange(input, at, at + length)));
            case 5 -> spliced(input, at, length, part(seed()));
            case 6 -> number(input, at);
            case 7 -> wrapped(input, at, length);
            default -> Arrays.copyOf(input, at);
        };
    }

    private byte[] turned(byte[] input) {
        byte[] result = input.clone();
        if (result.length > 0) {
            result[random.nextInt(result.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return result;
    }

    private byte[] repeated(byte[] part) {
        int times = random.nextInt(10) == 0 ? random.nextInt(5_000) : 1 + random.nextInt(3);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (int i = 0; i < times && out.size() < LONGEST; i++) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private byte[] part(byte[] of) {
        int from = random.nextInt(of.length + 1);
        return Arrays.copyOfRange(of, from, from + random.nextInt(of.length - from + 1));
    }

    /** Another number in the place of the first digits behind a position. */
    private byte[] number(byte[] input, int at) {
        int from = at;
        while (from < input.length && !isDigit(input[from])) {
            from++;
        }
        int to = from;
        while (to < input.length && isDigit(input[to])) {
            to++;
        }
        return spliced(input, from, to - from, text(NUMBERS));
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }

    private byte[] wrapped(byte[] input, int at, int length) {
        int depth = 1 + random.nextInt(DEEPEST);
        String[] around = random.nextBoolean() ? new String[] {"[", "]"} : new String[] {"{\"a\":", "}"};
        byte[] inner = Arrays.copyOfRange(input, at, at + length);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(around[0].repeat(depth).getBytes(StandardCharsets.UTF_8));
        out.writeBytes(inner);
        out.writeBytes(around[1].repeat(depth).getBytes(StandardCharsets.UTF_8));
        return spliced(input, at, length, out.toByteArray());
    }

    private byte[] text(List<String> texts) {
        return texts.get(random.nextInt(texts.size())).getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] spliced(byte[] input, int at, int length, byte[] middle) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(input, 0, at);
        out.writeBytes(middle);
        out.write(input, at + length, input.length - at - length);
        return out.toByteArray();
    }
}
