/// # Multi-Paxos as a pure state machine
///
/// It needs `java.base` only: time, randomness, messages and the disk's answers come in as inputs,
/// and everything to be done goes out as effects.
@NullMarked
package dev.ephor.paxos;

import org.jspecify.annotations.NullMarked;
