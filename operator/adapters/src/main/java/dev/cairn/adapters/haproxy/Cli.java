package dev.cairn.adapters.haproxy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One connection to a command socket of HAProxy. In interactive mode every answer ends with a prompt, so several
 * commands can be asked of the very same process; a connection never moves to another process.
 */
final class Cli implements AutoCloseable {
    /** An answer that takes longer counts as no answer. HAProxy answers in milliseconds. */
    private static final Duration TIMEOUT = Duration.ofSeconds(4);

    /** All answers together: others may be waiting for the lock that is held meanwhile. */
    private static final Duration LONGEST_CONVERSATION = Duration.ofSeconds(8);

    /** Of what is asked in one go; two MiB: several times what 200 rows of four back ends need. */
    private static final int ANSWER_LIMIT = 2 << 20;

    private static final String PROMPT = "\n> ";

    /** Half of HAProxy's buffer: so many characters it takes in before its answers are read. */
    private static final int MOST_AT_ONCE = 8_000;

    /** What a command may consist of. A semicolon or a line break would begin another command, a backslash quotes. */
    private static final Pattern COMMAND = Pattern.compile("[A-Za-z0-9 _.:@!/|<#*~+,=-]+");

    /** What HAProxy says to each line of data. */
    private static final String PAYLOAD_ECHO = "+ ";

    private final SocketChannel channel;
    private final Selector selector;
    private final SelectionKey key;
    private final long end = System.nanoTime() + LONGEST_CONVERSATION.toNanos();
    private boolean interactive;

    private Cli(SocketChannel channel, Selector selector, SelectionKey key) {
        this.channel = channel;
        this.selector = selector;
        this.key = key;
    }

    /** Asks one command on a connection of its own, in the way that the master's socket understands as well. */
    static String once(Path socket, String command) throws IOException {
        try (Cli cli = open(socket)) {
            long deadline = cli.deadline();
            cli.write(checked(command) + "\n", deadline);
            // The master keeps a connection open for as long as another command may come.
            cli.channel.shutdownOutput();
            return cli.read(0, deadline).strip();
        }
    }

    /**
     * Opens a connection. A connect that blocks would wait for ever where nobody accepts connections and as many as may
     * wait do so.
     */
    static Cli open(Path socket) throws IOException {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        while (true) {
            Cli cli = tryOpen(socket);
            if (cli != null) {
                return cli;
            }
            if (System.nanoTime() - deadline > 0) {
                throw new IOException("HAProxy takes no further connection at " + socket);
            }
            Wait.shortly();
        }
    }

