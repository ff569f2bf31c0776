package dev.cairn.app.source;

import dev.cairn.app.UpOptions;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * How far a process that follows folders has got with them, as seen by another one: the folders read anew and compared
 * with what is remembered at the API.
 */
public final class FolderState {
    private final Scanner scanner;
    private final MemoryStore store;

    /**
     * What is not applied.
     *
     * @param what file and object, or only the file
     * @param problem why; empty when its turn has only not come yet
     * @param lasting whether it stays so until the user does something
     */
    public record Pending(String what, String problem, boolean lasting) {
        @Override
        public String toString() {
            return problem.isEmpty() ? what : what + ": " + problem;
        }
    }

    /**
     * @param options as the other process was asked for
     */
    public FolderState(KubernetesClient client, UpOptions options) {
        this.scanner = new Scanner(FolderSource.places(options));
        this.store = new MemoryStore(client);
    }

    /** Of folders only. */
    public FolderState(KubernetesClient client, List<Path> folders) {
        this.scanner = Scanner.ofFolders(folders);
        this.store = new MemoryStore(client);
    }

    /**
     * All that is not applied, in the order of the files.
     *
     * @throws IOException when the API does not answer, with one sentence
     */
    public List<Pending> pending() throws IOException {
        Scan scan = scanner.scan(Instant.now());
        List<Pending> pending = new ArrayList<>();
        for (Scan.Problem problem : scan.problems()) {
            pending.add(new Pending(problem.file(), problem.message(), !problem.passing()));
        }
        try {
            for (Scan.Folder folder : scan.folders()) {
                Memory memory = store.load(folder.memory());
                unreachable(folder).ifPresent(pending::add);
                for (Document document : folder.documents()) {
                    add(memory, document, pending);
                }
            }
        } catch (Refusal e) {
            throw new IOException(e.getMessage(), e);
        }
        return pending;
    }

    /** Only the process that fetches a repository knows that it cannot. */
    private Optional<Pending> unreachable(Scan.Folder folder) throws Refusal {
        String name = folder.name() + ": ";
        return store.state(folder.memory()).stream()
                .flatMap(state -> state.problems().stream())
                .filter(problem -> problem.startsWith(name + "cannot be fetched"))
                .findFirst()
                .map(problem -> new Pending(folder.name(), problem.substring(name.length()), false));
    }

    private static void add(Memory memory, Document document, List<Pending> pending) {
        Memory.Applied applied = memory.applied().get(document.id());
        if (applied != null && applied.hash().equals(document.hash())) {
            return;
        }
        String what = document.file() + ": " + document.id();
        Memory.Refused refused = memory.refused().get(document.id());
        if (refused != null && refused.hash().equals(document.hash())) {
            pending.add(new Pending(what, refused.message(), refused.lasting()));
        } else {
            pending.add(new Pending(what, "", false));
        }
    }

    /** Names of the Cairn services that the folders declare, in the order of the files. */
    public List<String> services() {
        return scanner.scan(Instant.now()).folders().stream()
                .flatMap(folder -> folder.documents().stream())
                .map(Document::id)
                .filter(id -> id.group().equals("cairn.dev") && id.kind().equals("Service"))
                .map(ObjectId::name)
                .toList();
    }
}
