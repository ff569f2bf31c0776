package dev.cairn.core.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.cairn.core.model.Container;
import dev.cairn.core.model.Entry;
import dev.cairn.core.model.Host;
import dev.cairn.core.model.HostView;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.Template;
import dev.cairn.core.model.Version;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * What every {@link ContainerEngine} must do, a fake as well as a real one. Each test uses services of its own name,
 * so an implementation may share one host among them.
 */
public abstract class ContainerEngineContract {
    private static final Template NO_PORTS = template(Map.of(), List.of());

    /** The engine under test. */
    protected abstract ContainerEngine engine();

    /** A host that answers. */
    protected abstract Host host();

    /** A host of which nothing is there. */
    protected abstract Host unreachableHost();

    /** {@code repository:tag} of an image that is on the host, was never in a registry, and keeps running. */
    protected abstract String presentImage();

    /** {@code repository:tag} that is neither on the host nor in its registry, which can be asked. */
    protected abstract String missingImage();

    /** A host port that nobody uses, another one at each call, with the next one free as well. */
    protected abstract int freePort();

    /** Runs a container of somebody else, without labels, that publishes the port unless it is 0; returns its id. */
    protected abstract String runForeign(String name, int hostPort);

    /** Whether a container of somebody else still runs. */
    protected abstract boolean foreignRuns(String id);

    /** A container of that service, in the default namespace. */
    protected static Owner owner(String service) {
        return owner("default", service);
    }

    /** Number 1 of stack 0. */
    protected static Owner owner(String namespace, String service) {
        return new Owner(new ObjectKey(namespace, service), 0, 1);
    }

    /** Settings with nothing but environment and ports. */
    protected static Template template(Map<String, String> env, List<Template.Port> ports) {
        return new Template(List.of(), List.of(), env, ports, null, 1);
    }

    /** An entry without ports. */
    protected final Entry entry(String version) throws PortException {
        return new Entry(1, new Version(version), engine().pull(host(), presentImage()), 0, NO_PORTS);
    }

    /** An entry that publishes container ports 80 and 81. */
    protected final Entry entry(String version, int hostPort) throws PortException {
        Template two = template(Map.of(), List.of(new Template.Port("http", 80), new Template.Port("admin", 81)));
        return new Entry(1, new Version(version), engine().pull(host(), presentImage()), hostPort, two);
    }

    /** What a look without probes shows. */
    protected final HostView look() {
        HostView view = engine().look(host(), Map.of(), Set.of());
        assertThat(view.trouble()).isNull();
        return view;
    }

    /** The one container of this owner, when it is there. */
    protected final Optional<Container> find(Owner owner) {
        List<Container> found = look().containers().stream()
                .filter(container -> container.owner().equals(owner))
                .toList();
        assertThat(found).hasSizeLessThan(2);
        return found.stream().findFirst();
    }

    private static void assertInvalid(PortException e, String reason, String... words) {
        assertThat(e).isInstanceOf(PortException.Invalid.class);
        assertThat(e.reason()).isEqualTo(reason);
        assertThat(e.getMessage()).contains(words).doesNotContain("\n");
    }

    @Test
    void hostThatIsNotThereIsUnknownWithTheReason() {
        HostView view = engine().look(unreachableHost(), Map.of(), Set.of(presentImage()));
        assertThat(view.known()).isFalse();
        assertThat(view.trouble()).contains(unreachableHost().name()).doesNotContain("\n");
        assertThat(view.containers()).isEmpty();
    }

    @Test
    void callsToAHostThatIsNotThereAreTransient() {
        assertThat(catchThrowableOfType(PortException.class, () -> engine().pull(unreachableHost(), presentImage())))
                .isInstanceOf(PortException.Transient.class);
    }

    @Test
    void hostThatAnswersHasAnIdAndAVersion() {
        assertThat(look().engineId()).isNotEmpty();
        assertThat(look().engineVersion()).isNotEmpty();
    }

    @Test
    void presentImageIsPinnedTheSameByPullAndLook() throws PortException {
        String pinned = engine().pull(host(), presentImage());
        assertThat(pinned).contains("sha256:").isNotEqualTo(presentImage());
        assertThat(engine().look(host(), Map.of(), Set.of(presentImage())).images())
                .isEqualTo(Map.of(presentImage(), pinned));
        assertThat(engine().pull(host(), pinned)).isEqualTo(pinned);
    }

    @Test
    void missingImageIsNotSeenAndNotFound() {
        assertThat(engine().look(host(), Map.of(), Set.of(missingImage())).images())
                .isEmpty();
        PortException e = catchThrowableOfType(PortException.class, () -> engine().pull(host(), missingImage()));
        assertInvalid(e, "ImageNotFound", missingImage(), host().name());
    }

    @Test
    void textThatIsNoImageReferenceIsInvalid() {
        for (String text : List.of("", "Upper:v1", "a b:v1", "name", "name:", "name:v1\nx", "sha256:12", "-a:v1")) {
            assertThat(catchThrowableOfType(PortException.class, () -> engine().pull(host(), text)))
                    .as(text)
                    .isInstanceOf(PortException.Invalid.class);
            assertThat(engine().look(host(), Map.of(), Set.of(text)).known()).isTrue();
        }
    }

