package dev.cairn.api;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.Optional;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * The text of {@link CairnNames#RECORD_ANNOTATION}: the spec as compact JSON, compressed and in base64. Compressed
 * because a stack repeats its template in every entry, and annotations have a quarter of a megabyte in all.
 */
final class StackRecord {
    /** Largest record that is written: the API allows 262,144 bytes for all annotations of an object together. */
    static final int MAX_LENGTH = 240 * 1024;

    /** Largest spec that is read: the API stores no object that is larger. */
    private static final int MAX_BYTES = 4 * 1024 * 1024;

    private static final ObjectMapper JSON = new ObjectMapper();

    private StackRecord() {}

    static String encode(ServiceStackSpec spec) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
            gzip.write(JSON.writeValueAsBytes(spec));
        } catch (IOException e) {
            throw new UncheckedIOException("a spec is plain data and memory does not fail", e);
        }
        return Base64.getEncoder().encodeToString(bytes.toByteArray());
    }

    /** The spec, or empty when the text is not a record. */
    static Optional<ServiceStackSpec> decode(String text) {
        try (GZIPInputStream gzip =
                new GZIPInputStream(new ByteArrayInputStream(Base64.getDecoder().decode(text)))) {
            return Optional.ofNullable(JSON.readValue(gzip.readNBytes(MAX_BYTES), ServiceStackSpec.class));
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
