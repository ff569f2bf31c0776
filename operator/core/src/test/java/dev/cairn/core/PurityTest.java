package dev.cairn.core;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.Set;

/** Core decides and does nothing: what it is given decides what it answers, whenever and wherever it runs. */
@AnalyzeClasses(packages = "dev.cairn.core", importOptions = ImportOption.DoNotIncludeTests.class)
class PurityTest {
    @ArchTest
    static final ArchRule dependsOnNothingButPureJavaAndJSpecify = classes()
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "dev.cairn.core..",
                    "org.jspecify.annotations..",
                    "java.lang",
                    "java.lang.annotation",
                    "java.lang.invoke", // lambdas and string concatenation
                    "java.lang.runtime", // records
                    "java.math",
                    "java.nio.charset",
                    "java.security", // digests; SecureRandom is refused below
                    "java.time",
                    "java.util",
                    "java.util.concurrent", // Executors are passed in; what makes threads is refused below
                    "java.util.function",
                    "java.util.regex",
                    "java.util.stream");

    @ArchTest
    static final ArchRule makesNoThreadsProcessesOrRandomness = noClasses()
            .should()
            .dependOnClassesThat()
            .haveNameMatching("java\\.lang\\.(Thread|ThreadLocal|Process|ProcessBuilder|Runtime)"
                    + "|java\\.security\\.SecureRandom"
                    + "|java\\.util\\.(Random|SplittableRandom|Timer|TimerTask|Scanner|ServiceLoader)"
                    + "|java\\.util\\.concurrent\\.(Executors|ForkJoinPool|ThreadPoolExecutor|ThreadLocalRandom"
                    + "|ScheduledThreadPoolExecutor)");

    private static final Set<String> IMPURE_CALLS = Set.of(
            "java.lang.System.currentTimeMillis",
            "java.lang.System.nanoTime",
            "java.lang.System.getenv",
            "java.lang.System.getProperty",
            "java.lang.System.exit",
            "java.lang.System.out",
            "java.lang.System.err",
            "java.lang.System.in",
            "java.lang.Math.random",
            "java.util.concurrent.TimeUnit.sleep",
            "java.util.UUID.randomUUID",
            "java.util.Collections.shuffle");

    /** By name alone: the owner in the bytecode is whatever subtype the call was made on. */
    private static final Set<String> IMPURE_NAMES = Set.of("parallelStream", "parallel", "printStackTrace");

    @ArchTest
    static final ArchRule asksNoClockAndPrintsNothing = noClasses()
            .should()
            .accessTargetWhere(DescribedPredicate.describe(
                    "reads a clock, the environment or randomness, or prints", PurityTest::isImpure));

    @ArchTest
    static final ArchRule readsNoClockClass =
            noClasses().should().dependOnClassesThat().haveFullyQualifiedName("java.time.Clock");

    @ArchTest
    static final ArchRule packagesHaveNoCycles =
            slices().matching("dev.cairn.core.(*)..").should().beFreeOfCycles();

    private static boolean isImpure(JavaAccess<?> access) {
        AccessTarget target = access.getTarget();
        String owner = target.getOwner().getName();
        boolean now = owner.startsWith("java.time.") && target.getName().equals("now");
        return now || IMPURE_NAMES.contains(target.getName()) || IMPURE_CALLS.contains(owner + "." + target.getName());
    }
}