    /** Null when as many wait already as may. */
    private static @Nullable Cli tryOpen(Path socket) throws IOException {
        SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
        try {
            channel.configureBlocking(false);
            channel.connect(UnixDomainSocketAddress.of(socket));
            Selector selector = Selector.open();
            return new Cli(channel, selector, channel.register(selector, SelectionKey.OP_READ));
        } catch (IOException e) {
            channel.close();
            if (e instanceof SocketException && String.valueOf(e.getMessage()).contains("temporarily unavailable")) {
                return null;
            }
            throw new IOException("HAProxy is not reached at " + socket + " (" + e.getMessage() + ")", e);
        } catch (RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    private long deadline() {
        long deadline = System.nanoTime() + TIMEOUT.toNanos();
        return deadline - end < 0 ? deadline : end;
    }

    /** Asks one command and returns its answer without surrounding white space. */
    String ask(String command) throws IOException {
        return exchange(checked(command) + "\n", 1).get(0);
    }

    /** Asks a command that takes lines of data; HAProxy's buffer bounds the whole to 16 KiB. */
    String ask(String command, List<String> payload) throws IOException {
        StringBuilder text = new StringBuilder(checked(command)).append(" <<\n");
        payload.forEach(line -> text.append(checked(line)).append('\n'));
        return exchange(text.append('\n').toString(), 1).get(0);
    }

    /**
     * Asks several commands without waiting for the answers in between, which come in the same order; HAProxy carries
     * them out one after the other, also after one that it has refused.
     */
    List<String> askAll(List<String> commands) throws IOException {
        List<String> answers = new ArrayList<>();
        StringBuilder text = new StringBuilder();
        int asked = 0;
        for (String command : commands) {
            if (text.length() + command.length() >= MOST_AT_ONCE) {
                answers.addAll(exchange(text.toString(), asked));
                text.setLength(0);
                asked = 0;
            }
            text.append(checked(command)).append('\n');
            asked++;
        }
        if (asked > 0) {
            answers.addAll(exchange(text.toString(), asked));
        }
        return answers;
    }

    private List<String> exchange(String text, int asked) throws IOException {
        long deadline = deadline();
        int before = interactive ? 0 : 1;
        write(interactive ? text : "prompt\n" + text, deadline);
        interactive = true;
        List<String> answers = answers(read(before + asked, deadline));
        if (answers.size() != before + asked) {
            throw new IOException("HAProxy gave more answers than it was asked for");
        }
        return answers.subList(before, answers.size());
    }

    private static List<String> answers(String text) {
        List<String> answers = new ArrayList<>();
        int from = 0;
        for (int to = text.indexOf(PROMPT); to >= 0; to = text.indexOf(PROMPT, from)) {
            while (text.startsWith(PAYLOAD_ECHO, from)) {
                from += PAYLOAD_ECHO.length();
            }
            answers.add(text.substring(from, to).strip());
            from = to + PROMPT.length();
        }
        return answers;
    }

    private static String checked(String command) {
        if (!COMMAND.matcher(command).matches()) {
            throw new IllegalArgumentException("not a command for HAProxy: " + Brief.of(command));
        }
        return command;
    }

    private void write(String text, long deadline) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII));
        while (bytes.hasRemaining()) {
            if (unbroken(() -> channel.write(bytes)) == 0) {
                await(SelectionKey.OP_WRITE, deadline);
            }
        }
    }

    /**
     * Reads up to the prompt after the last answer, or to the end of the stream.
     *
     * @param answers 0 for all that come until HAProxy closes the connection
     */
    private String read(int answers, long deadline) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(1 << 14);
        int prompts = 0;
        int scanned = 0;
        while (true) {
            if (!bytes.hasRemaining()) {
                bytes = ByteBuffer.allocate(2 * bytes.capacity()).put(bytes.flip());
            }
            ByteBuffer into = bytes;
            int count = unbroken(() -> channel.read(into));
            if (count < 0) {
                if (answers == 0) {
                    return text(bytes);
                }
                throw new IOException("HAProxy closed the connection");
            }
            byte[] raw = bytes.array();
            for (; scanned <= bytes.position() - PROMPT.length(); scanned++) {
                prompts += isPrompt(raw, scanned) ? 1 : 0;
            }
            if (answers > 0 && prompts >= answers && isPrompt(raw, scanned - 1)) {
                return text(bytes);
            }
            if (bytes.position() > ANSWER_LIMIT) {
                throw new IOException("HAProxy's answer is longer than " + ANSWER_LIMIT + " bytes");
            }
            if (count == 0) {
                await(SelectionKey.OP_READ, deadline);
            } else if (System.nanoTime() - deadline > 0) {
                throw late();
            }
        }
    }

    private static boolean isPrompt(byte[] bytes, int at) {
        return bytes[at] == '\n' && bytes[at + 1] == '>' && bytes[at + 2] == ' ';
    }

    private static String text(ByteBuffer bytes) {
        return new String(bytes.array(), bytes.arrayOffset(), bytes.position(), StandardCharsets.US_ASCII);
    }

    private interface Transfer {
        int run() throws IOException;
    }

    /** The system's own words, such as Broken pipe, name nobody. */
    private static int unbroken(Transfer transfer) throws IOException {
        try {
            return transfer.run();
        } catch (ClosedByInterruptException e) {
            throw e;
        } catch (IOException e) {
            throw new IOException("the connection to HAProxy broke (" + e.getMessage() + ")", e);
        }
    }

    private void await(int operation, long deadline) throws IOException {
        key.interestOps(operation);
        long millis = (deadline - System.nanoTime()) / 1_000_000;
        boolean ready = millis > 0 && selector.select(millis) > 0;
        selector.selectedKeys().clear();
        if (Thread.currentThread().isInterrupted()) {
            throw new InterruptedIOException("interrupted while waiting for HAProxy");
        }
        if (!ready) {
            throw late();
        }
    }

    private static IOException late() {
        return new IOException("HAProxy did not answer within " + TIMEOUT.toSeconds() + " s");
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            selector.close();
        }
    }
}
