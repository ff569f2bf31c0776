package dev.cairn.adapters.docker;

import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Info;
import com.github.dockerjava.api.model.Version;
import dev.cairn.core.port.PortException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Finds out whether a Docker engine answers that is new enough, and which one it is. */
final class Handshake {
    /** Docker 19.03. */
    static final String OLDEST_API = "1.40";

    private static final Pattern API = Pattern.compile("(\\d{1,4})\\.(\\d{1,4})");

    private Handshake() {}

    static DockerHost.Identity ask(DockerHost engine, Deadline deadline) throws PortException {
        try {
            Version version =
                    engine.quick(deadline, client -> client.versionCmd().exec());
            check(engine, version.getApiVersion());
            Info info = engine.quick(deadline, client -> client.infoCmd().exec());
            if (info.getId() == null || version.getVersion() == null) {
                throw Trouble.notDocker(engine.host());
            }
            return new DockerHost.Identity(info.getId(), version.getVersion());
        } catch (DockerException e) {
            throw Trouble.wrongAnswer(engine.host(), e);
        }
    }

    private static void check(DockerHost engine, @Nullable String api) throws PortException {
        if (api == null || !API.matcher(api).matches()) {
            throw Trouble.notDocker(engine.host());
        }
        if (number(api) < number(OLDEST_API)) {
            throw Trouble.tooOld(engine.host(), api, OLDEST_API);
        }
    }

    /** 1.40 as 10040. */
    private static int number(String api) {
        Matcher m = API.matcher(api);
        if (!m.matches()) {
            throw new IllegalArgumentException(api);
        }
        return Integer.parseInt(m.group(1)) * 10_000 + Integer.parseInt(m.group(2));
    }
}
