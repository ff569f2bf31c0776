package dev.cairn.core.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.cairn.fuzz.Fuzz;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Tags are anybody's text; those that have an order have a total one. */
class VersionFuzzTest {
    @FuzzTest
    void tags(byte[] input) {
        check(input);
    }

    @Test
    void mangledSeeds() throws Exception {
        Fuzz.run(VersionFuzzTest.class, 20_000, VersionFuzzTest::check);
    }

    private static void check(byte[] input) {
        List<Version> all = Fuzz.lines(input, 3).stream().map(Version::new).toList();
        all.forEach(VersionFuzzTest::alone);
        List<Version> ordered = all.stream().filter(Version::hasOrder).toList();
        for (Version a : ordered) {
            for (Version b : ordered) {
                int ab = sign(a, b);
                assertThat(sign(b, a)).as("%s and %s", a, b).isEqualTo(-ab);
                for (Version c : ordered) {
                    int bc = sign(b, c);
                    if (ab <= 0 && bc <= 0) {
                        assertThat(sign(a, c)).as("%s %s %s", a, b, c).isEqualTo(Math.min(ab, bc));
                    }
                }
            }
        }
    }

    private static void alone(Version version) {
        String tag = version.tag();
        assertThat(version).hasToString(tag);
        if (!version.hasOrder()) {
            assertThatThrownBy(() -> version.compareOrder(new Version("1")))
                    .isInstanceOf(IllegalArgumentException.class);
            return;
        }
        assertThat(Version.isTag(tag)).isTrue();
        assertThat(sign(version, version)).isZero();
        int numbers = tag.startsWith("v") ? 1 : 0;
        int end = tag.indexOf('-') < 0 ? tag.length() : tag.indexOf('-');
        String bare = tag.substring(numbers);
        String longer = tag.substring(0, end) + ".00" + tag.substring(end);
        for (String same : List.of(bare, "v" + bare, "0" + bare, longer)) {
            if (Version.isTag(same)) {
                assertThat(sign(version, new Version(same)))
                        .as("%s and %s", tag, same)
                        .isZero();
            }
        }
        if (Version.isTag(tag + "-0")) {
            boolean pre = end < tag.length();
            assertThat(sign(new Version(tag.substring(0, end) + "-0"), version)).isEqualTo(pre ? lowest(tag, end) : -1);
        }
    }

    /** Nothing is lower than the pre-release 0, but for its own spellings. */
    private static int lowest(String tag, int end) {
        return tag.substring(end + 1).matches("0+") ? 0 : -1;
    }

    private static int sign(Version a, Version b) {
        return Integer.signum(a.compareOrder(b));
    }
}
