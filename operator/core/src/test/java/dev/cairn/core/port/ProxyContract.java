package dev.cairn.core.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.core.model.Backend;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.Protocol;
import dev.cairn.core.model.ProxyView;
import dev.cairn.core.model.RouteKey;
import dev.cairn.core.model.RouteTable;
import dev.cairn.core.model.Row;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every {@link Proxy} must do. The fake and the real thing both pass it, so a plan proven on one holds on the other. */
public abstract class ProxyContract {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final ObjectKey SERVICE = new ObjectKey("default", "webapp");
    private static final ObjectKey STACK = new ObjectKey("default", "webapp-stack0");

    /** A proxy and what is around it. */
    public interface World extends AutoCloseable {
        /** An operator's own access to the proxy; each call makes another one, all speak to the same proxy. */
        Proxy operator();

        /** A port that nobody listens on; each call another one. */
        int freePort();

        /** Lets a stranger listen on a port until the answer is closed. */
        AutoCloseable occupy(int port) throws Exception;

        /** A container that passes the proxy's check. */
        Backend container(Owner owner) throws Exception;

        /** Ends a container. */
        void kill(Backend backend) throws Exception;

        /** Lets a container that was ended run again where it was. */
        void revive(Backend backend) throws Exception;

        /** Who answers a new request to a port; empty when the proxy has nobody. */
        Optional<Owner> ask(int port) throws Exception;

        /** What a new request with that host name and path is answered. */
        Answer ask(int port, String host, String path) throws Exception;

        /** Opens a connection and leaves it idle. */
        Connection connect(int port) throws Exception;

        /** Begins a request that stays under way until it is told to end. */
        Request begin(int port) throws Exception;

        /** Ends the proxy without warning, its table with it. */
        void crash() throws Exception;

        /** Lets a little time pass: some milliseconds, or one round of checks. */
        void pause() throws Exception;

        @Override
        void close() throws Exception;
    }

    /**
     * An answer.
     *
     * @param status that of HTTP
     * @param owner who answered; empty when it was the proxy itself
     */
    public record Answer(int status, Optional<Owner> owner) {}

    /** A connection that somebody keeps. */
    public interface Connection extends AutoCloseable {
        /** Who answers a request over it; empty when it has been closed. */
        Optional<Owner> ask() throws Exception;

        @Override
        void close();
    }

    /** A request under way. */
    public interface Request {
        /** Lets it end; who answered it, empty when it failed. */
        Optional<Owner> end() throws Exception;
    }

    private World world;
    private Proxy proxy;
    private int containers;

    /** A world whose proxy has not been started. */
    protected abstract World newWorld() throws Exception;

    @BeforeEach
    void setUp() throws Exception {
        world = newWorld();
        proxy = world.operator();
    }

    @AfterEach
    void tearDown() throws Exception {
        world.close();
    }

    @Test
    void beforeAnythingItIsUnknown() throws Exception {
        assertThat(proxy.look().known()).isFalse();
        assertThat(proxy.look().trouble()).isNotBlank();
        assertThat(proxy.commit(proxy.look(), RouteTable.EMPTY))
                .as("never switches what it cannot see")
                .isFalse();
    }

    @Test
    void listensOnExactlyThePortsAskedFor() throws Exception {
        int one = world.freePort();
        int two = world.freePort();
        proxy.listen(http(one));
        ProxyView view = look();
        assertThat(view.listeners()).containsOnlyKeys(one);
        assertThat(view.live()).isEqualTo(RouteTable.EMPTY);
        assertThat(world.ask(one)).isEmpty();

        proxy.listen(http(one, two));
        assertThat(look().listeners()).containsOnlyKeys(one, two);
        proxy.listen(http(two));
        assertThat(look().listeners()).containsOnlyKeys(two);
        proxy.listen(http());
        assertThat(look().listeners()).isEmpty();
    }

