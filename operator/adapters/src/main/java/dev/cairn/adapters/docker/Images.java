package dev.cairn.adapters.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.PullResponseItem;
import dev.cairn.core.model.Host;
import dev.cairn.core.port.PortException;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** Sees to it that an image is on a host, and puts into words why it cannot be had. */
final class Images {
    static final String NOT_FOUND = "ImageNotFound";
    static final String INVALID = "ImageInvalid";
    static final String REFUSED = "RegistryRefused";
    static final String PULL_FAILED = "ImagePullFailed";

    private Images() {}

    /** The pinned image, pulled only when it is absent. */
    static String pull(DockerHost engine, Host host, String image, Duration limit) throws PortException {
        Optional<ImageRef> parsed = ImageRef.parse(image);
        if (parsed.isEmpty()) {
            throw new PortException.Invalid(
                    INVALID,
                    "\"" + Labels.brief(image) + "\" is not an image reference: write repository:tag in lower case,"
                            + " correct spec.image/spec.versions");
        }
        ImageRef ref = parsed.get();
        try {
            Optional<String> present = engine.quick(Look.pinned(ref));
            if (present.isPresent()) {
                return present.get();
            }
            if (ref.isId()) {
                throw notFound(host, image);
            }
            String failure = engine.slow(limit, client -> pull(client, ref));
            if (!failure.isEmpty()) {
                throw pullFailed(host, image, failure);
            }
            return engine.quick(Look.pinned(ref)).orElseThrow(() -> notFound(host, image));
        } catch (DockerException e) {
            throw pullFailed(host, image, Trouble.message(e));
        }
    }

    /** An image that a container needs is not there. */
    static PortException notFound(Host host, String image) {
        boolean id = image.startsWith("sha256:");
        return new PortException.Invalid(
                NOT_FOUND,
                "image " + image + " is not on host " + host.name()
                        + (id
                                ? " and has no digest in any registry: load it there or push it to a registry"
                                : " and its registry does not have it: push the image or correct"
                                        + " spec.image/spec.versions"));
    }

    /** What the engine's text about a failed pull means. */
    static PortException pullFailed(Host host, String image, String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        String where = "image " + image + " is not on host " + host.name();
        if (has(lower, "denied", "unauthorized", "authentication required", "no basic auth")) {
            return new PortException.Transient(
                    REFUSED,
                    where + " and its registry refuses it or does not have it: push the image, correct"
                            + " spec.image/spec.versions, or allow the host to pull it");
        }
        if (has(lower, "no matching manifest", "does not match the specified platform")) {
            return new PortException.Invalid(
                    NOT_FOUND,
                    where + " and its registry has it for other platforms only: push it for the host's platform");
        }
        if (has(lower, "manifest unknown", "name unknown", "repository does not exist", "not found")) {
            return notFound(host, image);
        }
        return new PortException.Transient(
                PULL_FAILED,
                where + " and cannot be pulled (" + Labels.brief(text)
                        + "): load it there, correct spec.image/spec.versions, or make its registry reachable");
    }

    private static boolean has(String text, String... words) {
        for (String word : words) {
            if (text.contains(word)) {
                return true;
            }
        }
        return false;
    }

    /** Pulls, and returns what went wrong in the engine's words; empty when nothing did. */
    private static String pull(DockerClient client, ImageRef ref) {
        String tagOrDigest = ref.digest() != null ? ref.digest() : ref.tag();
        Progress progress = new Progress();
        client.pullImageCmd(ref.repository()).withTag(tagOrDigest).exec(progress);
        return progress.await();
    }

    /** Follows one pull. Its calls come from docker-java's thread for it. */
    private static final class Progress implements ResultCallback<PullResponseItem> {
        private final CountDownLatch ended = new CountDownLatch(1);
        private volatile @Nullable Closeable connection;
        private volatile String error = "";
        private volatile @Nullable Throwable failure;

        String await() {
            try {
                ended.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return "given up";
            } finally {
                close();
            }
            if (failure instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            return error;
        }

        @Override
        public void onStart(Closeable opened) {
            connection = opened;
        }

        @Override
        public void onNext(PullResponseItem item) {
            if (item.getErrorDetail() != null && item.getErrorDetail().getMessage() != null) {
                error = item.getErrorDetail().getMessage();
            }
        }

        @Override
        public void onError(Throwable thrown) {
            if (failure == null) {
                failure = thrown instanceof RuntimeException ? thrown : new IllegalStateException(thrown);
            }
            ended.countDown();
        }

        @Override
        public void onComplete() {
            ended.countDown();
        }

        @Override
        public void close() {
            Closeable opened = connection;
            try {
                if (opened != null) {
                    opened.close();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
