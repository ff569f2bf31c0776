package dev.cairn.app.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cairn.api.Crds;
import dev.cairn.app.Machinery;
import dev.cairn.app.Planning;
import dev.cairn.app.UpOptions;
import dev.cairn.app.up.CoreAdmission;
import dev.cairn.fuzz.Api;
import dev.cairn.fuzz.Fuzz;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * {@code cairn plan -o json -f FILE} with anybody's file: the API that tries it, the mapping, the planner and the printing
 * are the real ones; the engines are the fakes that pass the contract kit.
 */
class PlanJsonFuzzTest {
    private static final ObjectMapper JSON = new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
    private static final int LONGEST = 2_100;

    private record Run(int code, String out, String err) {}

    /** What the processes of all targets share is made when the first input comes. */
    private static final class Served {
        private static final Api API = new Api(Crds.yaml(), new CoreAdmission("operator"));
        private static final Path FILE = file();

        private static Path file() {
            try {
                return Files.createTempFile("cairn-plan", ".yaml");
            } catch (java.io.IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }

    @FuzzTest
    void files(byte[] input) throws Exception {
        check(input);
    }

    @Test
    void mangledSeeds() throws Exception {
        Fuzz.run(PlanJsonFuzzTest.class, 60, PlanJsonFuzzTest::check);
    }

    private static void check(byte[] input) throws Exception {
        Files.write(Served.FILE, input);
        String revision = Planned.revision(Served.API.kubeconfig());
        Run json = run("plan", "--kubeconfig=" + Served.API.kubeconfig(), "-o", "json", "-f", Served.FILE.toString());
        assertThat(Planned.revision(Served.API.kubeconfig()))
                .as("nothing is stored")
                .isEqualTo(revision);
        assertThat(json.code()).isBetween(0, 2);
        if (json.out().isEmpty()) {
            assertThat(json.code()).isEqualTo(1);
            assertThat(json.err()).startsWith("error: ").endsWith("\n").doesNotContain("mistake in Cairn");
            Fuzz.assertSentence(json.err().strip(), LONGEST);
        } else {
            assertThat(json.err()).isEmpty();
            assertThat(json.out().strip().codePoints().filter(Fuzz::moves).boxed())
                    .as(json.out())
                    .isEmpty();
            assertThat(json.code()).isEqualTo(codeOf(JSON.readTree(json.out())));
        }
        Run text = run("plan", "--kubeconfig=" + Served.API.kubeconfig(), "-f", Served.FILE.toString());
        assertThat(text.code()).as("as text").isEqualTo(json.code());
        assertThat(text.out().replace("\n", "").codePoints().filter(Fuzz::moves).boxed())
                .as(text.out())
                .isEmpty();
    }

    private static int codeOf(JsonNode plan) {
        boolean work = false;
        for (JsonNode service : plan.required("services")) {
            work |= !service.required("actions").isEmpty()
                    || !service.required("waits").isEmpty();
            for (JsonNode action : service.required("actions")) {
                assertThat(action.required("text").asText())
                        .contains(action.required("cause").asText());
            }
        }
        return work ? 2 : 0;
    }

    private static Run run(String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int code = Cli.run(words, new OnFakes(), new PrintWriter(out), new PrintWriter(err));
        return new Run(code, out.toString(), err.toString());
    }

    private static final class OnFakes implements Machinery {
        @Override
        public Planning planning(KubernetesClient client, Path state) {
            return Planned::on;
        }

        @Override
        public void run(UpOptions options) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void stopProxy(Path state) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Served serve(Path state) {
            throw new UnsupportedOperationException();
        }
    }
}
