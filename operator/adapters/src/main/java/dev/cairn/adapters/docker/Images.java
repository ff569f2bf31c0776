package dev.cairn.adapters.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.PullImageCmd;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.AuthConfig;
import com.github.dockerjava.api.model.ContainerConfig;
import com.github.dockerjava.api.model.PullResponseItem;
import dev.cairn.core.model.Host;
import dev.cairn.core.model.ImagePull;
import dev.cairn.core.port.PortException;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
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

    private final Credentials credentials;
    private final Duration limit;

    /**
     * @param limit longest time for pulling one image
     */
    Images(Secrets secrets, Duration limit) {
        credentials = new Credentials(secrets);
        this.limit = limit;
    }

    /** The pinned image, pulled when it is absent or its tag is to be resolved anew. */
    String pull(DockerHost engine, Host host, String image, ImagePull how) throws PortException {
        Optional<ImageRef> parsed = ImageRef.parse(image);
        if (parsed.isEmpty()) {
            throw new PortException.Invalid(
                    INVALID,
                    "\"" + Labels.brief(image) + "\" is not an image reference: write repository:tag in lower case,"
                            + " correct spec.image/spec.versions");
        }
        ImageRef ref = parsed.get();
        // A digest never names anything else, so there is nothing to ask anew.
        boolean anew = how.policy() == ImagePull.Policy.ALWAYS && ref.digest() == null;
        try {
            Optional<String> present = anew ? Optional.empty() : engine.quick(Look.pinned(ref));
            if (present.isPresent()) {
                return present.get();
            }
            if (ref.isId()) {
                throw notFound(host, image);
            }
            if (how.policy() == ImagePull.Policy.NEVER) {
                throw new PortException.Invalid(
                        NOT_FOUND,
                        "image " + image + " is not on host " + host.name()
                                + " and imagePullPolicy is Never: load it there or change imagePullPolicy");
            }
            fetch(engine, host, ref, how);
            return engine.quick(Look.pinned(ref)).orElseThrow(() -> notFound(host, image));
        } catch (DockerException e) {
            throw pullFailed(host, image, Trouble.message(e));
        }
    }

    /** The user that the image names, as it names it; empty: root. */
    String user(DockerHost engine, Host host, String image, ImagePull how) throws PortException {
        String pinned = pull(engine, host, image, how);
        ContainerConfig config =
                engine.quick(client -> client.inspectImageCmd(pinned).exec()).getConfig();
        return config == null || config.getUser() == null ? "" : config.getUser();
    }

    /** With each of the credentials in turn until the registry takes them; without any when there are none. */
    private void fetch(DockerHost engine, Host host, ImageRef ref, ImagePull how) throws PortException {
        Credentials.Found found = credentials.find(ref, how.secrets());
        List<Optional<AuthConfig>> attempts = found.auths().isEmpty()
                ? List.of(Optional.empty())
                : found.auths().stream().map(Optional::of).toList();
        String failure = "";
        for (Optional<AuthConfig> auth : attempts) {
            failure = attempt(engine, ref, auth);
            if (!refused(failure)) {
                break;
            }
        }
        if (!failure.isEmpty()) {
            if (refused(failure) && !found.remark().isEmpty()) {
                throw refusedThough(host, ref.text(), found.remark());
            }
            PortException absent = pullFailed(host, ref.text(), failure);
            boolean full = absent.reason().equals(Trouble.DISK_FULL);
            throw how.policy() == ImagePull.Policy.ALWAYS && !full
                    ? notResolved(host, ref, absent.reason(), failure)
                    : absent;
        }
    }

    /** What went wrong in the engine's words; empty when nothing did. */
    private String attempt(DockerHost engine, ImageRef ref, Optional<AuthConfig> auth) throws PortException {
        try {
            return engine.slow(limit, client -> pull(client, ref, auth));
        } catch (DockerException e) {
            return Trouble.message(e).isEmpty() ? "no reason given" : Trouble.message(e);
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
        Optional<PortException> full = Trouble.diskFull(host, "image " + image, text);
        if (full.isPresent()) {
            return full.get();
        }
        String lower = text.toLowerCase(Locale.ROOT);
        String where = "image " + image + " is not on host " + host.name();
        if (refused(text)) {
            return new PortException.Transient(
                    REFUSED,
                    where + " and its registry refuses it or does not have it: push the image, correct"
                            + " spec.image/spec.versions, or name a Secret with credentials in"
                            + " spec.template.imagePullSecrets");
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

    private static boolean refused(String text) {
        return has(text.toLowerCase(Locale.ROOT), "denied", "unauthorized", "authentication required", "no basic auth");
    }

    private static PortException refusedThough(Host host, String image, String remark) {
        return new PortException.Transient(
                REFUSED,
                "image " + image + " cannot be pulled on host " + host.name() + ", since its registry refuses it and "
                        + remark + ": correct spec.template.imagePullSecrets or the Secret");
    }

    /** The host may well have the image. */
    private static PortException notResolved(Host host, ImageRef ref, String reason, String text) {
        return new PortException.Transient(
                reason,
                "image " + ref.text() + " cannot be resolved anew for host " + host.name() + " ("
                        + Labels.brief(text) + "), as imagePullPolicy Always wants: see that its registry has it and"
                        + " answers, or change imagePullPolicy");
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
    private static String pull(DockerClient client, ImageRef ref, Optional<AuthConfig> auth) {
        String tagOrDigest = ref.digest() != null ? ref.digest() : ref.tag();
        Progress progress = new Progress();
        PullImageCmd pull = client.pullImageCmd(ref.repository()).withTag(tagOrDigest);
        auth.ifPresent(pull::withAuthConfig);
        pull.exec(progress);
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
