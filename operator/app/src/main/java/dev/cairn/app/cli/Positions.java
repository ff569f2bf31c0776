package dev.cairn.app.cli;

import dev.cairn.api.InvalidResource;
import dev.cairn.api.Mapping;
import dev.cairn.api.ServiceResource;
import dev.cairn.core.constraint.Declared;
import dev.cairn.core.model.Service;
import dev.cairn.core.model.Stage;
import dev.cairn.core.model.Version;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Positions of a service, with the names of the stages. */
record Positions(Service service) {
    /**
     * @throws UserError when the resource has no meaning
     */
    static Positions of(ServiceResource resource) {
        try {
            return new Positions(Mapping.toModel(resource));
        } catch (InvalidResource e) {
            throw new UserError(Texts.line(e.getMessage()));
        }
    }

    /** The versions that are declared: a single one may stand for a whole stack. */
    List<String> declared(ServiceResource resource) {
        return Declared.versions(service, Optional.of(committed(resource)).filter(list -> !list.isEmpty())).stream()
                .map(Version::tag)
                .toList();
    }

    /** The versions that run, as last reported. */
    static List<Version> committed(ServiceResource resource) {
        String versions =
                resource.getStatus() == null ? null : resource.getStatus().versions();
        return versions == null
                ? List.of()
                : Stream.of(versions.split(",", -1))
                        .filter(tag -> !tag.isEmpty())
                        .map(Version::new)
                        .toList();
    }

    /**
     * The position that a word of the command line means: the name of a stage, or a number.
     *
     * @throws UserError when it is neither
     */
    int position(String word) {
        Optional<Stage> stage =
                service.stages().stream().filter(s -> s.name().equals(word)).findFirst();
        if (stage.isPresent()) {
            return stage.get().position();
        }
        if (word.matches("\\d{1,2}")) {
            return Integer.parseInt(word);
        }
        String stages = service.stages().stream().map(Stage::name).collect(Collectors.joining(", "));
        throw new UserError("Service " + service.key() + " has no stage " + Texts.line(word) + "; name one of " + stages
                + ", or a position from 0");
    }

    /** Stages that name a position, separated by slashes; empty when none does. */
    String stage(int position) {
        return service.stages().stream()
                .filter(stage -> stage.position() == position)
                .map(Stage::name)
                .collect(Collectors.joining("/"));
    }

    /** The list with its stages: {@code prod=v0.1 qa=v0.2 dev=v0.3 3=v0.4}. */
    String text(List<String> versions) {
        return IntStream.range(0, versions.size())
                .mapToObj(i -> (stage(i).isEmpty() ? String.valueOf(i) : stage(i)) + "=" + Texts.line(versions.get(i)))
                .collect(Collectors.joining(" "));
    }
}
