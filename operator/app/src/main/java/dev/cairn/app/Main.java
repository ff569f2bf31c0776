package dev.cairn.app;

import dev.cairn.app.cli.Cli;
import dev.cairn.app.up.LocalMachinery;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStreamWriter;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.logging.LogManager;

/** The program {@code cairn}. */
public final class Main {
    private Main() {}

    /** Runs one command and exits with its code. */
    public static void main(String[] arguments) {
        boolean up = Arrays.asList(arguments).contains("up");
        configureLogging(up ? "/logging-up.properties" : "/logging.properties");
        System.exit(Cli.run(arguments, new LocalMachinery(), writer(System.out), writer(System.err)));
    }

    private static PrintWriter writer(PrintStream stream) {
        return new PrintWriter(new OutputStreamWriter(stream, Charset.defaultCharset()), true);
    }

    /** Unless the user configures it: one line for each record, and of libraries only what is wrong. */
    private static void configureLogging(String resource) {
        if (System.getProperty("java.util.logging.config.file") != null) {
            return;
        }
        try (InputStream in = Main.class.getResourceAsStream(resource)) {
            if (in != null) {
                LogManager.getLogManager().readConfiguration(in);
            }
        } catch (IOException e) {
            System.err.println("warning: logging cannot be configured: " + e.getMessage());
        }
    }
}
