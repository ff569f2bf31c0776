package dev.cairn.app;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** Says what the operator would do. It changes nothing. */
@FunctionalInterface
public interface Planning {
    /**
     * The actions that lead from what is observed to what is declared, one line each; empty when there are none.
     *
     * @param versions plan as if these were declared, index = position; empty for what is declared
     * @throws IOException when something cannot be observed, or the versions are not admissible, with one sentence
     */
    List<String> plan(String namespace, String service, Optional<List<String>> versions) throws IOException;
}