    @Test
    void aTakenPortIsReportedAndSpoilsNothing() throws Exception {
        int free = world.freePort();
        int taken = world.freePort();
        try (AutoCloseable stranger = world.occupy(taken)) {
            proxy.listen(http(free, taken));
            ProxyView view = look();
            assertThat(view.listeners()).containsOnlyKeys(free);
            assertThat(view.refused()).containsOnlyKeys(taken);
            assertThat(view.refused().get(taken)).contains(Integer.toString(taken));
        }
        proxy.listen(http(free, taken));
        assertThat(look().listeners()).containsOnlyKeys(free, taken);
        assertThat(look().refused()).isEmpty();
    }

    @Test
    void aWarmedTableIsReadBackAsItWasCommitted() throws Exception {
        int one = world.freePort();
        int two = world.freePort();
        proxy.listen(http(one, two));
        Backend a = container();
        Backend b = container();
        RouteTable table = table(Map.of(one, row(a, b), two, row(b)), 7);
        switchTo(proxy, table);
        assertThat(look().live()).isEqualTo(table);
        assertThat(world.operator().look().live())
                .as("seen by another operator")
                .isEqualTo(table);
        assertThat(world.ask(one))
                .hasValueSatisfying(
                        owner -> assertThat(List.of(a.owner(), b.owner())).contains(owner));
        assertThat(world.ask(two)).contains(b.owner());
    }

    @Test
    void warmingRoutesNothing() throws Exception {
        int port = listening();
        Backend a = container();
        proxy.warm(Map.of(new RouteKey(port), row(a)));
        awaitUp(proxy, port, a);
        assertThat(world.ask(port)).isEmpty();
        assertThat(look().live().rows()).isEmpty();
    }

    @Test
    void theSparePoolHoldsExactlyWhatWasAskedFor() throws Exception {
        int port = listening();
        RouteKey key = new RouteKey(port);
        Backend a = container();
        Backend b = container();
        Backend c = container();
        proxy.warm(Map.of(key, row(a, b)));
        awaitUp(proxy, port, a, b);
        proxy.warm(Map.of(key, row(b, c)));
        awaitUp(proxy, port, b, c);
        proxy.warm(Map.of(key, row()));
        assertThat(look().spare()).isEmpty();
    }

    @Test
    void whatIsNotUpIsNotSwitchedTo() throws Exception {
        int port = listening();
        Backend dead = container();
        world.kill(dead);
        RouteTable table = table(Map.of(port, row(dead)), 1);
        assertThat(proxy.commit(look(), table)).as("not warmed").isFalse();

        proxy.warm(Map.of(new RouteKey(port), row(dead)));
        for (int i = 0; i < 20; i++) {
            assertThat(proxy.commit(look(), table)).as("warmed and not up").isFalse();
            world.pause();
        }
        assertThat(look().spare()).isEqualTo(Map.of(new RouteKey(port), Map.of(dead, false)));
        assertThat(look().live()).isEqualTo(RouteTable.EMPTY);
    }

    @Test
    void whatDiesInTheSparePoolIsNoLongerUp() throws Exception {
        int port = listening();
        Backend a = container();
        proxy.warm(Map.of(new RouteKey(port), row(a)));
        awaitUp(proxy, port, a);
        world.kill(a);
        await(proxy, "down", view -> view.spare().get(new RouteKey(port)).equals(Map.of(a, false)));
        assertThat(proxy.commit(look(), table(Map.of(port, row(a)), 1))).isFalse();
    }

    @Test
    void aSparePoolWithMoreThanTheRowWantsIsNotSwitchedTo() throws Exception {
        int port = listening();
        Backend a = container();
        Backend b = container();
        proxy.warm(Map.of(new RouteKey(port), row(a, b)));
        awaitUp(proxy, port, a, b);
        assertThat(proxy.commit(look(), table(Map.of(port, row(a)), 1))).isFalse();
    }

