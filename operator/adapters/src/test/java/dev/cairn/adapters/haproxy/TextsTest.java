package dev.cairn.adapters.haproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.cairn.core.model.Backend;
import dev.cairn.core.model.ObjectKey;
import dev.cairn.core.model.Owner;
import dev.cairn.core.model.Protocol;
import dev.cairn.core.model.RouteKey;
import dev.cairn.core.model.RouteTable;
import dev.cairn.core.model.Row;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What is written to and read from HAProxy as text. */
class TextsTest {
    private static final ObjectKey SERVICE = new ObjectKey("team-a", "web.app");
    private static final Backend BACKEND = new Backend(new Owner(SERVICE, 1, 12), "10.0.0.11", 20007);
    private static final String NAME = "team-a_web.app_1_12_10.0.0.11_20007";
    private static final String STAT_HEAD = "# pxname,svname,qcur,qmax,scur,status,check_status,more,\n";
    private static final String STATE_HEAD =
            "1\n# be_id be_name srv_id srv_name srv_addr srv_op_state srv_admin_state srv_port srv_check_state\n";

    @Test
    void aServersNameTellsTheContainer() {
        assertThat(ServerName.of(BACKEND)).isEqualTo(NAME);
        assertThat(ServerName.parse(NAME)).contains(BACKEND);
        Backend ipv6 = new Backend(BACKEND.owner(), "fd00::1", 80);
        assertThat(ServerName.parse(ServerName.of(ipv6))).contains(ipv6);
        assertThat(List.of("next", "a_b_c", NAME + "_1", "A_b_0_0_c_1", "a_b_-1_0_c_1", "a_b_00_0_c_1", "a_b_0_0__1"))
                .allSatisfy(name -> assertThat(ServerName.parse(name)).isEmpty());
    }

