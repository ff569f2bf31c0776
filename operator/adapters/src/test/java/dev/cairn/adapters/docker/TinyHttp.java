package dev.cairn.adapters.docker;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.function.Function;

/** An HTTP server on loopback, one request for each connection. It hangs up on TLS at once, as a registry's client wants. */
final class TinyHttp implements AutoCloseable {
    private static final int TLS_HANDSHAKE = 0x16;

    private final ServerSocket socket;
    private final Function<Request, Answer> answers;

    record Request(String method, String path) {}

    /** @param headers lines that end with CR LF */
    record Answer(int status, String headers, byte[] body) {}

    TinyHttp(Function<Request, Answer> answers) {
        this.answers = answers;
        try {
            socket = new ServerSocket();
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Calls.daemon(this::accept, "tiny-http").start();
    }

    int port() {
        return socket.getLocalPort();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket connection = socket.accept();
                Calls.daemon(() -> serve(connection), "tiny-http-connection").start();
            } catch (IOException e) {
                return; // closed
            }
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            InputStream in = new BufferedInputStream(connection.getInputStream());
            in.mark(1);
            if (in.read() == TLS_HANDSHAKE) {
                return;
            }
            in.reset();
            String[] first = line(in).split(" ");
            while (!line(in).isEmpty()) {
                // the headers do not matter
            }
            Answer answer = answers.apply(new Request(first[0], first[1]));
            OutputStream out = connection.getOutputStream();
            out.write(("HTTP/1.1 " + answer.status() + " x\r\nConnection: close\r\nContent-Length: "
                            + answer.body().length + "\r\n" + answer.headers() + "\r\n")
                    .getBytes(ISO_8859_1));
            if (!first[0].equals("HEAD")) {
                out.write(answer.body());
            }
            out.flush();
        } catch (IOException e) {
            // the client went away
        }
    }

    private static String line(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
            line.write(c);
        }
        return line.toString(ISO_8859_1).trim();
    }
}
