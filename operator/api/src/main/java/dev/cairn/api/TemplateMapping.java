package dev.cairn.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.cairn.api.ContainerSpec.ContainerPort;
import dev.cairn.api.ContainerSpec.EnvVar;
import dev.cairn.core.model.ImagePull;
import dev.cairn.core.model.Probe;
import dev.cairn.core.model.Template;
import io.fabric8.kubernetes.api.model.IntOrString;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Between the settings of a container in a resource and in the model. */
final class TemplateMapping {
    /** A stack records up to 64 templates, and a whole resource must stay below about one megabyte. */
    static final int MAX_BYTES = 16 * 1024;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Pattern ENV_NAME = Pattern.compile("[-._a-zA-Z][-._a-zA-Z0-9]*");
    private static final Pattern PORT_NAME = Pattern.compile("(?=.*[a-z])[a-z0-9]([a-z0-9-]{0,13}[a-z0-9])?");
    private static final Pattern PATH = Pattern.compile("/[!-~]*");
    private static final Pattern SECRET = Pattern.compile("[a-z0-9]([-.a-z0-9]{0,251}[a-z0-9])?");
    private static final int MAX_PORTS = 16;
    private static final Map<String, ImagePull.Policy> PULL_POLICIES = Map.of(
            "Always", ImagePull.Policy.ALWAYS,
            "IfNotPresent", ImagePull.Policy.IF_NOT_PRESENT,
            "Never", ImagePull.Policy.NEVER);

    private TemplateMapping() {}

    static Template toModel(Check check, @Nullable TemplateSpec declared, String field) throws InvalidResource {
        TemplateSpec spec = declared == null ? new TemplateSpec(null, null, null) : declared;
        ContainerSpec container =
                spec.container() == null ? new ContainerSpec(null, null, null, null, null) : spec.container();
        String path = field + ".container";
        List<Template.Port> ports = ports(check, check.items(container.ports(), path + ".ports"), path + ".ports");
        return new Template(
                check.items(container.command(), path + ".command"),
                check.items(container.args(), path + ".args"),
                env(check, check.items(container.env(), path + ".env"), path + ".env"),
                ports,
                probe(check, container.readinessProbe(), ports, path + ".readinessProbe"),
                check.number(
                        spec.terminationGracePeriodSeconds(), 30, field + ".terminationGracePeriodSeconds", 0, 3600),
                secretNames(
                        check,
                        check.items(spec.imagePullSecrets(), field + ".imagePullSecrets"),
                        field + ".imagePullSecrets"),
                check.oneOf(
                        container.imagePullPolicy(),
                        PULL_POLICIES,
                        ImagePull.Policy.IF_NOT_PRESENT,
                        path + ".imagePullPolicy"),
                LimitsMapping.resources(check, container.resources(), path + ".resources"),
                LimitsMapping.security(check, container.securityContext(), path + ".securityContext"));
    }

    static TemplateSpec toSpec(Template template) {
        return new TemplateSpec(
                new ContainerSpec(
                        orNull(template.command()),
                        orNull(template.args()),
                        orNull(template.env().entrySet().stream()
                                .map(e -> new EnvVar(e.getKey(), e.getValue()))
                                .toList()),
                        orNull(template.ports().stream()
                                .map(TemplateMapping::portSpec)
                                .toList()),
                        template.readinessProbe() == null ? null : probeSpec(template.readinessProbe()),
                        policyName(template.imagePullPolicy()),
                        LimitsMapping.spec(template.resources()),
                        LimitsMapping.spec(template.security())),
                template.terminationGracePeriodSeconds(),
                orNull(template.imagePullSecrets().stream()
                        .map(TemplateSpec.SecretName::new)
                        .toList()));
    }

    /** The default is left out: records that were written before there was a choice stay as they are. */
    private static @Nullable String policyName(ImagePull.Policy policy) {
        return PULL_POLICIES.entrySet().stream()
                .filter(e -> e.getValue() == policy && policy != ImagePull.Policy.IF_NOT_PRESENT)
                .map(Map.Entry::getKey)
                .findFirst()
                .orElse(null);
    }

    private static List<String> secretNames(Check check, List<TemplateSpec.SecretName> specs, String field)
            throws InvalidResource {
        List<String> names = new ArrayList<>();
        for (TemplateSpec.SecretName spec : specs) {
            names.add(check.text(
                    spec.name(), field + "[" + names.size() + "].name", SECRET, "it must be the name of a Secret"));
        }
        return names;
    }

    /** Asked of what is declared only: what has once been recorded must stay readable. */
    static void limitSize(Check check, @Nullable TemplateSpec spec, String field) throws InvalidResource {
        try {
            int bytes = JSON.writeValueAsBytes(spec).length;
            if (bytes > MAX_BYTES) {
                throw check.invalid(
                        field + " has " + bytes + " bytes as JSON",
                        "it may have " + MAX_BYTES + ", because every stack keeps a copy per version");
            }
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a template is plain data", e);
        }
    }

