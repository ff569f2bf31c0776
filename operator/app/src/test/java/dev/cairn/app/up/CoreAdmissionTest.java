package dev.cairn.app.up;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cairn.embedded.admission.Admission;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class CoreAdmissionTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Admission admission = new CoreAdmission("operator");
    private final List<ObjectNode> stored = new ArrayList<>();
    private final List<ObjectNode> services = new ArrayList<>();

    private static ObjectNode endpoint(String name, int port) throws Exception {
        return (ObjectNode) JSON.readTree("""
                {"apiVersion": "cairn.dev/v1alpha1", "kind": "Endpoint",
                 "metadata": {"namespace": "default", "name": "%s", "uid": "%s", "resourceVersion": "1"},
                 "spec": {"serviceName": "web", "stage": "prod", "port": %d}}
                """.formatted(name, name, port));
    }

    private Admission.Verdict create(ObjectNode endpoint) {
        return admission.review(new Admission.Request(
                Admission.Operation.CREATE,
                "cairn.dev",
                "Endpoint",
                "endpoints",
                "default",
                endpoint.path("metadata").path("name").asText(),
                "",
                "somebody",
                false,
                null,
                endpoint,
                new Admission.Lister() {
                    @Override
                    public List<ObjectNode> list(String group, String plural, String namespace) {
                        return plural.equals("endpoints") ? stored : List.of();
                    }

                    @Override
                    public Optional<ObjectNode> get(String group, String plural, String namespace, String name) {
                        return services.stream()
                                .filter(service -> plural.equals("services")
                                        && service.path("metadata")
                                                .path("name")
                                                .asText()
                                                .equals(name))
                                .findFirst();
                    }
                }));
    }

    /** What was read before is remembered, but never longer than it is stored. */
    @Test
    void aWriteIsJudgedByWhatIsStoredNow() throws Exception {
        ObjectNode mine = endpoint("mine", 9000);
        assertThat(create(mine).allowed()).isTrue();
        stored.add(endpoint("other", 9000));
        assertThat(create(mine).allowed()).isFalse();
        assertThat(create(mine).message()).contains("default/other");
        stored.set(0, endpoint("other", 9001));
        assertThat(create(mine).allowed()).isTrue();
        stored.add(endpoint("third", 9000));
        assertThat(create(mine).message()).contains("default/third");
        stored.clear();
        assertThat(create(mine).allowed()).isTrue();
    }

    @Test
    void anEndpointIsJudgedByTheServiceThatItPointsAt() throws Exception {
        assertThat(create(endpoint("mine", 9000)).warnings().toString())
                .contains("Service default/web, which does not exist");
        services.add((ObjectNode) JSON.readTree("""
                {"apiVersion": "cairn.dev/v1alpha1", "kind": "Service",
                 "metadata": {"namespace": "default", "name": "web", "uid": "u", "resourceVersion": "1"},
                 "spec": {"image": "web", "versions": ["v1"], "stages": [{"name": "live", "position": 0}]}}
                """));
        assertThat(create(endpoint("mine", 9000)).warnings().toString()).contains("stage \"prod\"", "live");
    }
}
