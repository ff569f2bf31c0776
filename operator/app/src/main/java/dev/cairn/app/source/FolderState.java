package dev.cairn.app.source;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

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

    public FolderState(KubernetesClient client, List<Path> folders) {
        this.scanner = new Scanner(folders);
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
                for (Document document : folder.documents()) {
                    add(memory, document, pending);
                }
            }
        } catch (Refusal e) {
            throw new IOException(e.getMessage(), e);
        }
        return pending;
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
