/// # Examples
///
/// Small programs that show how to use Ephor. Each runs as a test, so what it shows is true.
///
/// - [ReplicatedMap][dev.ephor.examples.ReplicatedMap]: the database by itself, in a program that
///   has no need of locks.
@NullMarked
package dev.ephor.examples;

import org.jspecify.annotations.NullMarked;
