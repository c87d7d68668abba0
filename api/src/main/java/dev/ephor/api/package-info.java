/// # The client protocol
///
/// The `.proto` files under `src/main/proto` are the source; the classes of this package are
/// generated from them.
@NullMarked
package dev.ephor.api;

import org.jspecify.annotations.NullMarked;