    @Test
    void aTokenOfTextThatIsNoNameIsRefused() {
        assertThatThrownBy(() -> ServerName.checkKey(new ObjectKey("a", "b;c"))).hasMessageContaining("a/b;c");
        assertThatThrownBy(() -> ServerName.of(new Backend(BACKEND.owner(), "10.0.0.1", 70000)))
                .hasMessageContaining("70000");
        assertThatThrownBy(() -> ServerName.of(new Backend(new Owner(SERVICE, -1, 0), "10.0.0.1", 1)))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void whatIsReadAsOursCouldHaveBeenWrittenByUs() {
        for (String name : List.of("a_b_0_0_c_0", "a_b_0_0_c_65536", "a_b_0_0_c_999999999", "a_b_0_1000000000_c_1")) {
            assertThat(ServerName.parse(name)).as(name).isEmpty();
        }
        assertThatThrownBy(() -> ServerName.of(new Backend(new Owner(SERVICE, 1, 1_000_000_000), "10.0.0.1", 1)))
                .hasMessageContaining("nine digits");
        Snapshot edited = new Snapshot(
                List.of(
                        "f80// h3.b|team-a/Prod[31m|team-a/web.app",
                        "f81// h4.b|team-a/prod|team-a/web_app",
                        "stamp/team-a/web,app 7",
                        "pair/h3 f80//",
                        "pair/h4 f81//"),
                List.of(),
                Map.of(80, Protocol.HTTP, 81, Protocol.HTTP));
        assertThat(edited.table()).isEqualTo(RouteTable.EMPTY);
        assertThat(edited.lines()).containsExactly("pair/h3 f80//", "pair/h4 f81//");
    }

    @Test
    void foreignTextInAMessageIsShort() {
        RouteKey long1 = new RouteKey(80, "a.io", "/a".repeat(100_000));
        assertThatThrownBy(() -> RowText.key(long1)).message().hasSizeLessThan(400);
        Backend nowhere = new Backend(BACKEND.owner(), "9".repeat(100_000), 80);
        assertThatThrownBy(() -> ServerName.of(nowhere)).message().hasSizeLessThan(400);
        assertThatThrownBy(() -> Stats.sessions("\u001b[31m" + "x".repeat(100_000)))
                .message()
                .startsWith("HAProxy printed unexpected statistics: ?[31mxxx")
                .hasSizeLessThan(400);
    }

    @Test
    void theSessionsOfAContainerAreFoundAmongOthers() {
        String session = "0x55f%d: proto=tcpv4 src=127.0.0.1:33028 fe=f8080 be=%s srv=%s ts=00 epoch=0 age=1s\n";
        String all = session.formatted(1, "h0.a", NAME)
                + session.formatted(2, "h0.a", NAME.replace("_12_", "_1_"))
                + session.formatted(3, "next8080", "next")
                + session.formatted(4, "t9000.b", NAME)
                + session.formatted(5, "elsewhere", NAME)
                + "0x55f6: proto=sockpair src=unix:2 fe=GLOBAL be=<NONE> srv=<none> ts=00\n\n";
        assertThat(Stats.sessionsAt(all, BACKEND.owner())).containsExactly("0x55f1", "0x55f4");
    }

    @Test
    void aServerIsUpOnlyAfterAConnection() throws Exception {
        assertThat(server("UP,L4OK", "10.0.0.11 2 0 20007 6").up()).isTrue();
        assertThat(server("UP,* L4OK", "10.0.0.11 2 0 20007 6").up()).isTrue();
        assertThat(server("UP 1/3,INI", "10.0.0.11 2 0 20007 6").up())
                .as("not checked yet")
                .isFalse();
        assertThat(server("UP,* INI", "10.0.0.11 2 0 20007 6").up())
                .as("it accepted a connection when it was added")
                .isTrue();
        assertThat(server("UP,L4CON", "10.0.0.11 2 0 20007 6").up()).isFalse();
        assertThat(server("UP 2/3,L4CON", "10.0.0.11 2 0 20007 6").up())
                .as("failing")
                .isFalse();
        assertThat(server("DOWN,L4CON", "10.0.0.11 0 0 20007 6").up()).isFalse();
    }

    @Test
    void aServerThatIsDisabledOrPointsElsewhereIsInNoRow() throws Exception {
        assertThat(server("UP,L4OK", "10.0.0.11 2 0 20007 6").enabled()).isTrue();
        assertThat(server("DOWN,L4CON", "10.0.0.11 0 0 20007 6").enabled())
                .as("down is still in its row")
                .isTrue();
        assertThat(server("MAINT,L4OK", "10.0.0.11 0 1 20007 6").enabled()).isFalse();
        assertThat(server("DRAIN,L4OK", "10.0.0.11 2 8 20007 6").enabled()).isFalse();
        assertThat(server("UP,L4OK", "10.0.0.12 2 0 20007 6").enabled()).isFalse();
        assertThat(server("UP,L4OK", "10.0.0.11 2 0 20008 6").enabled()).isFalse();
    }

    @Test
    void aServerThatIsNotCheckedRestsAndIsStillInItsRow() throws Exception {
        Server resting = server("DOWN,", "10.0.0.11 0 0 20007 2");
        assertThat(resting.resting()).isTrue();
        assertThat(resting.enabled()).isTrue();
        assertThat(resting.up()).isFalse();
        assertThat(server("DOWN,L4CON", "10.0.0.11 0 0 20007 6").resting()).isFalse();
        assertThat(server("DOWN,L4CON", "10.0.0.11 0 0 20007 7").resting())
                .as("being checked just now")
                .isFalse();
        assertThat(server("MAINT,", "10.0.0.11 0 1 20007 2").resting()).isFalse();
    }

    @Test
    void sessionsAreThoseOpenAndThoseQueued() throws Exception {
        assertThat(Stats.sessions(STAT_HEAD + "h8.a," + NAME + ",2,9,3,DOWN,L4CON,\nnext80,next,1,1,1,no check,,\n"))
                .isEqualTo(Map.of(BACKEND, 5));
    }

    @Test
    void whatIsCutOffOrStrangeIsAnErrorAndNotAnEmptyTable() {
        for (String stat :
                List.of("", "Unknown command", STAT_HEAD + "h8.a,x,1", STAT_HEAD + "h8.a,x,z,0,0,UP,L4OK,")) {
            assertThatThrownBy(() -> Stats.sessions(stat)).isInstanceOf(IOException.class);
        }
        for (String state : List.of("", "1", "2\n# be_id be_name", STATE_HEAD + "3 h8.a 1")) {
            assertThatThrownBy(() -> Stats.servers(STAT_HEAD, state)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aRowThatStaysKeepsItsPoolAndOneThatChangesTakesTheOther() {
        Backend other = new Backend(new Owner(SERVICE, 2, 1), "10.0.0.12", 20001);
        RouteKey key = new RouteKey(80);
        ObjectKey endpoint = new ObjectKey("team-a", "prod");
        Snapshot snapshot = new Snapshot(
                List.of(
                        "f80// h3.b|team-a/prod|team-a/web.app",
                        "pair/h3 f80//",
                        "f80: -",
                        "stamp/team-a/web.app-stack1 7",
                        "strange line here"),
                List.of(
                        new Server(new Pool("h3", 'b'), BACKEND, "10.0.0.11", true, false, 0),
                        new Server(new Pool("h3", 'a'), other, "10.0.0.12", true, true, 0)),
                Map.of(80, Protocol.HTTP));
        assertThat(snapshot.table().rows()).isEqualTo(Map.of(key, new Row(endpoint, SERVICE, List.of(BACKEND))));
        assertThat(snapshot.table().stamps()).isEqualTo(Map.of(new ObjectKey("team-a", "web.app-stack1"), 7L));
        assertThat(snapshot.spares()).isEqualTo(Map.of(key, Map.of(other, true)));
        assertThat(snapshot.switchTo(snapshot.table()))
                .contains(List.of(
                        "f80// h3.b|team-a/prod|team-a/web.app",
                        "pair/h3 f80//",
                        "f80: -",
                        "stamp/team-a/web.app-stack1 7"));

        Row moved = new Row(endpoint, SERVICE, List.of(other));
        assertThat(snapshot.switchTo(table(key, moved)))
                .contains(List.of("f80// h3.a|team-a/prod|team-a/web.app", "pair/h3 f80//", "f80: -"));
        Row both = new Row(endpoint, SERVICE, List.of(BACKEND, other));
        assertThat(snapshot.switchTo(table(key, both))).isEmpty();
        Row nobody = new Row(endpoint, SERVICE, List.of());
        assertThat(snapshot.switchTo(table(key, nobody)))
                .contains(List.of("f80// -|team-a/prod|team-a/web.app", "pair/h3 f80//", "f80: -"));
    }

    @Test
    void aRowThatLeadsToAnotherRoutesPoolIsNoRow() {
        Snapshot snapshot = new Snapshot(
                List.of(
                        "f80// h1.a|a/b|c/d",
                        "f81// h1.a|a/b|c/d",
                        "t82 t83.a|a/b|c/d",
                        "f83// h2.a|a/b|c/d",
                        "pair/h1 f81//",
                        "pair/h2 f83//"),
                List.of(),
                Map.of(80, Protocol.HTTP, 81, Protocol.HTTP, 82, Protocol.TCP, 83, Protocol.TCP));
        assertThat(snapshot.table().rows()).containsOnlyKeys(new RouteKey(81));
        assertThat(snapshot.live(new RouteKey(80))).isEmpty();
        assertThat(snapshot.spare(RouteKey.tcp(82))).contains(new Pool("t82", 'a'));
    }

    @Test
    void aPairIsFreeWhenNoRowNamesItAndNothingIsPreparedInIt() {
        Snapshot snapshot = new Snapshot(
                List.of(
                        "f80/a.io/ h0.b|a/b|c/d",
                        "pair/h0 f80/a.io/",
                        "pair/h1 f80/b.io/",
                        "pair/h2 f80/c.io/",
                        "pair/h10 f80/d.io/"),
                List.of(
                        new Server(new Pool("h2", 'a'), BACKEND, "10.0.0.11", true, true, 0),
                        new Server(new Pool("h10", 'b'), BACKEND, "10.0.0.11", false, false, 1),
                        new Server(new Pool("h4", 'b'), BACKEND, "10.0.0.11", true, true, 0)),
                Map.of(80, Protocol.HTTP));
        assertThat(snapshot.free(Set.of("h0", "h1", "h2", "h3", "h4", "h10", "h5")))
                .as("untouched ones first, then those that have to be emptied")
                .containsExactly("h3", "h5", "h1", "h4", "h10");
    }

    @Test
    void aKeyIsReadBackAsItWasWritten() {
        for (RouteKey key : List.of(
                new RouteKey(80),
                new RouteKey(80, "", "/api/v1"),
                new RouteKey(80, "a.io", "/"),
                new RouteKey(65535, "*.a-b.io", "/x_1~y.z"),
                RouteKey.tcp(5432))) {
            assertThat(RowText.parseKey(RowText.key(key))).contains(key);
        }
        assertThat(RowText.key(new RouteKey(80, "a.io", "/api"))).isEqualTo("f80/a.io/api/");
        assertThat(List.of("f80", "f0//", "f80/a.io", "f80/A.io/", "f80//a//", "t", "t0", ":80", "f80: -"))
                .allSatisfy(text -> assertThat(RowText.parseKey(text)).isEmpty());
    }

    private static RouteTable table(RouteKey key, Row row) {
        return new RouteTable(new TreeMap<>(Map.of(key, row)), new TreeMap<>());
    }

    private static Server server(String statusAndCheck, String state) throws IOException {
        String stat = STAT_HEAD + "h8.a," + NAME + ",0,0,0," + statusAndCheck + ",\n";
        List<Server> servers = Stats.servers(stat, STATE_HEAD + "3 h8.a 1 " + NAME + " " + state + "\n");
        assertThat(servers).hasSize(1);
        return servers.get(0);
    }
}
