/// # The rules of the house
///
/// This module holds no product code. Its tests look at all other modules: at their compiled
/// classes for the order of modules (`ModulesTest`) and for what the deterministic ones may not
/// touch (`PurityTest`), and at their sources for what keeps them readable (`TidyTest`,
/// `FormatTest`).
@NullMarked
package dev.ephor.architecture;

import org.jspecify.annotations.NullMarked;
