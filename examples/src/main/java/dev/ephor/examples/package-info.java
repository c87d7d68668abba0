/// # Examples
///
/// Small programs that show how to use Ephor.
@NullMarked
package dev.ephor.examples;

import org.jspecify.annotations.NullMarked;
