package dev.cairn.embedded.watch;

import dev.cairn.embedded.store.Change;
import dev.cairn.embedded.store.Stored;

/** What a watcher is told. */
public record WatchEvent(Change.Type type, Stored stored) {}