    @Test
    void whatRestsIsNotAskedUntilItIsWoken() throws Exception {
        int port = listening();
        Backend a = container();
        RouteTable table = table(Map.of(port, row(a)), 1);
        switchTo(proxy, table);
        world.kill(a);
        proxy.rest(a.owner());
        assertThat(look().resting()).containsExactly(a.owner());
        assertThat(look().live()).as("the row stays").isEqualTo(table);
        world.revive(a);
        world.operator().rest(a.owner());
        for (int i = 0; i < 20; i++) {
            assertThat(world.ask(port)).isEmpty();
            world.pause();
        }
        RouteTable next = table(Map.of(port, row(a)), 2);
        assertThat(proxy.commit(look(), next)).as("others may switch meanwhile").isTrue();
        assertThat(look().resting()).containsExactly(a.owner());
        world.operator().wake(a.owner());
        assertThat(look().resting()).isEmpty();
        assertThat(look().live()).isEqualTo(next);
        assertThat(world.ask(port)).as("at once").contains(a.owner());
    }

    @Test
    void whatIsWokenTooEarlyIsAskedAsSoonAsItAnswers() throws Exception {
        int port = listening();
        Backend a = container();
        switchTo(proxy, table(Map.of(port, row(a)), 1));
        world.kill(a);
        proxy.rest(a.owner());
        proxy.wake(a.owner());
        assertThat(look().resting()).isEmpty();
        assertThat(world.ask(port)).isEmpty();
        world.revive(a);
        Optional<Owner> answer = world.ask(port);
        for (long until = System.nanoTime() + PATIENCE.toNanos(); answer.isEmpty() && System.nanoTime() < until; ) {
            world.pause();
            answer = world.ask(port);
        }
        assertThat(answer).contains(a.owner());
    }

    /** Also when the one who calls late believes that it does not run. */
    @Test
    void whoAnswersIsNotPutToRest() throws Exception {
        int port = listening();
        Backend a = container();
        switchTo(proxy, table(Map.of(port, row(a)), 1));
        proxy.rest(a.owner());
        assertThat(look().resting()).isEmpty();
        assertThat(world.ask(port)).contains(a.owner());
        proxy.wake(a.owner());
        assertThat(world.ask(port)).contains(a.owner());
    }

    @Test
    void whatRestsInTheSparePoolIsNotSwitchedToUntilItIsWoken() throws Exception {
        int port = listening();
        Backend a = container();
        proxy.warm(Map.of(new RouteKey(port), row(a)));
        awaitUp(proxy, port, a);
        world.kill(a);
        proxy.rest(a.owner());
        world.revive(a);
        RouteTable table = table(Map.of(port, row(a)), 1);
        for (int i = 0; i < 20; i++) {
            assertThat(proxy.commit(look(), table)).isFalse();
            world.pause();
        }
        assertThat(look().spare()).isEqualTo(Map.of(new RouteKey(port), Map.of(a, false)));
        proxy.wake(a.owner());
        awaitUp(proxy, port, a);
        assertThat(proxy.commit(look(), table)).isTrue();
        assertThat(world.ask(port)).contains(a.owner());
    }

    @Test
    void aWholeTableMovesInOneStep() throws Exception {
        int one = world.freePort();
        int two = world.freePort();
        proxy.listen(http(one, two));
        Backend a = container();
        Backend b = container();
        Backend c = container();
        switchTo(proxy, table(Map.of(one, row(a), two, row(b)), 1));

        // One row is ready, the other is not: nothing moves.
        RouteTable promoted = table(Map.of(one, row(b), two, row(c)), 2);
        proxy.warm(Map.of(new RouteKey(one), row(b)));
        awaitUp(proxy, one, b);
        assertThat(proxy.commit(look(), promoted)).isFalse();
        assertThat(world.ask(one)).contains(a.owner());

        switchTo(proxy, promoted);
        assertThat(world.ask(one)).contains(b.owner());
        assertThat(world.ask(two)).contains(c.owner());
    }

    @Test
    void aRowThatStaysNeedsNoWarming() throws Exception {
        int one = world.freePort();
        int two = world.freePort();
        proxy.listen(http(one, two));
        Backend a = container();
        Backend b = container();
        switchTo(proxy, table(Map.of(one, row(a)), 1));
        proxy.warm(Map.of(new RouteKey(two), row(b)));
        awaitUp(proxy, two, b);
        assertThat(proxy.commit(look(), table(Map.of(one, row(a), two, row(b)), 2)))
                .isTrue();
        assertThat(proxy.commit(look(), table(Map.of(one, row(a), two, row(b)), 3)))
                .as("stamps alone")
                .isTrue();
        assertThat(world.ask(one)).contains(a.owner());
    }

