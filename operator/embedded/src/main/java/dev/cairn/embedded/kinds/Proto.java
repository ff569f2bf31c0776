package dev.cairn.embedded.kinds;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;

/** Writes one protobuf message: strings, booleans, and messages within. */
final class Proto {
    private static final int LENGTH_DELIMITED = 2;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    Proto text(int field, String value) {
        return bytes(field, value.getBytes(StandardCharsets.UTF_8));
    }

    Proto flag(int field, boolean value) {
        varint(field << 3);
        varint(value ? 1 : 0);
        return this;
    }

    Proto message(int field, Consumer<Proto> content) {
        Proto inner = new Proto();
        content.accept(inner);
        return bytes(field, inner.toByteArray());
    }

    private Proto bytes(int field, byte[] value) {
        varint(field << 3 | LENGTH_DELIMITED);
        varint(value.length);
        out.writeBytes(value);
        return this;
    }

    private void varint(int value) {
        int rest = value;
        while ((rest & ~0x7f) != 0) {
            out.write(rest & 0x7f | 0x80);
            rest >>>= 7;
        }
        out.write(rest);
    }

    byte[] toByteArray() {
        return out.toByteArray();
    }
}
