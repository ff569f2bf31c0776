package dev.cairn.adapters;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One call after the other, each for all who have asked before it began: nobody gets an answer that is older than the
 * question, and however many ask at once, two calls serve them.
 */
public final class Together<Q, A> {
    private final Function<List<Q>, List<A>> call;
    private final ReentrantLock calling = new ReentrantLock();
    private Round<Q, A> next = new Round<>(); // guarded by this

    /** Those who share a call. */
    private static final class Round<Q, A> {
        private final List<Q> questions = new ArrayList<>(); // grows until the call begins
        private @Nullable List<A> answers; // guarded by calling
    }

    /** What one asks, and where its answer will be. */
    private record Place<Q, A>(Round<Q, A> round, int index) {}

    /**
     * @param call from questions to their answers, in the same order; what it throws is thrown at one of those who
     *     asked, and the others call anew
     */
    public Together(Function<List<Q>, List<A>> call) {
        this.call = call;
    }

    /** The answer to a question, from a call that begins after it was asked. */
    public A get(Q question) {
        Place<Q, A> place = join(question);
        calling.lock();
        try {
            List<A> answers = place.round.answers;
            if (answers == null) {
                answers = call.apply(begin(place.round));
                place.round.answers = answers;
            }
            return answers.get(place.index);
        } finally {
            calling.unlock();
        }
    }

    private synchronized Place<Q, A> join(Q question) {
        next.questions.add(question);
        return new Place<>(next, next.questions.size() - 1);
    }

    /** Whoever asks from now on waits for another call. */
    private synchronized List<Q> begin(Round<Q, A> round) {
        if (next == round) {
            next = new Round<>();
        }
        return List.copyOf(round.questions);
    }
}
