package dev.cairn.core.plan;

import dev.cairn.core.port.World;

/** What an action does to a world: the port call that it stands for. */
final class Acts {
    private Acts() {}

    static World.Result perform(World world, Action action) {
        if (action instanceof Action.Write write) {
            return world.write(write.after());
        } else if (action instanceof Action.Start start) {
            return world.start(start.host(), start.owner(), start.entry());
        } else if (action instanceof Action.Remove remove) {
            return world.remove(remove.host(), remove.id());
        } else if (action instanceof Action.Switch change) {
            return world.commit(change.token(), change.table());
        } else if (action instanceof Action.Warm warm) {
            return world.warm(warm.rows());
        } else if (action instanceof Action.Wake wake) {
            return world.wake(wake.owner());
        } else if (action instanceof Action.Disconnect disconnect) {
            return world.disconnect(disconnect.owner());
        } else if (action instanceof Action.Listen listen) {
            return world.listen(listen.ports());
        } else if (action instanceof Action.Pull pull) {
            return world.pull(pull.host(), pull.image());
        } else if (action instanceof Action.CreateStack create) {
            return world.create(create.stack());
        } else if (action instanceof Action.DeleteStack delete) {
            return world.delete(delete.stack());
        } else if (action instanceof Action.ReleaseStack release) {
            return world.release(release.stack());
        } else if (action instanceof Action.ReleaseService release) {
            return world.releaseService(release.service());
        }
        throw new IllegalArgumentException(action.text());
    }
}