    @Test
    void aRowCanLoseABackEndAndCanLoseAll() throws Exception {
        int port = listening();
        Backend a = container();
        Backend b = container();
        switchTo(proxy, table(Map.of(port, row(a, b)), 1));
        switchTo(proxy, table(Map.of(port, row(b)), 2));
        assertThat(world.ask(port)).contains(b.owner());

        RouteTable nobody = table(Map.of(port, row()), 3);
        assertThat(proxy.commit(look(), nobody)).as("needs no warming").isTrue();
        assertThat(look().live()).isEqualTo(nobody);
        assertThat(world.ask(port)).isEmpty();

        assertThat(proxy.commit(look(), RouteTable.EMPTY)).isTrue();
        assertThat(look().live()).isEqualTo(RouteTable.EMPTY);
        assertThat(world.ask(port)).isEmpty();
    }

    @Test
    void afterASwitchTheOldContentIsSpareUntilItIsCleared() throws Exception {
        int port = listening();
        RouteKey key = new RouteKey(port);
        Backend a = container();
        Backend b = container();
        switchTo(proxy, table(Map.of(port, row(a)), 1));
        switchTo(proxy, table(Map.of(port, row(b)), 2));
        assertThat(look().spare().get(key)).containsOnlyKeys(a);
        proxy.warm(Map.of(key, row()));
        assertThat(look().spare()).isEmpty();
        assertThat(world.ask(port)).contains(b.owner());
    }

    @Test
    void anOlderTokenIsRefused() throws Exception {
        listening();
        Proxy other = world.operator();
        ProxyView older = look();
        ProxyView younger = other.look();
        assertThat(other.commit(younger, table(Map.of(), 2))).isTrue();
        assertThat(proxy.commit(older, table(Map.of(), 1))).isFalse();
        assertThat(other.commit(younger, table(Map.of(), 3)))
                .as("a token serves once")
                .isFalse();
        assertThat(look().live().stamps()).containsExactly(Map.entry(STACK, 2L));
    }

    @Test
    void aSwitchThatCameBetweenStaysAsItIs() throws Exception {
        int one = listening();
        int two = world.freePort();
        proxy.listen(http(one, two));
        Backend a = container();
        Backend b = container();
        proxy.warm(Map.of(new RouteKey(one), row(a), new RouteKey(two), row(b)));
        awaitUp(proxy, one, a);
        awaitUp(proxy, two, b);
        ProxyView before = look();
        RouteTable first = table(Map.of(one, row(a)), 1);
        ObjectKey otherStack = new ObjectKey("default", "other-stack0");
        RouteTable second =
                new RouteTable(new TreeMap<>(Map.of(new RouteKey(two), row(b))), new TreeMap<>(Map.of(otherStack, 5L)));
        assertThat(proxy.commit(before, first)).isTrue();
        boolean both = proxy.commit(before, second);

        RouteTable live = look().live();
        assertThat(live.row(new RouteKey(one))).contains(row(a));
        assertThat(live.stamps()).containsEntry(STACK, 1L);
        assertThat(live.row(new RouteKey(two))).isEqualTo(both ? Optional.of(row(b)) : Optional.empty());
        assertThat(live.stamps().get(otherStack)).isEqualTo(both ? 5L : null);
    }

    @Test
    void aYoungerTokenIsRefusedWhenAnOlderOneWasUsedMeanwhile() throws Exception {
        listening();
        Proxy other = world.operator();
        ProxyView older = look();
        ProxyView younger = other.look();
        assertThat(proxy.commit(older, table(Map.of(), 1))).isTrue();
        assertThat(other.commit(younger, table(Map.of(), 2))).isFalse();
        assertThat(look().live().stamps()).containsExactly(Map.entry(STACK, 1L));
    }

    @Test
    void aTokenThatNobodyOvertookIsGood() throws Exception {
        listening();
        ProxyView token = look();
        world.operator().look();
        assertThat(proxy.commit(token, table(Map.of(), 1))).isTrue();
    }

