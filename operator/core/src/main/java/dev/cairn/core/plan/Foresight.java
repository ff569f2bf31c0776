package dev.cairn.core.plan;

import dev.cairn.core.model.Desired;
import dev.cairn.core.model.HostView;
import dev.cairn.core.model.ServiceStack;
import dev.cairn.core.model.Surroundings;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What all passes from now on will do, provided that every call succeeds, everything that starts becomes healthy and
 * nobody interferes. Changes nothing. It is the engine's loop over a picture of the world: what a pass of the engine
 * leaves to the next one, this one does too.
 */
public final class Foresight {
    /** More passes than the longest change needs; a plan that does not end by then is told as far as it goes. */
    private static final int MOST_PASSES = 500;

    /** What passes by itself and belongs to the way; everything else that is waited for is where the way ends. */
    private static final Set<String> PASSING = Set.of("Settling", "Canary", "BackOff", "Draining");

    private final Planner planner = new Planner();
    private final Picture picture;

    private Foresight(Picture picture) {
        this.picture = picture;
    }

    /**
     * @param passes everything that will be done, pass by pass; what one pass does is done side by side
     * @param last the plan of the last pass: what is still waited for and violated then
     * @param desired the record as it will be then
     * @param observed what will be seen then
     */
    public record Course(List<List<Action>> passes, Plan last, Desired desired, Observed observed) {
        public Course {
            passes = passes.stream().map(List::copyOf).toList();
        }

        /** All of it, in the order in which it will be done. */
        public List<Action> actions() {
            return passes.stream().flatMap(List::stream).toList();
        }

        /** What another service will find declared and recorded after this course. */
        public Desired beside(Desired other) {
            List<ServiceStack> stacks = new ArrayList<>(other.around().stacks());
            stacks.removeIf(stack -> stack.service().equals(desired.key()));
            stacks.addAll(desired.stacks());
            Surroundings around = new Surroundings(
                    stacks, other.around().endpoints(), other.around().hosts());
            return new Desired(other.key(), other.service(), other.stacks(), around);
        }

        /** What a look made for another service will see after this course. */
        public Observed observedBy(Observed other) {
            Map<String, HostView> hosts = new HashMap<>(other.hosts());
            observed.hosts()
                    .forEach((name, after) -> hosts.computeIfPresent(name, (same, look) -> {
                        Map<String, String> images = new HashMap<>(look.images());
                        images.putAll(after.images());
                        return Picture.with(after, after.containers(), images);
                    }));
            return new Observed(hosts, observed.proxy(), other.timers());
        }
    }

    /** The course from what is declared and observed now. */
    public static Course of(Desired desired, Observed observed, Instant now) {
        Foresight world = new Foresight(new Picture(desired, observed, now));
        List<List<Action>> passes = new ArrayList<>();
        Plan plan = world.plan();
        for (int i = 0; i < MOST_PASSES; i++) {
            if (!plan.actions().isEmpty()) {
                passes.add(world.pass(plan));
            } else if (!world.wait(plan)) {
                break;
            }
            plan = world.plan();
        }
        return new Course(passes, plan, world.picture.desired(), world.picture.observed());
    }

    private Plan plan() {
        picture.look();
        return planner.plan(picture.desired(), picture.observed(), picture.now());
    }

    /** One pass, as the engine makes it; what it does. */
    private List<Action> pass(Plan plan) {
        List<Action> actions = plan.actionsNow();
        actions.forEach(picture::apply);
        // The next look prepares another table; the one before is out of the way only after a switch.
        picture.settled(actions.stream().anyMatch(Action.Switch.class::isInstance));
        return actions;
    }

    /** Lets pass what passes by itself; false when there is nothing of that kind. */
    private boolean wait(Plan plan) {
        picture.settled(false);
        if (picture.startsUp()) {
            return true;
        }
        List<Plan.Wait> passing = plan.waits().stream()
                .filter(wait -> PASSING.contains(wait.reason()))
                .toList();
        passing.stream()
                .map(Plan.Wait::until)
                .flatMap(Stream::ofNullable)
                .min(Instant::compareTo)
                .ifPresent(picture::later);
        return !passing.isEmpty();
    }
}
