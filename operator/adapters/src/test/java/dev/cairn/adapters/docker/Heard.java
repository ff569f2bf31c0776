package dev.cairn.adapters.docker;

import dev.cairn.core.model.ObjectKey;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A listener that remembers what it was told. */
final class Heard implements DockerListener {
    final List<ObjectKey> services = new CopyOnWriteArrayList<>();
    final List<String> hosts = new CopyOnWriteArrayList<>();

    @Override
    public void onService(ObjectKey service) {
        services.add(service);
    }

    @Override
    public void onHost(String host) {
        hosts.add(host);
    }
}