    @Test
    void whatSomebodyElsePreparesIsNotSettled() throws Exception {
        listening();
        Proxy other = world.operator();
        look();
        assertThat(look().settled()).as("one's own looks do not count").isTrue();
        ProxyView abandoned = other.look();
        ProxyView view = look();
        assertThat(view.settled()).isFalse();
        assertThat(proxy.commit(view, view.live())).isTrue();
        assertThat(look().settled()).isTrue();
        assertThat(other.commit(abandoned, table(Map.of(), 1))).isFalse();
    }

    @Test
    void aRequestUnderWayIsSeenUntilItEndsWhereItBegan() throws Exception {
        int port = listening();
        RouteKey key = new RouteKey(port);
        Backend a = container();
        Backend b = container();
        switchTo(proxy, table(Map.of(port, row(a)), 1));
        Request request = world.begin(port);
        await(proxy, "session", view -> view.sessions().equals(Map.of(a.owner(), 1)));

        switchTo(proxy, table(Map.of(port, row(b)), 2));
        proxy.warm(Map.of(key, row()));
        ProxyView view = look();
        assertThat(view.sessions()).isEqualTo(Map.of(a.owner(), 1));
        assertThat(view.spare()).isEmpty();
        assertThat(world.ask(port)).contains(b.owner());

        assertThat(request.end()).contains(a.owner());
        await(proxy, "no session", later -> later.sessions().isEmpty());
    }

    @Test
    void whatIsConnectedToAContainerEndsWhereItIsAskedTo() throws Exception {
        int port = listening();
        Backend a = container();
        Backend b = container();
        switchTo(proxy, table(Map.of(port, row(a)), 1));
        Request request = world.begin(port);
        await(proxy, "session", view -> view.sessions().equals(Map.of(a.owner(), 1)));
        proxy.disconnect(a.owner());
        proxy.disconnect(b.owner());
        assertThat(look().sessions()).as("a row names it").isEqualTo(Map.of(a.owner(), 1));

        switchTo(proxy, table(Map.of(port, row(b)), 2));
        Request other = world.begin(port);
        await(proxy, "sessions", view -> view.sessions().equals(Map.of(a.owner(), 1, b.owner(), 1)));
        proxy.listen(http(port, world.freePort()));
        proxy.disconnect(a.owner());
        await(proxy, "one session", view -> view.sessions().equals(Map.of(b.owner(), 1)));
        assertThat(request.end()).isEmpty();
        assertThat(other.end()).contains(b.owner());
    }

    @Test
    void whatIsStillDrainingCanBeWantedAgain() throws Exception {
        int port = listening();
        RouteKey key = new RouteKey(port);
        Backend a = container();
        Backend b = container();
        switchTo(proxy, table(Map.of(port, row(a)), 1));
        Request request = world.begin(port);
        await(proxy, "session", view -> view.sessions().equals(Map.of(a.owner(), 1)));
        switchTo(proxy, table(Map.of(port, row(b)), 2));
        proxy.warm(Map.of(key, row()));
        switchTo(proxy, table(Map.of(port, row(a)), 3));
        assertThat(world.ask(port)).contains(a.owner());
        assertThat(request.end()).contains(a.owner());
    }

    @Test
    void otherListenersChangeNeitherRowsNorRequestsUnderWay() throws Exception {
        int port = listening();
        int second = world.freePort();
        Backend a = container();
        Backend b = container();
        RouteTable table = table(Map.of(port, row(a)), 1);
        switchTo(proxy, table);
        proxy.warm(Map.of(new RouteKey(port), row(b)));
        awaitUp(proxy, port, b);
        Request request = world.begin(port);
        await(proxy, "session", view -> view.sessions().equals(Map.of(a.owner(), 1)));

        proxy.listen(http(port, second));
        ProxyView view = look();
        assertThat(view.live()).isEqualTo(table);
        assertThat(view.spare().get(new RouteKey(port))).containsOnlyKeys(b);
        assertThat(view.sessions()).isEqualTo(Map.of(a.owner(), 1));
        assertThat(world.ask(port)).contains(a.owner());

        switchTo(proxy, table(Map.of(port, row(b)), 2));
        assertThat(world.ask(port)).contains(b.owner());
        assertThat(look().sessions()).isEqualTo(Map.of(a.owner(), 1));
        assertThat(request.end()).contains(a.owner());
        await(proxy, "no session", later -> later.sessions().isEmpty());
    }

