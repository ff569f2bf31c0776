package dev.cairn.api;

import dev.cairn.core.model.Resources;
import dev.cairn.core.model.Security;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Between a container's resources and securityContext and the model. */
final class LimitsMapping {
    /** What Docker needs at least to start a container. */
    private static final long LEAST_MEMORY = 6L << 20;

    private static final long MOST = 1L << 60;
    private static final long LAST_ID = Integer.MAX_VALUE;
    private static final Pattern QUANTITY = Pattern.compile(
            "\\+?([0-9]{1,18}([.][0-9]{0,9})?|[.][0-9]{1,9})([KMGTPE]i|[numkMGTPE]|[eE][+-]?[0-9]{1,2})?");
    private static final Pattern CAPABILITY = Pattern.compile("ALL|[A-Z][A-Z_]{1,30}");

    private LimitsMapping() {}

    static Resources resources(Check check, @Nullable ContainerResources spec, String field) throws InvalidResource {
        if (spec == null) {
            return Resources.NONE;
        }
        ContainerResources.Amounts limits = orNone(spec.limits());
        ContainerResources.Amounts requests = orNone(spec.requests());
        Resources resources = new Resources(
                amount(check, limits.cpu(), 1000, field + ".limits.cpu", "500m or 2"),
                amount(check, limits.memory(), 1, field + ".limits.memory", "128Mi or 1Gi"),
                amount(check, requests.cpu(), 1000, field + ".requests.cpu", "500m or 2"),
                amount(check, requests.memory(), 1, field + ".requests.memory", "128Mi or 1Gi"));
        if (resources.memoryLimit() > 0 && resources.memoryLimit() < LEAST_MEMORY) {
            throw check.invalid(
                    field + ".limits.memory is " + resources.memoryLimit() + " bytes", "it must be 6Mi or more");
        }
        requireOrder(check, resources.cpuRequest(), resources.cpuLimit(), field, "cpu");
        requireOrder(check, resources.memoryRequest(), resources.memoryLimit(), field, "memory");
        return resources;
    }

    private static ContainerResources.Amounts orNone(ContainerResources.@Nullable Amounts amounts) {
        return amounts == null ? new ContainerResources.Amounts(null, null) : amounts;
    }

    private static void requireOrder(Check check, long request, long limit, String field, String what)
            throws InvalidResource {
        if (limit > 0 && request > limit) {
            throw check.invalid(
                    field + ".requests." + what + " is more than limits." + what, "it must not be more than the limit");
        }
    }

    /** In units of one divided by the scale, rounded up; 0 when nothing is declared. */
    private static long amount(Check check, @Nullable IntOrString value, int scale, String field, String example)
            throws InvalidResource {
        if (value == null) {
            return 0;
        }
        String text = EndpointMapping.text(value);
        if (!QUANTITY.matcher(text).matches()) {
            throw check.invalid(field + " is " + Check.quoted(text), "it must be a quantity such as " + example);
        }
        BigDecimal amount = Quantity.getAmountInBytes(new Quantity(text)).multiply(BigDecimal.valueOf(scale));
        if (amount.signum() <= 0 || amount.compareTo(BigDecimal.valueOf(MOST)) > 0) {
            throw check.invalid(
                    field + " is " + Check.quoted(text), "it must be more than 0 and no more than a machine has");
        }
        return amount.setScale(0, java.math.RoundingMode.CEILING).longValueExact();
    }

    static @Nullable ContainerResources spec(Resources resources) {
        return resources.equals(Resources.NONE)
                ? null
                : new ContainerResources(
                        amounts(resources.cpuLimit(), resources.memoryLimit()),
                        amounts(resources.cpuRequest(), resources.memoryRequest()));
    }

    private static ContainerResources.@Nullable Amounts amounts(long cpu, long memory) {
        return cpu == 0 && memory == 0
                ? null
                : new ContainerResources.Amounts(
                        cpu == 0 ? null : new IntOrString(cpu + "m"),
                        memory == 0 ? null : new IntOrString(Long.toString(memory)));
    }

    static Security security(Check check, @Nullable ContainerSecurity spec, String field) throws InvalidResource {
        if (spec == null) {
            return Security.NONE;
        }
        Long user = id(check, spec.runAsUser(), field + ".runAsUser");
        Long group = id(check, spec.runAsGroup(), field + ".runAsGroup");
        boolean nonRoot = Boolean.TRUE.equals(spec.runAsNonRoot());
        if (group != null && user == null) {
            throw check.invalid(field + ".runAsGroup is set without runAsUser", "set both");
        }
        if (nonRoot && user != null && user == 0) {
            throw check.invalid(
                    field + ".runAsUser is 0, which is root",
                    "runAsNonRoot needs another number, or none and an image");
        }
        ContainerSecurity.Capabilities capabilities =
                spec.capabilities() == null ? new ContainerSecurity.Capabilities(null, null) : spec.capabilities();
        return new Security(
                user,
                group,
                nonRoot,
                Boolean.TRUE.equals(spec.readOnlyRootFilesystem()),
                Boolean.FALSE.equals(spec.allowPrivilegeEscalation()),
                capabilities(check, capabilities.add(), field + ".capabilities.add"),
                capabilities(check, capabilities.drop(), field + ".capabilities.drop"));
    }

    private static @Nullable Long id(Check check, @Nullable Long id, String field) throws InvalidResource {
        if (id != null && (id < 0 || id > LAST_ID)) {
            throw check.invalid(field + " is " + id, "it must be from 0 to " + LAST_ID);
        }
        return id;
    }

    private static List<String> capabilities(Check check, @Nullable List<String> names, String field)
            throws InvalidResource {
        for (String name : names == null ? List.<String>of() : names) {
            check.text(
                    name, field, CAPABILITY, "it must be a capability without CAP_, such as NET_BIND_SERVICE, or ALL");
        }
        return names == null ? List.of() : List.copyOf(names);
    }

    static @Nullable ContainerSecurity spec(Security security) {
        if (security.equals(Security.NONE)) {
            return null;
        }
        boolean capabilities = !security.addCapabilities().isEmpty()
                || !security.dropCapabilities().isEmpty();
        return new ContainerSecurity(
                security.runAsUser(),
                security.runAsGroup(),
                security.runAsNonRoot() ? true : null,
                security.readOnlyRootFilesystem() ? true : null,
                security.noNewPrivileges() ? false : null,
                capabilities
                        ? new ContainerSecurity.Capabilities(
                                TemplateMapping.orNull(security.addCapabilities()),
                                TemplateMapping.orNull(security.dropCapabilities()))
                        : null);
    }
}
