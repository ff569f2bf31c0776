package dev.cairn.app.cli;

import dev.cairn.app.Machinery;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** All commands, and the one way in which mistakes are told: one line on the error stream. */
public final class Cli {
    private static final Logger LOG = LoggerFactory.getLogger(Cli.class);

    private static final int FAILED = 1;

    private Cli() {}

    @Command(
            name = "cairn",
            description = "Runs services as ordered stacks of versions, and promotes every stage at once.",
            synopsisSubcommandLabel = "COMMAND")
    private static final class Root implements Runnable {
        @Option(
                names = {"-h", "--help"},
                usageHelp = true,
                scope = ScopeType.INHERIT,
                description = "Show this help.")
        boolean help;

        @CommandLine.Spec
        CommandLine.Model.@org.jspecify.annotations.Nullable CommandSpec spec;

        @Override
        public void run() {
            throw new CommandLine.ParameterException(
                    java.util.Objects.requireNonNull(spec).commandLine(), "a command is missing");
        }
    }

    /**
     * Runs one command.
     *
     * @return the exit code: 0 done, 1 not done, 2 not understood; {@code plan} has its own
     */
    public static int run(String[] arguments, Machinery machinery, PrintWriter out, PrintWriter err) {
        CommandLine line = new CommandLine(new Root())
                .addSubcommand(new UpCommand(machinery))
                .addSubcommand(new DownCommand(machinery))
                .addSubcommand(new ShowCommand())
                .addSubcommand(new PlanCommand(machinery))
                .addSubcommand(new ReleaseCommand())
                .addSubcommand(new PopCommand())
                .addSubcommand(new ReplaceCommand())
                .addSubcommand(new UndoCommand())
                .addSubcommand(new BranchCommand())
                .addSubcommand(new ScaleCommand())
                .addSubcommand(new AvailabilityCommand.Drain())
                .addSubcommand(new AvailabilityCommand.Pause())
                .addSubcommand(new AvailabilityCommand.Resume())
                .addSubcommand(new PruneCommand())
                .addSubcommand(new ExportCommand())
                .addSubcommand(new ImportCommand(machinery))
                .addSubcommand(new BackupCommand())
                .addSubcommand(new RestoreCommand());
        line.setOut(out);
        line.setErr(err);
        line.setUsageHelpAutoWidth(true);
        line.setCaseInsensitiveEnumValuesAllowed(true);
        line.setColorScheme(CommandLine.Help.defaultColorScheme(CommandLine.Help.Ansi.AUTO));
        line.setParameterExceptionHandler((e, words) -> {
            err.println("error: " + Texts.line(e.getMessage()) + "; see "
                    + e.getCommandLine().getCommandSpec().qualifiedName() + " --help");
            err.flush();
            return e.getCommandLine().getCommandSpec().exitCodeOnInvalidInput();
        });
        line.setExecutionExceptionHandler((e, command, result) -> {
            err.println("error: " + text(e));
            err.flush();
            return FAILED;
        });
        int code = line.execute(arguments);
        out.flush();
        err.flush();
        return code;
    }

    private static String text(Exception e) {
        if (e instanceof UserError || e instanceof IOException || e instanceof UncheckedIOException) {
            LOG.debug("refused", e);
            return Texts.line(e.getMessage());
        }
        if (e instanceof KubernetesClientException api) {
            LOG.debug("refused", e);
            String said = api.getStatus() == null ? null : api.getStatus().getMessage();
            return Texts.line(said == null ? e.getMessage() : said);
        }
        if (e instanceof InterruptedException) {
            Thread.currentThread().interrupt();
            return "interrupted";
        }
        LOG.debug("unexpected", e);
        return "unexpected " + e.getClass().getSimpleName() + ": " + Texts.line(e.getMessage())
                + "; this is a mistake in Cairn";
    }
}