    @Test
    void aLostProxyComesBackEmpty() throws Exception {
        int port = listening();
        Backend a = container();
        RouteTable table = table(Map.of(port, row(a)), 1);
        switchTo(proxy, table);
        ProxyView old = look();
        world.crash();
        await(proxy, "unknown", view -> !view.known());

        proxy.listen(http(port));
        ProxyView view = look();
        assertThat(view.live()).isEqualTo(RouteTable.EMPTY);
        assertThat(view.spare()).isEmpty();
        assertThat(view.listeners()).containsOnlyKeys(port);
        assertThat(world.ask(port)).isEmpty();
        assertThat(proxy.commit(old, RouteTable.EMPTY))
                .as("token of the lost one")
                .isFalse();
        switchTo(proxy, table);
        assertThat(world.ask(port)).contains(a.owner());
    }

    @Test
    void whatHasNoListenerCannotBeWarmed() throws Exception {
        listening();
        Backend a = container();
        int silent = world.freePort();
        assertThatThrownBy(() -> proxy.warm(Map.of(new RouteKey(silent), row(a))))
                .isInstanceOf(PortException.Transient.class)
                .hasMessageContaining(Integer.toString(silent));
        assertThat(proxy.commit(look(), table(Map.of(silent, row(a)), 1))).isFalse();
        proxy.warm(Map.of(new RouteKey(silent), row()));
    }

    /** F64. */
    @Test
    void theMostSpecificRouteOfAPortTakesARequest() throws Exception {
        int port = listening();
        Map<String, Backend> byKey = new HashMap<>();
        TreeMap<RouteKey, Row> rows = new TreeMap<>();
        for (String text : List.of(
                "shop.io/",
                "shop.io/api",
                "shop.io/api/v2",
                "*.shop.io/",
                "*.eu.shop.io/",
                "*.shop.io/only",
                "/any",
                "*.shop.io/any/deep",
                "b-1.shop.io/x_y~z.1")) {
            RouteKey key = new RouteKey(port, text.substring(0, text.indexOf('/')), text.substring(text.indexOf('/')));
            byKey.put(text, container());
            rows.put(key, row(byKey.get(text)));
        }
        switchTo(proxy, new RouteTable(rows, new TreeMap<>()));
        assertThat(look().live().rows()).isEqualTo(rows);
        Map<String, String> expected = new LinkedHashMap<>();
        for (String line : """
                shop.io / -> shop.io/
                shop.io /apix -> shop.io/
                shop.io /api -> shop.io/api
                shop.io /api/ -> shop.io/api
                shop.io /api?x=/api/v2 -> shop.io/api
                shop.io /api/v1/y -> shop.io/api
                shop.io /api/v2/y -> shop.io/api/v2
                SHOP.io:8080 /API -> shop.io/
                shop.io. /api -> shop.io/api
                shop.io /any -> shop.io/
                a.shop.io /api -> *.shop.io/
                a.b.c.d.shop.io / -> *.shop.io/
                a.eu.shop.io / -> *.eu.shop.io/
                eu.shop.io / -> *.shop.io/
                a.eu.shop.io /only/this -> *.eu.shop.io/
                b.shop.io /only/this -> *.shop.io/only
                b.shop.io /any/deep -> *.shop.io/any/deep
                b-1.shop.io /x_y~z.1/2 -> b-1.shop.io/x_y~z.1
                b-1.shop.io / -> *.shop.io/
                other.io /any/thing -> /any
                127.0.0.1 /any -> /any
                other.io / -> 404
                xshop.io / -> 404
                other.io /anything -> 404
                """.lines().toList()) {
            expected.put(line.substring(0, line.indexOf(" -> ")), line.substring(line.indexOf(" -> ") + 4));
        }
        Map<String, String> found = new LinkedHashMap<>();
        for (String request : expected.keySet()) {
            Answer answer = world.ask(port, request.split(" ")[0], request.split(" ")[1]);
            found.put(
                    request,
                    byKey.entrySet().stream()
                            .filter(e -> answer.owner()
                                    .filter(e.getValue().owner()::equals)
                                    .isPresent())
                            .map(Map.Entry::getKey)
                            .findFirst()
                            .orElse(Integer.toString(answer.status())));
        }
        assertThat(found).isEqualTo(expected);
    }

