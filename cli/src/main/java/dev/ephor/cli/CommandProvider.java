package dev.ephor.cli;

/// Adds a sub-command to `ephor` from a module that comes after this one: the simulator and the
/// benchmark do, so that the command line does not depend on them.
///
/// Found by [java.util.ServiceLoader]. The launcher starts from the class path, tests and embedders
/// may use the module path, so a provider is named in both places: `provides
/// dev.ephor.cli.CommandProvider with ...` in `module-info.java`, and its class name in
/// `META-INF/services/dev.ephor.cli.CommandProvider`. It has a public constructor without
/// parameters that does nothing costly.
public interface CommandProvider {
    /// An object (not a class) with picocli's `@Command`, whose `name` is what the user types. It
    /// is a `Callable<Integer>`, and what it returns is the exit code of `ephor`: 0 for success, 1
    /// for a failure, 2 for wrong usage. Its package is open to `info.picocli`. It prints its
    /// results on `System.out` and everything else on `System.err`; exceptions that it throws are
    /// shown as one line with their message.
    ///
    /// Called once, on the main thread, each time that `ephor` starts.
    Object command();
}