    private static Map<String, String> env(Check check, List<EnvVar> variables, String field) throws InvalidResource {
        Map<String, String> env = new LinkedHashMap<>();
        for (EnvVar variable : variables) {
            String name = check.text(
                    variable.name(),
                    field + "[" + env.size() + "].name",
                    ENV_NAME,
                    "it must have letters, digits, '_', '.' and '-' only and not begin with a digit");
            if (env.put(name, variable.value() == null ? "" : variable.value()) != null) {
                throw check.invalid(field + " has " + name + " twice", "every variable must have its own name");
            }
        }
        return env;
    }

    private static List<Template.Port> ports(Check check, List<ContainerPort> specs, String field)
            throws InvalidResource {
        if (specs.size() > MAX_PORTS) {
            throw check.invalid(field + " has " + specs.size() + " entries", "it may have " + MAX_PORTS);
        }
        List<Template.Port> ports = new ArrayList<>();
        for (ContainerPort spec : specs) {
            Template.Port port = port(check, spec, field + "[" + ports.size() + "]");
            if (ports.stream()
                    .anyMatch(p -> p.name().equals(port.name()) || p.containerPort() == port.containerPort())) {
                throw check.invalid(
                        field + " has " + port.name() + " or " + port.containerPort() + " twice",
                        "every port must have its own name and number");
            }
            ports.add(port);
        }
        return ports;
    }

    /** A port without a name is called by its number. */
    private static Template.Port port(Check check, ContainerPort spec, String field) throws InvalidResource {
        int number = check.number(spec.containerPort(), field + ".containerPort", 1, 65535);
        String name = spec.name() == null
                ? Integer.toString(number)
                : check.text(
                        spec.name(),
                        field + ".name",
                        PORT_NAME,
                        "it must have at most 15 small letters, digits and '-', one letter at least");
        return new Template.Port(name, number);
    }

    private static ContainerPort portSpec(Template.Port port) {
        String number = Integer.toString(port.containerPort());
        return new ContainerPort(port.name().equals(number) ? null : port.name(), port.containerPort());
    }

    private static @Nullable Probe probe(
            Check check, @Nullable ReadinessProbe spec, List<Template.Port> ports, String field)
            throws InvalidResource {
        if (spec == null) {
            return null;
        }
        if ((spec.httpGet() == null) == (spec.tcpSocket() == null)) {
            throw check.invalid(
                    field + " has " + (spec.httpGet() == null ? "neither" : "both") + " of httpGet and tcpSocket",
                    "set exactly one of them");
        }
        String path = spec.httpGet() == null ? null : path(check, spec.httpGet().path(), field + ".httpGet.path");
        IntOrString port = spec.httpGet() == null
                ? check.required(spec.tcpSocket(), field).port()
                : spec.httpGet().port();
        return new Probe(
                path,
                probePort(check, port, ports, field),
                check.number(spec.initialDelaySeconds(), 0, field + ".initialDelaySeconds", 0, 3600),
                check.number(spec.periodSeconds(), 10, field + ".periodSeconds", 1, 3600),
                check.number(spec.timeoutSeconds(), 1, field + ".timeoutSeconds", 1, 3600),
                check.number(spec.failureThreshold(), 3, field + ".failureThreshold", 1, 1000));
    }

    private static String path(Check check, @Nullable String path, String field) throws InvalidResource {
        return check.text(
                path == null ? "/" : path, field, PATH, "it must begin with '/' and have neither spaces nor line ends");
    }

    private static int probePort(Check check, @Nullable IntOrString port, List<Template.Port> ports, String field)
            throws InvalidResource {
        String wanted = EndpointMapping.text(check.required(port, field + ".port"));
        return ports.stream()
                .filter(p -> p.name().equals(wanted)
                        || Integer.toString(p.containerPort()).equals(wanted))
                .findFirst()
                .orElseThrow(() -> check.invalid(
                        field + " is about port " + Check.quoted(wanted) + ", which the container does not list",
                        "name one of its ports or add the port to them"))
                .containerPort();
    }

    private static ReadinessProbe probeSpec(Probe probe) {
        IntOrString port = new IntOrString(probe.port());
        return new ReadinessProbe(
                probe.httpPath() == null ? null : new ReadinessProbe.HttpGet(probe.httpPath(), port),
                probe.httpPath() == null ? new ReadinessProbe.TcpSocket(port) : null,
                probe.initialDelaySeconds(),
                probe.periodSeconds(),
                probe.timeoutSeconds(),
                probe.failureThreshold());
    }

    static <T> @Nullable List<T> orNull(List<T> list) {
        return list.isEmpty() ? null : list;
    }
}
