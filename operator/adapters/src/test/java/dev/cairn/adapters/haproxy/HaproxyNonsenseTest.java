package dev.cairn.adapters.haproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.cairn.core.model.Backend;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.ProxyView;
import dev.cairn.core.model.RouteKey;
import dev.cairn.core.model.RouteTable;
import dev.cairn.core.model.Row;
import dev.cairn.core.port.PortException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Somebody else answers at HAProxy's sockets, or nobody: no call hangs. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class HaproxyNonsenseTest {
    private static final ObjectKey SERVICE = new ObjectKey("default", "webapp");

    private static final int KIB = 1 << 10;

    private enum Nonsense {
        GARBAGE {
            @Override
            void answer(InputStream in, OutputStream out) throws IOException {
                byte[] noise = new byte[300 * KIB];
                new Random(1).nextBytes(noise);
                out.write(noise);
                out.write("\n> ".getBytes(StandardCharsets.US_ASCII));
            }
        },
        /** As HAProxy talks, with numbers, names and tables that are not. */
        ALMOST {
            @Override
            void answer(InputStream in, OutputStream out) throws IOException {
                String big = "9".repeat(40);
                while (readCommand(in)) {
                    out.write(("Pid: 1\nStart_time_sec: 1\nStopping: " + big + "\nNew version created: " + big
                                    + "\n# id (routes.map) x curr_ver=" + big + " next_ver=" + big + " \n"
                                    + "# pxname,svname,scur\n1\n# be_id be_name\n# workers\n" + big
                                    + " worker x\n0x1 f80" + "/a".repeat(100_000) + "/ x|y/z|y/z\n\n> ")
                            .getBytes(StandardCharsets.US_ASCII));
                }
            }
        },
        EMPTY {
            @Override
            void answer(InputStream in, OutputStream out) throws IOException {
                while (readCommand(in)) {
                    out.write("\n> ".getBytes(StandardCharsets.US_ASCII));
                }
            }
        },
        TRUNCATED {
            @Override
            void answer(InputStream in, OutputStream out) throws IOException {
                readCommand(in);
                out.write("# pxname,svn".getBytes(StandardCharsets.US_ASCII));
            }
        },
        ENDLESS {
            @Override
            void answer(InputStream in, OutputStream out) throws IOException {
                byte[] block = new byte[64 * KIB];
                while (true) {
                    out.write(block);
                }
            }
        },
        TRICKLING {
            @Override
            void answer(InputStream in, OutputStream out) throws IOException {
                while (true) {
                    out.write('x');
                    LockSupport.parkNanos(1_000_000);
                }
            }
        },
        NEVER {
            @Override
            void answer(InputStream in, OutputStream out) throws IOException {
                in.transferTo(OutputStream.nullOutputStream());
            }
        },
        /** As many connections wait to be accepted as may. */
        FULL {
            @Override
            void answer(InputStream in, OutputStream out) {
                throw new IllegalStateException("nothing is accepted");
            }
        };

        abstract void answer(InputStream in, OutputStream out) throws IOException;

        static boolean readCommand(InputStream in) throws IOException {
            int one = in.read();
            while (one >= 0 && one != '\n') {
                one = in.read();
            }
            return one >= 0;
        }
    }

    @TempDir
    Path stateDir;

    private HaproxyWorld world;
    private Haproxy proxy;
    private int port;
    private RouteTable table;

    @BeforeEach
    void setUp() throws Exception {
        world = new HaproxyWorld(stateDir);
        proxy = new Haproxy(stateDir);
        port = world.freePort();
        Backend backend = world.container(new Owner(SERVICE, 0, 1));
        Row row = new Row(new ObjectKey("default", "webapp-prod"), SERVICE, Set.of(backend));
        table = new RouteTable(new TreeMap<>(Map.of(new RouteKey(port), row)), new TreeMap<>());
        proxy.listen(HaproxyWorld.http(port));
        proxy.warm(table.rows());
        assertThat(proxy.commit(proxy.look(), table)).isTrue();
    }

    @AfterEach
    void tearDown() throws Exception {
        world.close();
    }

    /** Stands where HAProxy's socket was; that one is back when it is closed. */
    private static final class Impostor implements AutoCloseable {
        private final Path socket;
        private final Path aside;
        private final ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
        private final List<SocketChannel> waiting = new ArrayList<>();

        Impostor(Path socket, Nonsense nonsense) throws IOException {
            this.socket = socket;
            aside = socket.resolveSibling("aside");
            Files.move(socket, aside);
            server.bind(UnixDomainSocketAddress.of(socket), 1);
            if (nonsense == Nonsense.FULL) {
                fill();
            } else {
                run(() -> accept(nonsense));
            }
        }

        private void fill() throws IOException {
            try {
                while (true) {
                    SocketChannel one = SocketChannel.open(StandardProtocolFamily.UNIX);
                    waiting.add(one);
                    one.configureBlocking(false);
                    one.connect(UnixDomainSocketAddress.of(socket));
                }
            } catch (java.net.SocketException full) {
                assertThat(waiting).hasSizeGreaterThan(1);
            }
        }

        private void accept(Nonsense nonsense) throws IOException {
            while (true) {
                SocketChannel one = server.accept();
                run(() -> {
                    try (one) {
                        nonsense.answer(Channels.newInputStream(one), Channels.newOutputStream(one));
                    }
                });
            }
        }

        private interface Work {
            void run() throws IOException;
        }

        private static void run(Work work) {
            Thread thread = new Thread(() -> {
                try {
                    work.run();
                } catch (IOException e) {
                    // the other end, or this test, has had enough
                }
            });
            thread.setDaemon(true);
            thread.start();
        }

        @Override
        public void close() throws IOException {
            server.close();
            for (SocketChannel one : waiting) {
                one.close();
            }
            Files.delete(socket);
            Files.move(aside, socket);
        }
    }

    @ParameterizedTest
    @EnumSource(Nonsense.class)
    void nonsenseFromTheWorkerIsOneSentenceAndForgottenWhenTheRightOneIsBack(Nonsense nonsense) throws Exception {
        assertNonsenseIsOneSentence("worker.sock", nonsense);
    }

    @ParameterizedTest
    @EnumSource(Nonsense.class)
    void nonsenseFromTheMasterIsOneSentenceAndForgottenWhenTheRightOneIsBack(Nonsense nonsense) throws Exception {
        assertNonsenseIsOneSentence("master.sock", nonsense);
    }

    private void assertNonsenseIsOneSentence(String socket, Nonsense nonsense) throws Exception {
        ProxyView seen = proxy.look();
        try (Impostor impostor = new Impostor(stateDir.resolve(socket), nonsense)) {
            ProxyView view = proxy.look();
            assertThat(view.known()).isFalse();
            assertSentence(String.valueOf(view.trouble()));
            if (socket.startsWith("worker")) {
                // That nothing was switched is as good as a failure.
                assertSentence(() -> assertThat(proxy.commit(seen, table)).isFalse());
                Throwable cold = catchThrowable(() -> proxy.warm(table.rows()));
                assertThat(cold).isInstanceOf(PortException.class);
                assertSentence(cold.getMessage());
            }
        }
        assertThat(proxy.look().trouble()).isNull();
        assertThat(proxy.look().live()).isEqualTo(table);
        assertThat(world.ask(port)).isPresent();
    }

    private static void assertSentence(ThrowingCallable call) {
        Throwable failure = catchThrowable(call);
        if (failure != null) {
            assertThat(failure).isInstanceOf(PortException.class);
            assertSentence(failure.getMessage());
        }
    }

    private static void assertSentence(String text) {
        assertThat(text).hasSizeBetween(20, 310).contains("HAProxy").doesNotContain("Exception", "null");
        assertThat(text).matches("[ -~]+");
    }
}
