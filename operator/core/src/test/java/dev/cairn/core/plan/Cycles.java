package dev.cairn.core.plan;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * I6: without faults and users no world comes again, so that every schedule comes to an end. That the ends are right is
 * checked where they are met.
 */
final class Cycles {
    private final Map<Integer, List<Search.Edge>> ways;
    private final int[] waysIn;

    Cycles(Map<Integer, List<Search.Edge>> ways, int worlds) {
        this.ways = ways;
        this.waysIn = new int[worlds];
    }

    Optional<Search.Found> find() {
        for (int world = 0; world < waysIn.length; world++) {
            onward(world).forEach(edge -> waysIn[edge.world()]++);
        }
        Deque<Integer> free = new ArrayDeque<>();
        for (int world = 0; world < waysIn.length; world++) {
            if (waysIn[world] == 0) {
                free.add(world);
            }
        }
        int ordered = 0;
        for (; !free.isEmpty(); ordered++) {
            for (Search.Edge edge : onward(free.remove())) {
                if (--waysIn[edge.world()] == 0) {
                    free.add(edge.world());
                }
            }
        }
        return ordered == waysIn.length ? Optional.empty() : Optional.of(cycle());
    }

    private List<Search.Edge> onward(int world) {
        return ways.getOrDefault(world, List.of()).stream()
                .filter(Search.Edge::onward)
                .toList();
    }

    private record Step(int from, String by) {}

    /** Each world that is left over has a way in from one that is left over: walking back comes round. */
    private Search.Found cycle() {
        Map<Integer, Step> before = new HashMap<>();
        for (int world = 0; world < waysIn.length; world++) {
            if (waysIn[world] > 0) {
                for (Search.Edge edge : onward(world)) {
                    before.put(edge.world(), new Step(world, edge.label()));
                }
            }
        }
        int world = 0;
        while (waysIn[world] == 0) {
            world++;
        }
        Set<Integer> met = new HashSet<>();
        while (met.add(world)) {
            world = before.get(world).from;
        }
        int first = world;
        List<String> path = new ArrayList<>();
        do {
            Step step = before.get(world);
            path.add(step.by);
            world = step.from;
        } while (world != first);
        Collections.reverse(path);
        return new Search.Found("I6: the same world again after", path);
    }
}
