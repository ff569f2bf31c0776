package dev.cairn.embedded.conformance;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Plural;
import io.fabric8.kubernetes.model.annotation.Version;
import java.util.List;

/** The kind of the tests, see widgets.yaml. */
@Group("test.cairn.dev")
@Version("v1")
@Plural("widgets")
public final class Widget extends CustomResource<Widget.Spec, Widget.Status> implements Namespaced {
    private static final long serialVersionUID = 1L;

    /** What is wanted. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public static final class Spec {
        public String image;
        public Integer size;
        public Integer max;
        public String color;
    }

    /** What was found. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    public static final class Status {
        public Integer size;
        public Long observedGeneration;
        public List<Condition> conditions;
    }

    /** In the namespace default. */
    public static Widget named(String name, String image) {
        Widget widget = new Widget();
        widget.getMetadata().setName(name);
        widget.getMetadata().setNamespace("default");
        widget.setSpec(new Spec());
        widget.getSpec().image = image;
        return widget;
    }
}
