/// # The fault-tolerant log
///
/// It keeps values durable and in order on every replica, and executes what the core of
/// `dev.ephor.paxos` asks for.
@NullMarked
package dev.ephor.log;

import org.jspecify.annotations.NullMarked;
