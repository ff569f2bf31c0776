package dev.cairn.app.cli;

import dev.cairn.app.GitOptions;
import dev.cairn.app.Machinery;
import dev.cairn.app.UpOptions;
import dev.cairn.app.UpOptions.Cluster;
import dev.cairn.app.UpOptions.Listen;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Runs all that a machine without a cluster needs, in this process or in the background. */
@Command(
        name = "up",
        description =
                "Runs the operator on folders of YAML files and Git repositories, with an API of its own unless a cluster is named.")
final class UpCommand implements Callable<Integer> {
    private static final Pattern DNS_LABEL = Pattern.compile("[a-z0-9]([-a-z0-9]{0,38}[a-z0-9])?");
    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final Pattern IPV4_PORT = Pattern.compile("(" + IPV4 + "):(\\d{1,5})");

    @Parameters(paramLabel = "DIR", arity = "0..*", description = "Folders to follow: their files are applied.")
    List<Path> folders = List.of();

    @Mixin
    StateOption state = new StateOption();

    @Option(
            names = "--proxy-address",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description = "IPv4 address on which endpoints listen. Default: ${DEFAULT-VALUE}.")
    String proxyAddress = "127.0.0.1";

    @Option(
            names = "--api-address",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description = "IPv4 address on which the API listens; 0.0.0.0 for all. Default: ${DEFAULT-VALUE}.")
    String apiAddress = "127.0.0.1";

    @Option(
            names = "--api-port",
            paramLabel = "PORT",
            defaultValue = "0",
            description = "Port of the API. Default: any free one, kept for the next start.")
    int apiPort;

    @Option(names = "--kubeconfig", paramLabel = "FILE", description = "Use this cluster instead of an own API.")
    @Nullable
    Path kubeconfig;

    @Option(
            names = "--webhook",
            paramLabel = "ADDRESS:PORT",
            description = "With --kubeconfig: listen there for the cluster, which asks whether a write is allowed.")
    @Nullable
    String webhook;

    @Option(
            names = "--installation",
            paramLabel = "NAME",
            defaultValue = "cairn",
            description = "Name that all containers are labelled with. Default: ${DEFAULT-VALUE}.")
    String installation = "cairn";

    @ArgGroup(exclusive = false, multiplicity = "0..*")
    List<Repository> repositories = new ArrayList<>();

    @Option(names = "--enforce", description = "Put back what others change of what a file declares.")
    boolean enforce;

    @Option(
            names = "--allow-prune",
            description = "Delete what no file declares any more without asking, also where it is more than half.")
    boolean allowPrune;

    @Option(names = "--detach", description = "Run in the background, wait until everything is Ready, and show it.")
    boolean detach;

    @Option(
            names = "--timeout",
            paramLabel = "SECONDS",
            defaultValue = "180",
            description = "With --detach: longest time without progress. Default: ${DEFAULT-VALUE}.")
    int timeoutSeconds = 180;

    /** One repository and how to follow it; the options after --git belong to it. */
    static final class Repository {
        @Option(
                names = "--git",
                required = true,
                paramLabel = "URL",
                description = "Git repository to follow, https:// or file://; may be given several times, each with its"
                        + " own --git options after it.")
        String url = "";

        @Option(names = "--git-branch", paramLabel = "BRANCH", description = "Its branch. Default: main.")
        String branch = "main";

        @Option(names = "--git-path", paramLabel = "DIR", description = "Folder inside it. Default: all of it.")
        String path = "";

        @Option(names = "--git-interval", paramLabel = "SECONDS", description = "Time between two looks. Default: 30.")
        int intervalSeconds = 30;

        @Option(
                names = "--git-credentials",
                paramLabel = "FILE",
                description = "File with one line, USER:PASSWORD. Without it $CAIRN_GIT_CREDENTIALS, if set.")
        @Nullable
        Path credentials;

        GitOptions options() {
            return new GitOptions(url, branch, path.replaceAll("/+$", ""), intervalSeconds, credentials);
        }
    }

    private final Machinery machinery;

    @CommandLine.Spec
    CommandLine.Model.@Nullable CommandSpec spec;

    UpCommand(Machinery machinery) {
        this.machinery = machinery;
    }

    @Override
    public Integer call() throws Exception {
        UpOptions options = options();
        if (webhook != null && kubeconfig == null) {
            throw new UserError("--webhook is for a cluster, and none is named; name it with --kubeconfig, or leave"
                    + " --webhook out: the API of this process asks by itself");
        }
        if (folders.isEmpty() && repositories.isEmpty()) {
            throw new CommandLine.ParameterException(
                    Objects.requireNonNull(spec).commandLine(), "Missing required parameter: 'DIR', or --git URL");
        }
        check(options);
        Optional<ProcessHandle> running = new Background(options.state()).process();
        if (detach) {
            return detached(options, running);
        }
        if (running.isPresent()) {
            throw new UserError("cairn runs already as process " + running.get().pid() + " with the state in "
                    + options.state() + "; stop it with cairn down, or choose another directory with --state");
        }
        machinery.run(options);
        return 0;
    }

