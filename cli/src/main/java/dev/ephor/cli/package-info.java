/// # The `ephor` command line
///
/// Commands for those who run a cell and for those who use one.
@NullMarked
package dev.ephor.cli;

import org.jspecify.annotations.NullMarked;
