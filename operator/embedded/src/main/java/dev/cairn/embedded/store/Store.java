package dev.cairn.embedded.store;

import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The objects. One thread does all writes: it takes what waits, runs each on its own, commits and syncs once, then shows
 * the result to readers and watchers and only then acknowledges. A reader never sees what a crash could take back.
 */
public final class Store implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(Store.class.getName());
    private static final int MAX_WAITING = 1_000;
    private static final int MAX_BATCH = 64;
    private static final long WRITE_TIMEOUT_SECONDS = 30;

    private static final long REOPEN_NANOS = TimeUnit.SECONDS.toNanos(1);

    /**
     * @param follows whether it follows from a change, so that nobody would ask for it again
     */
    private record Task(Function<Transaction, ?> work, boolean keep, boolean follows, CompletableFuture<Object> done) {}

    /** A write that failed, and the changes of which nobody knows yet whether the file has them. */
    private record Failure(StoreException reason, Transaction doubtful, long atNanos) {}

    /** Told of changes after they are durable and visible, on the writing thread, in order. */
    public interface Listener {
        /**
         * @param later takes further writes that follow from these changes; they run next and cannot be refused
         */
        void committed(List<Change> changes, Consumer<Consumer<Transaction>> later);
    }

    private StoreFile file; // of the writing thread only, once that runs
    private final Memory memory = new Memory();
    private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock();
    private final BlockingQueue<Task> waiting = new ArrayBlockingQueue<>(MAX_WAITING);
    private final Deque<Task> following = new ArrayDeque<>(); // of the writing thread only
    private final List<Listener> listeners = new ArrayList<>();
    private final Thread writer = new Thread(this::writeLoop, "embedded-store");
    private long revision;
    private volatile boolean closed;
    private @Nullable Failure failure; // of the writing thread only

    private Store(StoreFile file) {
        this.file = file;
        this.revision = Math.max(1, file.revision());
        file.load(memory::put);
        writer.setDaemon(true);
    }

    /** Opens or creates the store of a data directory; throws {@link StoreException} when it is damaged or in use. */
    public static Store open(Path directory) {
        return new Store(StoreFile.open(directory));
    }

    /** Begins to write. Listeners are known by then. */
    public void start(Listener... all) {
        listeners.addAll(List.of(all));
        writer.start();
    }

    public Optional<Stored> get(Key key) {
        return reading(() -> Optional.ofNullable(memory.objects.get(key.text())));
    }

    /** All objects of a kind by namespace and name; of all namespaces when {@code namespace} is null. */
    public Listing list(String group, String plural, @Nullable String namespace) {
        return reading(() -> new Listing(revision, memory.list(group, plural, namespace)));
    }

    /** Everything as it is at one moment, by key. */
    Listing all() {
        return reading(() -> new Listing(revision, List.copyOf(memory.objects.values())));
    }

    /** Runs something while nothing becomes visible, so that several reads see one state. */
    public <T> T reading(Supplier<T> read) {
        lock.readLock().lock();
        try {
            return read.get();
        } finally {
            lock.readLock().unlock();
        }
    }

    /**
     * Runs work alone against the newest state and returns its result once its changes are durable. What the work throws
     * is thrown here and its changes are dropped.
     *
     * @param keep false to run it and drop its changes (a dry run)
     * @throws StoreException when too many writes wait, the disk is full or fails (the changes may then still become
     *     visible), or nothing happens for 30 s
     */
    @SuppressWarnings("unchecked")
    public <T> T write(boolean keep, Function<Transaction, T> work) {
        Task task = new Task(work, keep, false, new CompletableFuture<>());
        if (closed || !waiting.offer(task)) {
            throw new StoreException(closed ? "The API is stopping." : "Too many writes are waiting; try again.");
        }
        try {
            return (T) task.done.get(WRITE_TIMEOUT_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new StoreException("The write failed: " + e.getCause(), e);
        } catch (TimeoutException e) {
            throw new StoreException("The write was not acknowledged within " + WRITE_TIMEOUT_SECONDS + " s.", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreException("The API is stopping.", e);
        }
    }

    private void writeLoop() {
        List<Task> batch = new ArrayList<>();
        while (!closed || !waiting.isEmpty()) {
            batch.clear();
            recover();
            while (failure == null && batch.size() < MAX_BATCH && !following.isEmpty()) {
                batch.add(following.poll());
            }
            waiting.drainTo(batch, MAX_BATCH - batch.size());
            if (batch.isEmpty()) {
                try {
                    Task next = failure == null ? waiting.take() : waiting.poll(REOPEN_NANOS, TimeUnit.NANOSECONDS);
                    if (next == null) {
                        continue;
                    }
                    batch.add(next);
                    waiting.drainTo(batch, MAX_BATCH - 1);
                } catch (InterruptedException e) {
                    return;
                }
            }
            runBatch(batch);
        }
    }

    private void runBatch(List<Task> batch) {
        Failure standing = failure;
        if (standing != null) {
            batch.forEach(task -> task.done.completeExceptionally(standing.reason));
            return;
        }
        Transaction transaction = new Transaction(memory, revision);
        List<Runnable> answers = new ArrayList<>();
        for (Task task : batch) {
            answers.add(run(task, transaction));
        }
        try {
            if (!transaction.changes().isEmpty()) {
                file.persist(transaction.changes(), transaction.revision());
                publish(transaction);
            }
            answers.forEach(Runnable::run);
        } catch (StoreException e) {
            failure = new Failure(e, transaction, System.nanoTime());
            List<Task> again = batch.stream().filter(Task::follows).toList();
            for (int i = again.size() - 1; i >= 0; i--) {
                following.addFirst(again.get(i));
            }
            batch.stream().filter(task -> !task.follows).forEach(task -> task.done.completeExceptionally(e));
        }
    }

    /**
     * After a write that failed: reads from the file whether it has the changes or not, and goes on from there. As long
     * as that cannot be done all writes are refused.
     */
    private void recover() {
        Failure last = failure;
        if (last == null || System.nanoTime() - last.atNanos < REOPEN_NANOS) {
            return;
        }
        try {
            file = file.reopen();
            if (file.revision() == last.doubtful.revision()) {
                publish(last.doubtful);
            } else if (file.revision() != revision) {
                throw new StoreException("The store is at revision " + file.revision() + ", which nobody has written;"
                        + " stop the API and restore a backup.");
            }
            failure = null;
        } catch (StoreException e) {
            failure = new Failure(e, last.doubtful, System.nanoTime());
        }
    }

    /** Runs one task and returns how to answer it once the batch is durable. */
    private static Runnable run(Task task, Transaction transaction) {
        int mark = transaction.mark();
        try {
            Object result = task.work.apply(transaction);
            if (!task.keep) {
                transaction.undoTo(mark);
            }
            return () -> task.done.complete(result);
        } catch (Throwable e) { // whatever it is, it belongs to the caller and must not end this thread
            transaction.undoTo(mark);
            return () -> task.done.completeExceptionally(e);
        }
    }

    private void publish(Transaction transaction) {
        lock.writeLock().lock();
        try {
            for (Change change : transaction.changes()) {
                if (change.type() == Change.Type.DELETED) {
                    memory.remove(change.after().key().text());
                } else {
                    memory.put(change.after());
                }
            }
            revision = transaction.revision();
            for (Listener listener : listeners) {
                listener.committed(List.copyOf(transaction.changes()), this::follow);
            }
        } finally {
            lock.writeLock().unlock();
        }
    }

    private void follow(Consumer<Transaction> work) {
        CompletableFuture<Object> done = new CompletableFuture<>();
        var unused = done.exceptionally(error -> {
            LOG.log(
                    System.Logger.Level.ERROR,
                    "What follows from a change could not be done; the next start does it.",
                    error);
            return "";
        });
        following.add(new Task(
                transaction -> {
                    work.accept(transaction);
                    return "";
                },
                true,
                true,
                done));
    }

    /** Finishes what has been accepted, then closes the file. */
    @Override
    public void close() {
        closed = true;
        // where it is refused, others wait to be written, and none of them is the last one to be taken
        waiting.offer(new Task(transaction -> "", false, false, new CompletableFuture<>()));
        try {
            writer.join(TimeUnit.SECONDS.toMillis(WRITE_TIMEOUT_SECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        file.close();
    }
}
