package dev.cairn.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class VersionTest {
    /** Lowest first; the pre-releases of 1.0.0 are SemVer's own example. */
    private static final List<String> LADDER = List.of(
            "0",
            "v0.9",
            "0.9.0.1",
            "v0.10",
            "1.0.0-alpha",
            "1.0.0-alpha.1",
            "1.0.0-alpha.beta",
            "1.0.0-beta",
            "1.0.0-beta.2",
            "1.0.0-beta.11",
            "1.0.0-rc.1",
            "1.0.0",
            "1.0.1-0",
            "1.0.1-9",
            "1.0.1-10",
            "1.0.1-99999999999999999999",
            "1.0.1-A",
            "1.0.1-a",
            "1.0.1-rc_1",
            "1.25-alpine",
            "1.25",
            "2024.01.31",
            "9223372036854775808",
            "99999999999999999999999999999999999999");

    @Test
    void everyVersionOfTheLadderIsHigherThanAllBelow() {
        for (int i = 0; i < LADDER.size(); i++) {
            for (int j = 0; j < LADDER.size(); j++) {
                assertThat(Integer.signum(order(LADDER.get(i), LADDER.get(j))))
                        .as(LADDER.get(i) + " against " + LADDER.get(j))
                        .isEqualTo(Integer.signum(Integer.compare(i, j)));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"v1,1", "1,1.0.0", "1.0,01.00", "v1.2-rc1,1.2.0-rc1", "1-01,1-1", "0,v0.0"})
    void differentTagsOfEqualPrecedenceAreStillTwoVersions(String a, String b) {
        assertThat(order(a, b)).isZero();
        assertThat(new Version(a)).isNotEqualTo(new Version(b));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "latest",
                "",
                "v",
                "V1",
                "vv1",
                "1.",
                ".1",
                "1..2",
                "1.0-",
                "1.0-a..b",
                "1.0-a.",
                "1.2.3_4",
                "1.0alpha",
                "-1",
                "1,0",
                " 1",
                "1\n",
                "1.0-\u0661",
                "\u0661",
                "a1b2c3"
            })
    void hasNoOrder(String tag) {
        Version version = new Version(tag);
        assertThat(version.hasOrder()).isFalse();
        assertThatThrownBy(() -> version.compareOrder(new Version("1"))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Version("1").compareOrder(version)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aTextLongerThanATagHasNoOrderAndCostsNoStack() {
        assertThat(new Version("1" + ".1".repeat(63)).hasOrder()).isTrue();
        assertThat(new Version("1" + ".1".repeat(64)).hasOrder()).isFalse();
        assertThat(new Version("1" + ".1".repeat(500_000)).hasOrder()).isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "v1,true",
        "latest,true",
        "_x,true",
        "a.b-c_d,true",
        ".x,false",
        "-rf,false",
        "a/b,false",
        "a:b,false",
        "1.0+5,false",
        "'a b',false",
        "'',false",
        "\u00e4,false"
    })
    void isTag(String text, boolean expected) {
        assertThat(Version.isTag(text)).isEqualTo(expected);
        assertThat(Version.isTag(text + "\n")).isFalse();
    }

    @Test
    void isShownAsItsTag() {
        assertThat(new Version("v1.0")).hasToString("v1.0");
    }

    @Property
    void orderIsReflexiveAndAntisymmetric(@ForAll("ordered") Version a, @ForAll("ordered") Version b) {
        assertThat(a.compareOrder(a)).isZero();
        assertThat(Integer.signum(a.compareOrder(b))).isEqualTo(-Integer.signum(b.compareOrder(a)));
    }

    @Property
    void orderIsTransitive(@ForAll("ordered") Version a, @ForAll("ordered") Version b, @ForAll("ordered") Version c) {
        if (a.compareOrder(b) <= 0 && b.compareOrder(c) <= 0) {
            assertThat(a.compareOrder(c)).isNotPositive();
        }
        if (a.compareOrder(b) == 0) {
            assertThat(Integer.signum(a.compareOrder(c))).isEqualTo(Integer.signum(b.compareOrder(c)));
        }
    }

    @Property
    void aPreReleaseIsLowerThanItsReleaseAndHigherThanTheReleaseBefore(
            @ForAll("release") String release, @ForAll("suffix") String suffix) {
        assertThat(order(release + "-" + suffix, release)).isNegative();
        assertThat(order(release + ".1-" + suffix, release)).isPositive();
    }

    @Property
    void anyTextIsJudgedWithoutAnError(@ForAll String text) {
        Version version = new Version(text);
        assertThat(version.hasOrder() && !Version.isTag(text)).isFalse();
    }

    @Provide
    Arbitrary<Version> ordered() {
        Arbitrary<String> suffixed = release().flatMap(r -> suffix().map(s -> r + "-" + s));
        return Arbitraries.oneOf(release(), suffixed).map(Version::new);
    }

    /** Few values, so that equal ones and common beginnings are frequent. */
    @Provide
    Arbitrary<String> release() {
        Arbitrary<String> part = Arbitraries.of("0", "1", "01", "2", "10", "18446744073709551616");
        Arbitrary<String> numbers = part.list().ofMinSize(1).ofMaxSize(4).map(parts -> String.join(".", parts));
        return Arbitraries.of("", "v").flatMap(v -> numbers.map(n -> v + n));
    }

    @Provide
    Arbitrary<String> suffix() {
        Arbitrary<String> field = Arbitraries.of("0", "1", "01", "9", "10", "a", "A", "rc", "rc1", "-", "_", "1a");
        return field.list().ofMinSize(1).ofMaxSize(3).map(fields -> String.join(".", fields));
    }

    private static int order(String a, String b) {
        return new Version(a).compareOrder(new Version(b));
    }
}