    private int detached(UpOptions options, Optional<ProcessHandle> running) throws Exception {
        running.ifPresent(process -> checkSame(options, process));
        PrintWriter out = Objects.requireNonNull(spec).commandLine().getOut();
        Detached detached = new Detached(options, Duration.ofSeconds(timeoutSeconds), out);
        return running.isPresent() ? detached.goOn(running.get()) : detached.start(words());
    }

    private void checkSame(UpOptions wanted, ProcessHandle process) {
        List<String> words = Background.words(process);
        boolean same = parse(words, machinery)
                .map(other -> absolute(other.folders()).equals(absolute(wanted.folders()))
                        && other.cluster().equals(wanted.cluster())
                        && other.api().address().equals(wanted.api().address())
                        && other.installation().equals(wanted.installation())
                        && other.proxyAddress().equals(wanted.proxyAddress())
                        && other.repositories().equals(wanted.repositories())
                        && other.enforce() == wanted.enforce()
                        && other.allowPrune() == wanted.allowPrune())
                .orElse(false);
        if (!same) {
            throw new UserError("process " + process.pid() + " runs already with the state in " + wanted.state()
                    + ", but as \"cairn " + Texts.line(String.join(" ", words))
                    + "\"; stop it with cairn down first");
        }
    }

    private static List<Path> absolute(List<Path> folders) {
        return folders.stream().map(f -> f.toAbsolutePath().normalize()).toList();
    }

    private UpOptions options() {
        return new UpOptions(
                folders,
                state.path(),
                proxyAddress,
                new Listen(apiAddress, apiPort),
                Optional.ofNullable(kubeconfig).map(file -> new Cluster(file, listen(webhook))),
                installation,
                repositories.stream().map(Repository::options).toList(),
                enforce,
                allowPrune);
    }

    private static void check(UpOptions options) throws IOException {
        for (GitOptions repository : options.repositories()) {
            GitCheck.check(repository);
        }
        for (Path folder : options.folders()) {
            if (!Files.isDirectory(folder)) {
                throw new UserError("there is no folder " + folder + "; name a folder with YAML files");
            }
        }
        if (options.api().port() < 0 || options.api().port() > 65535) {
            throw new UserError("--api-port " + options.api().port() + " is no port; it must be from 0 to 65535");
        }
        if (!DNS_LABEL.matcher(options.installation()).matches()) {
            throw new UserError("--installation " + Texts.line(options.installation())
                    + " is no name; it must have at most 40 small letters, digits and '-'");
        }
        checkAddress("--proxy-address", options.proxyAddress());
        checkAddress("--api-address", options.api().address());
        if (options.cluster().isPresent()
                && !Files.isRegularFile(options.cluster().get().kubeconfig())) {
            throw new UserError(
                    "there is no kubeconfig " + options.cluster().get().kubeconfig());
        }
    }

    private static void checkAddress(String option, String address) {
        if (!IPV4.matcher(address).matches()) {
            throw new UserError(option + " " + Texts.line(address)
                    + " is no address; it must be an IPv4 address of this machine, such as 127.0.0.1");
        }
    }

    /** Where to listen, from {@code ADDRESS:PORT}. */
    private static Optional<Listen> listen(@Nullable String text) {
        if (text == null) {
            return Optional.empty();
        }
        Matcher parts = IPV4_PORT.matcher(text);
        if (!parts.matches() || Integer.parseInt(parts.group(3)) > 65535) {
            throw new UserError("--webhook " + Texts.line(text)
                    + " is no address with a port; it must be like 10.0.0.7:9443, as the cluster reaches this machine");
        }
        return Optional.of(new Listen(parts.group(1), Integer.parseInt(parts.group(3))));
    }

    /** The words of a command line that runs the same in the foreground. */
    private List<String> words() {
        List<String> words = new ArrayList<>(List.of("up"));
        words.add("--state=" + state.path());
        words.add("--proxy-address=" + proxyAddress);
        words.add("--api-address=" + apiAddress);
        words.add("--api-port=" + apiPort);
        words.add("--installation=" + installation);
        if (kubeconfig != null) {
            words.add("--kubeconfig=" + kubeconfig);
        }
        if (webhook != null) {
            words.add("--webhook=" + webhook);
        }
        for (GitOptions repository : options().repositories()) {
            words.add("--git=" + repository.url());
            words.add("--git-branch=" + repository.branch());
            words.add("--git-path=" + repository.path());
            words.add("--git-interval=" + repository.intervalSeconds());
            if (repository.credentials() != null) {
                words.add("--git-credentials=" + repository.credentials());
            }
        }
        if (enforce) {
            words.add("--enforce");
        }
        if (allowPrune) {
            words.add("--allow-prune");
        }
        words.add("--");
        folders.forEach(folder -> words.add(folder.toString()));
        return words;
    }

    /**
     * What a running process was asked for.
     *
     * @param words of its command line
     * @return empty when the words cannot be understood
     */
    static Optional<UpOptions> parse(List<String> words, Machinery machinery) {
        if (words.isEmpty()) {
            return Optional.empty();
        }
        UpCommand command = new UpCommand(machinery);
        try {
            new CommandLine(command).parseArgs(words.subList(1, words.size()).toArray(String[]::new));
            return Optional.of(command.options());
        } catch (CommandLine.ParameterException e) {
            return Optional.empty();
        }
    }
}
