/// # Acceptance
///
/// Ephor judged from outside: replicas as processes of their own, started as an operator starts
/// them, killed with `kill -9`, paused with SIGSTOP, their files damaged, their ports abused; used
/// through the public client. Nothing here knows anything that a user could not know.
///
/// 1. `Program` is a Java process, `Replica` one that is a replica, `RealCell` five of them.
/// 2. `Writer`, `RawSession` and `LockHolder` use a cell and remember what they saw, with times of
///    the one monotonic clock that all processes of a machine share.
/// 3. Each class whose name ends in `IT` is one promise: what it says in its first lines holds.
@NullMarked
package dev.ephor.acceptance;

import org.jspecify.annotations.NullMarked;
