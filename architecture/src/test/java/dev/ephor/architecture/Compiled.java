package dev.ephor.architecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;

/// The compiled main classes of all modules, read once.
final class Compiled {
    private static final JavaClasses MAIN_CLASSES =
            new ClassFileImporter()
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                    .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_PACKAGE_INFOS)
                    .withImportOption(location -> !location.contains("/architecture/"))
                    .importPackages("dev.ephor");

    private Compiled() {}

    static JavaClasses mainClasses() {
        return MAIN_CLASSES;
    }
}
