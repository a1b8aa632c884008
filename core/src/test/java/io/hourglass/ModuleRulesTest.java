package io.hourglass;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The order of core's packages: {@code io.hourglass -> nn -> compute}, and {@code io} on its own. */
class ModuleRulesTest {
    private static final JavaClasses CORE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.hourglass");

    @Test
    void theLibraryDependsOnTheJdkAlone() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "io.hourglass",
                        "io.hourglass.nn",
                        "io.hourglass.compute",
                        "io.hourglass.io",
                        "java..",
                        "jdk.incubator.vector",
                        "org.jspecify.annotations")
                .because("core has no runtime dependency and knows nothing of lab, spark and bench")
                .check(CORE);
    }

    @Test
    void computeDependsOnNoOtherPackage() {
        noClasses()
                .that()
                .resideInAPackage("io.hourglass.compute")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.hourglass", "io.hourglass.nn", "io.hourglass.io")
                .allowEmptyShould(true)
                .check(CORE);
    }

    @Test
    void networksDependOnComputeAlone() {
        noClasses()
                .that()
                .resideInAPackage("io.hourglass.nn")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.hourglass", "io.hourglass.io")
                .allowEmptyShould(true)
                .check(CORE);
    }

    @Test
    void fileFormatsDependOnNoOtherPackage() {
        noClasses()
                .that()
                .resideInAPackage("io.hourglass.io")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("io.hourglass", "io.hourglass.nn", "io.hourglass.compute")
                .allowEmptyShould(true)
                .check(CORE);
    }

    @Test
    void packagesHaveNoCycles() {
        // "io.(**)" and not "io.hourglass(**)", which would leave the root package out.
        slices().matching("io.(**)")
                .should()
                .beFreeOfCycles()
                .allowEmptyShould(true)
                .check(CORE);
    }

    @Test
    void onlyTheVectorClassesTouchTheVectorModule() {
        noClasses()
                .that()
                .haveNameNotMatching("io\\.hourglass\\.compute\\.Vector.*")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("jdk.incubator.vector..")
                .because(
                        "VectorKernels is asked for only when the module is there: without --add-modules jdk.incubator.vector every other class must still load")
                .allowEmptyShould(true)
                .check(CORE);
    }
}