    @Test
    void startedContainerIsSeenWithAllThatItIs() throws PortException {
        int port = freePort();
        Owner owner = owner("seen");
        Entry entry = entry("v1", port);
        engine().start(host(), owner, entry);
        Container container = find(owner).orElseThrow();
        assertThat(container.name()).isEqualTo("seen-stack0-app1");
        assertThat(container.version()).isEqualTo(new Version("v1"));
        assertThat(container.templateHash()).isEqualTo(entry.template().hash());
        assertThat(container.phase()).isEqualTo(Container.Phase.RUNNING);
        assertThat(container.health()).isEqualTo(Container.Health.HEALTHY);
        assertThat(container.startedAt()).isNotNull();
        assertThat(container.restarts()).isZero();
        assertThat(container.address()).isEqualTo(host().address());
        assertThat(container.ports()).isEqualTo(Map.of(80, port, 81, port + 1));
        assertThat(look().takenPorts()).contains(port, port + 1);
    }

    @Test
    void startingTwiceIsStartingOnce() throws PortException {
        Owner owner = owner("twice");
        engine().start(host(), owner, entry("v1", freePort()));
        Container first = find(owner).orElseThrow();
        Entry same = entry("v1", first.ports().get(80));
        engine().start(host(), owner, same);
        assertThat(find(owner).orElseThrow().id()).isEqualTo(first.id());
        assertThat(find(owner).orElseThrow().startedAt()).isEqualTo(first.startedAt());
    }

    @Test
    void nameHeldByAForeignContainerIsRefusedAndTheForeignOneLives() throws PortException {
        String foreign = runForeign("fenced-stack0-app1", 0);
        PortException e =
                catchThrowableOfType(PortException.class, () -> engine().start(host(), owner("fenced"), entry("v1")));
        assertInvalid(e, "NameTaken", "fenced-stack0-app1", host().name());
        assertThat(foreignRuns(foreign)).isTrue();
        assertThat(find(owner("fenced"))).isEmpty();
    }

    @Test
    void nameHeldByAnotherVersionIsRefusedAndThatOneLives() throws PortException {
        Owner owner = owner("other");
        engine().start(host(), owner, entry("v1"));
        Container before = find(owner).orElseThrow();
        PortException e = catchThrowableOfType(PortException.class, () -> engine().start(host(), owner, entry("v2")));
        assertInvalid(e, "NameTaken", "other-stack0-app1");
        assertThat(find(owner)).contains(before);
    }

    @Test
    void portOfAForeignContainerIsTaken() throws PortException {
        int port = freePort();
        String foreign = runForeign("somebody", port);
        assertThat(look().takenPorts()).contains(port);
        PortException e = catchThrowableOfType(
                PortException.class, () -> engine().start(host(), owner("late"), entry("v1", port)));
        assertInvalid(e, "PortTaken", Integer.toString(port), host().name());
        assertThat(foreignRuns(foreign)).isTrue();
        assertThat(find(owner("late")).map(Container::phase)).isNotEqualTo(Optional.of(Container.Phase.RUNNING));
    }

    @Test
    void containerOfAnImageThatIsNotThereIsNotCreated() {
        Entry entry = new Entry(1, new Version("v1"), "sha256:" + "0".repeat(64), 0, NO_PORTS);
        PortException e =
                catchThrowableOfType(PortException.class, () -> engine().start(host(), owner("imageless"), entry));
        assertInvalid(e, "ImageNotFound", "sha256:000", host().name());
        assertThat(find(owner("imageless"))).isEmpty();
    }

    @Test
    void oneServiceNameInTwoNamespacesIsTwoContainers() throws PortException {
        engine().start(host(), owner("default", "twin"), entry("v1"));
        engine().start(host(), owner("blue", "twin"), entry("v1"));
        assertThat(find(owner("default", "twin"))).isPresent();
        assertThat(find(owner("blue", "twin")).orElseThrow().name()).isEqualTo("blue_twin-stack0-app1");
    }

    @Test
    void removedContainerIsGoneAndRemovingItAgainIsASuccess() throws PortException {
        Owner owner = owner("removed");
        engine().start(host(), owner, entry("v1"));
        String id = find(owner).orElseThrow().id();
        engine().remove(host(), id, 1);
        assertThat(find(owner)).isEmpty();
        engine().remove(host(), id, 1);
    }

    @Test
    void lateRemoveDoesNotHitANamesake() throws PortException {
        Owner owner = owner("namesake");
        engine().start(host(), owner, entry("v1"));
        String old = find(owner).orElseThrow().id();
        engine().remove(host(), old, 1);
        engine().start(host(), owner, entry("v1"));
        engine().remove(host(), old, 1);
        assertThat(find(owner)).isPresent();
    }

    @Test
    void foreignContainerIsNeitherSeenNorRemoved() {
        String foreign = runForeign("visitor-stack0-app1", 0);
        assertThat(look().containers()).noneMatch(container -> container.id().equals(foreign));
        assertThat(catchThrowableOfType(PortException.class, () -> engine().remove(host(), foreign, 1)))
                .isInstanceOf(PortException.Invalid.class);
        assertThat(foreignRuns(foreign)).isTrue();
    }
}
