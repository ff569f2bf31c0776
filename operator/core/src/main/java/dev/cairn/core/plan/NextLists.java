package dev.cairn.core.plan;

import dev.cairn.core.model.Desired;
import dev.cairn.core.model.Entry;
import dev.cairn.core.model.Host;
import dev.cairn.core.model.HostView;
import dev.cairn.core.model.ImagePull;
import dev.cairn.core.model.Retained;
import dev.cairn.core.model.Service;
import dev.cairn.core.model.ServiceStack;
import dev.cairn.core.model.Template;
import dev.cairn.core.model.Version;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/**
 * The lists of entries that stacks are led to: which containers stay, which are taken from what was prepared or popped,
 * and what new ones are made of.
 */
final class NextLists {
    private final Desired desired;
    private final Fleet fleet;
    private final Service service;
    private final Timers timers;
    private final Instant now;
    private final List<Action> actions;
    private final List<Plan.Wait> waits;

    /**
     * @param actions takes the pulls that a list needs first
     * @param waits takes the reasons why a list cannot be made now
     */
    NextLists(
            Desired desired,
            Fleet fleet,
            Service service,
            Timers timers,
            Instant now,
            List<Action> actions,
            List<Plan.Wait> waits) {
        this.desired = desired;
        this.fleet = fleet;
        this.service = service;
        this.timers = timers;
        this.now = now;
        this.actions = actions;
        this.waits = waits;
    }

    /** The lead's next list, as soon as the images that it needs are on every host. */
    Optional<Target.Result> ofLead(ServiceStack lead, List<Version> declared) {
        List<Entry> staged =
                staged(lead).stream().filter(entry -> reusable(lead, entry)).toList();
        Target.Stock stock = stock(lead, staged, entry -> true);
        List<Integer> open = new ArrayList<>(Target.open(stock, declared));
        Map<Integer, Entry> models = new HashMap<>(recreated(lead, declared));
        models.keySet().retainAll(open);
        open.removeAll(models.keySet());
        Set<String> asked = new HashSet<>();
        for (int position : open) {
            String image = service.image() + ":" + declared.get(position);
            Optional<String> pinned = pinned(image, declared.get(position), asked.add(image));
            pinned.ifPresent(
                    id -> models.put(position, new Entry(0, declared.get(position), id, 0, service.template())));
        }
        return models.keySet().containsAll(open) ? target(lead, stock, declared, models) : Optional.empty();
    }

    /** A follower's next list: of the same versions, images and settings as the lead's. */
    Optional<Target.Result> ofFollower(ServiceStack stack, List<Entry> leadNext) {
        Map<Integer, Entry> models = new HashMap<>();
        for (int position = 0; position < leadNext.size(); position++) {
            models.put(position, leadNext.get(position));
        }
        List<Entry> staged = staged(stack).stream()
                .filter(entry -> fleet.state(stack, entry) != Fleet.State.DEAD && likeModels(entry, models))
                .toList();
        Target.Stock stock = stock(stack, staged, entry -> likeModels(entry, models));
        return target(stack, stock, Changes.versions(leadNext), models);
    }

    /** Whether what is being prepared was made from settings that have been edited since. */
    boolean settingsChanged(ServiceStack lead, List<Entry> next) {
        Map<Integer, Entry> recreated = recreated(lead, Changes.versions(next));
        for (int position = 0; position < next.size(); position++) {
            Entry entry = next.get(position);
            boolean old = ServiceStack.has(lead.containers(), entry.n())
                    || lead.retained().stream().anyMatch(one -> one.entry().n() == entry.n());
            Entry model = recreated.get(position);
            Template wanted = model == null ? service.template() : model.template();
            if (!old && !entry.template().equals(wanted)) {
                return true;
            }
        }
        return false;
    }

