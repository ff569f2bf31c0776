package dev.cairn.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The checked in CRDs are those of the classes. With {@code -Dcrds.write=true} this test writes them. */
class CrdFilesTest {
    private static final String COMMAND =
            "./mvnw -pl operator/api -am test -Dtest=CrdFilesTest -Dsurefire.failIfNoSpecifiedTests=false -Dcrds.write=true";

    @Test
    void crdsAreUpToDate() throws IOException {
        SortedMap<String, String> generated = CrdFiles.generate();
        if (Boolean.getBoolean("crds.write")) {
            Files.createDirectories(CrdFiles.DIRECTORY);
            for (Map.Entry<String, String> file : generated.entrySet()) {
                Files.writeString(CrdFiles.DIRECTORY.resolve(file.getKey()), file.getValue());
            }
        }
        assertThat(checkedIn())
                .as("crds/ is not what the resource classes say; run: " + COMMAND)
                .isEqualTo(generated);
    }

    @Test
    void theProgramCarriesAllCrds() throws IOException {
        assertThat(Crds.yaml()).containsExactlyElementsOf(checkedIn().values());
    }

    @Test
    void theKustomizationListsAllCrds() throws IOException {
        String kustomization = Files.readString(CrdFiles.DIRECTORY.resolve("Kustomization"));

        assertThat(checkedIn().keySet())
                .allSatisfy(file -> assertThat(kustomization).contains("  - " + file + "\n"));
    }

    private static SortedMap<String, String> checkedIn() throws IOException {
        SortedMap<String, String> files = new TreeMap<>();
        try (Stream<Path> paths = Files.list(CrdFiles.DIRECTORY)) {
            for (Path path : paths.filter(p -> p.toString().endsWith(".yaml")).toList()) {
                files.put(path.getFileName().toString(), Files.readString(path));
            }
        }
        return files;
    }
}
