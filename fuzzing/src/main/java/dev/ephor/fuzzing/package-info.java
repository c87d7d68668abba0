/// What the fuzz tests of the modules have in common.
///
/// A fuzz test is a method with Jazzer's `@FuzzTest` and one `byte[]`: whatever the bytes are, it
/// returns, or it has found something. It lies in the tests of the module whose codec it tries. Its
/// corpus is committed beside it, in `src/test/resources/<package>/<class>Inputs/<method>`: real
/// encodings ([dev.ephor.fuzzing.Seeds]), and what was found once.
///
/// In the build each test runs over its corpus, and over a fixed number of inputs that are made of
/// it ([dev.ephor.fuzzing.FreshInputs]). `./fuzz` looks for more, with Jazzer; docs/FUZZING.md says
/// how.
@NullMarked
package dev.ephor.fuzzing;

import org.jspecify.annotations.NullMarked;