    /** The pinned image once every known host has it; else the pulls that are missing are planned. */
    private Optional<String> pinned(String image, Version version, boolean first) {
        Set<String> found = new HashSet<>();
        boolean missing = false;
        Set<String> hosts = new HashSet<>();
        for (ServiceStack stack : fleet.stacks()) {
            if (!fleet.known(stack) || !hosts.add(stack.hostName())) {
                continue;
            }
            HostView view = fleet.view(stack);
            String id = view.images().get(image);
            if (id != null && resolved(stack, image)) {
                found.add(id);
                continue;
            }
            missing = true;
            Optional<Host> host = fleet.host(stack);
            if (first && host.isPresent()) {
                actions.add(new Action.Pull(
                        host.get(),
                        image,
                        "version " + version + " is declared and "
                                + (id == null ? "the host does not have it" : "imagePullPolicy is Always"),
                        service.template().imagePull(service.key().namespace())));
            }
        }
        if (!missing && found.size() > 1) {
            waits.add(new Plan.Wait(
                    "SameBits",
                    "SameBits: image " + image + " is not the same on all hosts of Service " + service.key()
                            + "; remove the outdated one from its host or push the version under a new tag",
                    now.plusSeconds(30)));
        }
        return missing || found.size() != 1
                ? Optional.empty()
                : Optional.of(found.iterator().next());
    }

    /** With imagePullPolicy Always, an image counts once its tag was resolved at the registry for this very push. */
    private boolean resolved(ServiceStack stack, String image) {
        return service.template().imagePullPolicy() != ImagePull.Policy.ALWAYS
                || timers.pulls().contains(Timers.Pulled.of(desired, stack.hostName(), image));
    }

    /** Whether what was prepared for another list may serve the new one. */
    private boolean reusable(ServiceStack stack, Entry entry) {
        return fleet.state(stack, entry) != Fleet.State.DEAD && entry.template().equals(service.template());
    }

    /**
     * @param models image and settings of new entries, by position
     */
    private Optional<Target.Result> target(
            ServiceStack stack, Target.Stock stock, List<Version> versions, Map<Integer, Entry> models) {
        Optional<Host> host = fleet.host(stack);
        if (host.isEmpty()) {
            return Optional.empty();
        }
        Ports ports = new Ports(host.get(), desired, fleet.takenPorts(host.get()));
        try {
            return Optional.of(Target.of(stock, versions, stack.lastContainer(), (position, n) -> {
                Entry model = java.util.Objects.requireNonNull(models.get(position));
                return copy(stack, n, model, ports);
            }));
        } catch (Ports.Exhausted e) {
            waits.add(new Plan.Wait("PortRangeExhausted", String.valueOf(e.getMessage()), null));
            return Optional.empty();
        }
    }

    private static boolean likeModels(Entry entry, Map<Integer, Entry> models) {
        return models.values().stream()
                .filter(model -> model.version().equals(entry.version()))
                .allMatch(model ->
                        model.image().equals(entry.image()) && model.template().equals(entry.template()));
    }

    private Target.Stock stock(ServiceStack stack, List<Entry> staged, Predicate<Entry> takenBack) {
        List<Entry> retained = stack.retained().stream()
                .map(Retained::entry)
                .filter(entry -> fleet.state(stack, entry) != Fleet.State.DEAD && takenBack.test(entry))
                .toList();
        return new Target.Stock(stack.containers(), staged, retained, recreates());
    }

    private boolean recreates() {
        return service.promotion() == Service.Promotion.RECREATE;
    }

    /** What a container that may not move to its new position is made anew from there. */
    private Map<Integer, Entry> recreated(ServiceStack lead, List<Version> declared) {
        return recreates() ? Target.moved(lead.containers(), declared) : Map.of();
    }

    static List<Entry> staged(ServiceStack stack) {
        return stack.pending().orElse(List.of());
    }

    /** A new entry that is like another one, with a number and a port of its own. */
    static Entry copy(ServiceStack stack, int n, Entry model, Ports ports) {
        int port = ports.choose(stack.owner(n), model.template().ports().size());
        return new Entry(n, model.version(), model.image(), port, model.template());
    }
}
