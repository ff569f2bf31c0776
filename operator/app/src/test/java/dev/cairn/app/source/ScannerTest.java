package dev.cairn.app.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ScannerTest {
    @TempDir
    Path temporary;

    private Path folder = Path.of("");

    @BeforeEach
    void makeFolder() throws IOException {
        folder = Files.createDirectory(temporary.resolve("folder"));
    }

    private static String secret(String name) {
        return "{apiVersion: v1, kind: Secret, metadata: {name: " + name + "}}\n";
    }

    private Scan scan(Path... folders) {
        return Scanner.ofFolders(List.of(folders)).scan(Instant.now().plusSeconds(10));
    }

    private static List<String> found(Scan scan) {
        return scan.folders().stream()
                .flatMap(f -> f.documents().stream())
                .map(d -> d.file() + " " + d.id())
                .toList();
    }

    private static List<String> problems(Scan scan) {
        return scan.problems().stream().map(Object::toString).toList();
    }

    @Test
    void readsYamlFilesInFoldersBelowAndNothingElse() throws IOException {
        Files.createDirectories(folder.resolve("below/.git"));
        Files.writeString(folder.resolve("b.yml"), secret("b"));
        Files.writeString(folder.resolve("below/a.yaml"), secret("a"));
        Files.writeString(folder.resolve("notes.txt"), "not: [YAML");
        Files.writeString(folder.resolve(".hidden.yaml"), "not: [YAML");
        Files.writeString(folder.resolve("below/.git/x.yaml"), "not: [YAML");
        Scan scan = scan(folder);
        assertThat(found(scan))
                .containsExactly(folder + "/b.yml Secret default/b", folder + "/below/a.yaml Secret default/a");
        assertThat(scan.complete()).isTrue();
    }

    @Test
    void aBrokenFileStopsOnlyItself() throws IOException {
        Files.writeString(folder.resolve("a.yaml"), "a: [1");
        Files.writeString(folder.resolve("b.yaml"), secret("b"));
        Files.write(folder.resolve("c.yaml"), new byte[] {'a', ':', (byte) 0xff});
        Files.writeString(folder.resolve("d.yaml"), "#" + "x".repeat(YamlText.MAX_BYTES));
        Scan scan = scan(folder);
        assertThat(found(scan)).containsExactly(folder + "/b.yaml Secret default/b");
        assertThat(problems(scan)).hasSize(3);
        assertThat(problems(scan).get(0)).startsWith(folder + "/a.yaml: not YAML: line 1: ");
        assertThat(problems(scan).get(1)).isEqualTo(folder + "/c.yaml: not YAML: it is not UTF-8 text");
        assertThat(problems(scan).get(2)).contains("d.yaml: is larger than");
    }

    @Test
    void noLinkLeadsOut() throws IOException {
        Path outside = Files.writeString(temporary.resolve("outside.yaml"), secret("outside"));
        Files.createDirectory(temporary.resolve("elsewhere"));
        Files.writeString(temporary.resolve("elsewhere/x.yaml"), secret("x"));
        Files.writeString(folder.resolve("real.yaml"), secret("real"));
        Files.createSymbolicLink(folder.resolve("link.yaml"), outside);
        Files.createSymbolicLink(folder.resolve("directory"), temporary.resolve("elsewhere"));
        Scan scan = scan(folder);
        assertThat(found(scan)).containsExactly(folder + "/real.yaml Secret default/real");
        assertThat(problems(scan)).containsExactly(folder + "/link.yaml: is a link that leads out of the folder");
    }

    @Test
    void theFolderItselfMayBeALink() throws IOException {
        Files.writeString(folder.resolve("a.yaml"), secret("a"));
        Path link = Files.createSymbolicLink(temporary.resolve("link"), folder);
        assertThat(found(scan(link))).containsExactly(link + "/a.yaml Secret default/a");
    }

    @Test
    void aMissingFolderIsAProblem() {
        Scan scan = scan(folder.resolve("nowhere"));
        assertThat(problems(scan)).containsExactly(folder + "/nowhere: this folder does not exist");
        assertThat(scan.complete()).isFalse();
    }

    @Test
    void whatIsDeclaredTwiceCountsOnce() throws IOException {
        Path other = Files.createDirectory(temporary.resolve("other"));
        Files.writeString(folder.resolve("a.yaml"), secret("a"));
        Files.writeString(other.resolve("z.yaml"), secret("a") + "---\n" + secret("z"));
        Scan scan = scan(folder, other);
        assertThat(found(scan))
                .containsExactly(folder + "/a.yaml Secret default/a", other + "/z.yaml Secret default/z");
        assertThat(problems(scan))
                .containsExactly(other + "/z.yaml: Secret default/a is declared in " + folder
                        + "/a.yaml already; remove one of the two");
    }

    @Test
    void aFileThatIsJustBeingWrittenIsLeftForTheNextScan() throws IOException {
        Path file = Files.writeString(folder.resolve("a.yaml"), secret("a"));
        Instant now = Instant.now();
        Files.setLastModifiedTime(file, FileTime.from(now.minusMillis(100)));
        Scanner scanner = Scanner.ofFolders(List.of(folder));
        Scan early = scanner.scan(now);
        assertThat(found(early)).isEmpty();
        assertThat(early.complete()).isFalse();
        assertThat(found(scanner.scan(now.plusMillis(500)))).hasSize(1);
        Files.setLastModifiedTime(file, FileTime.from(now.plusSeconds(3600)));
        assertThat(found(scanner.scan(now))).as("a clock that was wrong").hasSize(1);
    }

    @Test
    void theMemoryBelongsToThePlaceOfTheFolder() throws IOException {
        String name = scan(folder).folders().get(0).memory();
        assertThat(name).matches("cairn-folder-[0-9a-f]{12}");
        assertThat(scan(folder.resolve("../folder")).folders().get(0).memory()).isEqualTo(name);
        assertThat(scan(temporary).folders().get(0).memory()).isNotEqualTo(name);
    }
}