    @Test
    void routesOfOnePortAreWarmedApartAndMoveInOneStep() throws Exception {
        int port = listening();
        RouteKey one = new RouteKey(port, "one.io", "/");
        RouteKey two = new RouteKey(port, "two.io", "/");
        Backend a = container();
        Backend b = container();
        Backend c = container();
        switchTo(proxy, routes(Map.of(one, row(a), two, row(b)), 1));
        proxy.warm(Map.of(one, row(b)));
        awaitUp(proxy, one, b);
        assertThat(look().spare()).containsOnlyKeys(one);
        RouteTable promoted = routes(Map.of(one, row(b), two, row(c)), 2);
        assertThat(proxy.commit(look(), promoted)).isFalse();
        assertThat(world.ask(port, "one.io", "/").owner()).contains(a.owner());
        switchTo(proxy, promoted);
        assertThat(world.ask(port, "one.io", "/").owner()).contains(b.owner());
        assertThat(world.ask(port, "two.io", "/").owner()).contains(c.owner());

        // One leaves and another comes: the one that stays notices nothing.
        RouteKey three = new RouteKey(port, "", "/three");
        switchTo(proxy, routes(Map.of(one, row(b), three, row(a)), 3));
        proxy.warm(Map.of(two, row()));
        assertThat(world.ask(port, "one.io", "/").owner()).contains(b.owner());
        assertThat(world.ask(port, "two.io", "/three").owner()).contains(a.owner());
        assertThat(world.ask(port, "two.io", "/").status()).isEqualTo(404);
    }

    @Test
    void aRouteWithoutAContainerIsAnotherErrorThanNoRoute() throws Exception {
        int port = listening();
        assertThat(world.ask(port, "one.io", "/").status()).as("no route yet").isEqualTo(503);
        RouteTable table = routes(Map.of(new RouteKey(port, "one.io", "/"), row()), 1);
        switchTo(proxy, table);
        assertThat(look().live()).isEqualTo(table);
        assertThat(world.ask(port, "one.io", "/").status()).isEqualTo(503);
        assertThat(world.ask(port, "two.io", "/").status()).isEqualTo(404);
    }

    /** F92. */
    @Test
    void aConnectionStaysWhereItBeganAndIsSeenUntilItEnds() throws Exception {
        int port = world.freePort();
        int web = world.freePort();
        proxy.listen(Map.of(port, Protocol.TCP, web, Protocol.HTTP));
        assertThat(look().listeners()).isEqualTo(Map.of(port, Protocol.TCP, web, Protocol.HTTP));
        RouteKey key = RouteKey.tcp(port);
        Backend a = container();
        Backend b = container();
        assertThat(world.ask(port)).as("no route yet").isEmpty();
        switchTo(proxy, routes(Map.of(key, row(a), new RouteKey(web), row(a)), 1));
        try (Connection idle = world.connect(port);
                Connection busy = world.connect(port)) {
            assertThat(busy.ask()).contains(a.owner());
            await(proxy, "sessions", view -> view.sessions().equals(Map.of(a.owner(), 2)));
            RouteTable promoted = routes(Map.of(key, row(b), new RouteKey(web), row(b)), 2);
            switchTo(proxy, promoted);
            proxy.warm(Map.of(key, row()));
            assertThat(look().live()).isEqualTo(promoted);
            assertThat(world.ask(port)).contains(b.owner());
            assertThat(world.ask(web)).contains(b.owner());
            assertThat(busy.ask()).contains(a.owner());
            proxy.listen(Map.of(port, Protocol.TCP));
            await(proxy, "two sessions", view -> view.sessions().equals(Map.of(a.owner(), 2)));
            assertThat(idle.ask()).contains(a.owner());
            assertThat(world.ask(port)).contains(b.owner());
            proxy.disconnect(a.owner());
            await(proxy, "no session", view -> view.sessions().isEmpty());
            assertThat(world.ask(port)).contains(b.owner());
        }
    }

