/// # The Java client
///
/// Sessions, KeepAlives, handles and locks for a program that uses a cell. It runs on Java 17.
@NullMarked
package dev.ephor.client;

import org.jspecify.annotations.NullMarked;
