package dev.cairn.embedded.schema;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.cache.Cache;
import com.google.common.cache.CacheBuilder;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.cel.bundle.Cel;
import dev.cel.bundle.CelBuilder;
import dev.cel.bundle.CelFactory;
import dev.cel.checker.CelStandardDeclarations;
import dev.cel.common.CelAbstractSyntaxTree;
import dev.cel.common.CelOptions;
import dev.cel.common.CelValidationException;
import dev.cel.common.types.CelType;
import dev.cel.common.types.CelTypeProvider;
import dev.cel.common.types.SimpleType;
import dev.cel.extensions.CelExtensions;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelEvaluationException;
import dev.cel.runtime.CelFunctionBinding;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelStandardFunctions;
import dev.cel.runtime.CelStandardFunctions.StandardFunction;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One x-kubernetes-validations rule, compiled when it is first asked. Not thread-safe; the writing thread asks. */
final class Rule {
    private static final int MAX_ITERATIONS = 100_000;

    /** Of all expressions that are kept compiled; one may come from an object that is as large as objects may be. */
    private static final int PATTERN_CHARACTERS = 100_000;

    /** Made when the first rule is asked: loading CEL costs more than the rest of the start. */
    private static final class Engine {
        private static final Cache<String, Pattern> PATTERNS = CacheBuilder.newBuilder()
                .maximumWeight(PATTERN_CHARACTERS)
                .weigher((String expression, Pattern pattern) -> expression.length())
                .build();

        static final Cel CEL = builder()
                .addVar("self", SimpleType.DYN)
                .addVar("oldSelf", SimpleType.DYN)
                .build();

        /** CEL's own function compiles the expression each time, which costs more than all else in a rule. */
        private static boolean matches(String text, String expression) throws CelEvaluationException {
            Pattern pattern = PATTERNS.getIfPresent(expression);
            if (pattern == null) {
                try {
                    pattern = Pattern.compile(expression);
                } catch (PatternSyntaxException e) {
                    throw new CelEvaluationException(String.valueOf(e.getMessage()), e);
                }
                PATTERNS.put(expression, pattern);
            }
            return pattern.matcher(text).find();
        }

        static CelBuilder builder() {
            return CelFactory.standardCelBuilder()
                    .setOptions(CelOptions.current()
                            .comprehensionMaxIterations(MAX_ITERATIONS)
                            .enableHeterogeneousNumericComparisons(true)
                            .build())
                    .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
                    .setStandardEnvironmentEnabled(false) // all of it, with one function replaced
                    .setStandardDeclarations(
                            CelStandardDeclarations.newBuilder().build())
                    .setStandardFunctions(CelStandardFunctions.newBuilder()
                            .excludeFunctions(StandardFunction.MATCHES)
                            .build())
                    .addFunctionBindings(
                            CelFunctionBinding.from("matches", String.class, String.class, Engine::matches),
                            CelFunctionBinding.from("matches_string", String.class, String.class, Engine::matches))
                    .addCompilerLibraries(CelExtensions.strings())
                    .addRuntimeLibraries(CelExtensions.strings());
        }
    }

    /** Compiles rules whose {@code self} has this type. */
    static Cel compiler(CelType self, CelTypeProvider types) {
        return Engine.builder()
                .setTypeProvider(types)
                .addVar("self", self)
                .addVar("oldSelf", self)
                .build();
    }

    private final JsonNode raw;
    private final String text;
    private CelRuntime.@Nullable Program program;
    private CelRuntime.@Nullable Program message;

    Rule(JsonNode raw) {
        this.raw = raw;
        this.text = raw.path("rule").asText();
    }

    /** Whether the rule compares with the old value and so is not asked without one. */
    boolean isTransition() {
        return text.contains("oldSelf");
    }

    String fieldPath() {
        return raw.path("fieldPath").asText("");
    }

    /** Null when the rule holds, else what to tell the user. */
    @Nullable
    String check(Object self, @Nullable Object oldSelf) {
        Map<String, Object> variables =
                oldSelf == null ? Map.of("self", self) : Map.of("self", self, "oldSelf", oldSelf);
        try {
            if (program == null) {
                program = compile(text);
            }
            return Boolean.TRUE.equals(program.eval(variables)) ? null : message(variables);
        } catch (CelValidationException | CelEvaluationException e) {
            return "rule \"" + text + "\" cannot be evaluated: " + e.getMessage();
        }
    }

    private String message(Map<String, Object> variables) throws CelValidationException, CelEvaluationException {
        if (raw.has("messageExpression")) {
            if (message == null) {
                message = compile(raw.path("messageExpression").asText());
            }
            return String.valueOf(message.eval(variables));
        }
        return raw.path("message").asText("failed rule: " + text);
    }

    private static CelRuntime.Program compile(String expression) throws CelValidationException, CelEvaluationException {
        CelAbstractSyntaxTree tree = Engine.CEL.compile(expression).getAst();
        return Engine.CEL.createProgram(tree);
    }
}