    @Test
    void aPortOnWhichSomethingElseIsSpokenLosesItsRows() throws Exception {
        int port = listening();
        Backend a = container();
        switchTo(proxy, table(Map.of(port, row(a)), 1));
        proxy.listen(Map.of(port, Protocol.TCP));
        assertThat(look().listeners()).isEqualTo(Map.of(port, Protocol.TCP));
        assertThat(look().live().rows()).isEmpty();
        assertThat(world.ask(port)).isEmpty();
        assertThatThrownBy(() -> proxy.warm(Map.of(new RouteKey(port), row(a))))
                .isInstanceOf(PortException.Transient.class);
        RouteTable whole = routes(Map.of(RouteKey.tcp(port), row(a)), 2);
        switchTo(proxy, whole);
        assertThat(look().live()).isEqualTo(whole);
        assertThat(world.ask(port)).contains(a.owner());
        proxy.listen(http(port));
        assertThat(look().live().rows()).isEmpty();
    }

    private static RouteTable routes(Map<RouteKey, Row> rows, long stamp) {
        return new RouteTable(new TreeMap<>(rows), new TreeMap<>(Map.of(STACK, stamp)));
    }

    private static Map<Integer, Protocol> http(Integer... ports) {
        return Arrays.stream(ports).collect(Collectors.toMap(port -> port, port -> Protocol.HTTP));
    }

    private int listening() throws Exception {
        int port = world.freePort();
        proxy.listen(http(port));
        return port;
    }

    private Backend container() throws Exception {
        return world.container(new Owner(SERVICE, 0, ++containers));
    }

    private static Row row(Backend... backends) {
        return new Row(new ObjectKey("default", "webapp-prod"), SERVICE, Arrays.asList(backends));
    }

    private static RouteTable table(Map<Integer, Row> rows, long stamp) {
        TreeMap<RouteKey, Row> byKey = new TreeMap<>();
        rows.forEach((port, row) -> byKey.put(new RouteKey(port), row));
        return new RouteTable(byKey, new TreeMap<>(Map.of(STACK, stamp)));
    }

    private ProxyView look() {
        ProxyView view = proxy.look();
        assertThat(view.trouble()).isNull();
        return view;
    }

    /** The way of an operator: warm what differs, see it up, take a token, switch. */
    private void switchTo(Proxy operator, RouteTable table) throws Exception {
        RouteTable live = operator.look().live();
        Map<RouteKey, Row> changed = new HashMap<>();
        table.rows().forEach((key, row) -> {
            if (!row.equals(live.rows().get(key))) {
                changed.put(key, row);
            }
        });
        operator.warm(changed);
        for (Map.Entry<RouteKey, Row> entry : changed.entrySet()) {
            awaitUp(operator, entry.getKey(), entry.getValue().backends().toArray(new Backend[0]));
        }
        assertThat(operator.commit(operator.look(), table)).isTrue();
    }

    private void awaitUp(Proxy operator, int port, Backend... backends) throws Exception {
        awaitUp(operator, new RouteKey(port), backends);
    }

    private void awaitUp(Proxy operator, RouteKey key, Backend... backends) throws Exception {
        Map<Backend, Boolean> up = new HashMap<>();
        for (Backend backend : backends) {
            up.put(backend, true);
        }
        await(
                operator,
                "all up on " + key,
                view -> view.spare().getOrDefault(key, Map.of()).equals(up));
    }

    private void await(Proxy operator, String what, Predicate<ProxyView> condition) throws Exception {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        ProxyView view = operator.look();
        while (!condition.test(view)) {
            assertThat(System.nanoTime()).as("%s, last seen %s", what, view).isLessThan(deadline);
            world.pause();
            view = operator.look();
        }
    }
}
