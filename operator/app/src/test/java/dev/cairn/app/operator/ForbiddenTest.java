package dev.cairn.app.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import org.junit.jupiter.api.Test;

class ForbiddenTest {
    private static KubernetesClientException answer(int code, String name, String verb) {
        return new KubernetesClientException(new StatusBuilder()
                .withCode(code)
                .withMessage("services.cairn.dev \"" + name + "\" is forbidden: User \"u\" cannot " + verb
                        + " resource \"services/status\" in API group \"cairn.dev\" in the namespace \"default\"")
                .build());
    }

    @Test
    void eachRightThatIsMissingIsToldOnceWhateverItWasNeededFor() {
        assertThat(Forbidden.tell(answer(403, "a", "patch"))).isTrue();
        assertThat(Forbidden.tell(answer(403, "a", "patch"))).isFalse();
        assertThat(Forbidden.tell(answer(403, "b", "patch"))).isFalse();
        assertThat(Forbidden.tell(answer(403, "b", "update"))).isTrue();
        assertThat(Forbidden.tell(answer(409, "a", "delete"))).isFalse();
        assertThat(Forbidden.tell(new KubernetesClientException("no answer"))).isFalse();
    }
}
