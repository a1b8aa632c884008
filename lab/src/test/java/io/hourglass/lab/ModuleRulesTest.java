package io.hourglass.lab;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Test;

/** The order of lab's packages. That core knows nothing of lab, core's own test says. */
class ModuleRulesTest {
    private static final JavaClasses LAB = new ClassFileImporter()
            .importUrl(Progress.class.getProtectionDomain().getCodeSource().getLocation());

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.hourglass.(**)").should().beFreeOfCycles().check(LAB);
    }

    @Test
    void analysisDependsOnCoreAlone() {
        noClasses()
                .that()
                .resideInAPackage("io.hourglass.lab.analysis")
                .should()
                .dependOnClassesThat(resideInAPackage("io.hourglass.lab..")
                        .and(resideOutsideOfPackage("io.hourglass.lab.analysis..")))
                .check(LAB);
    }

    @Test
    void nothingDependsOnBench() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.hourglass.bench..")
                .check(LAB);
    }

    @Test
    void onlyCoreTouchesTheVectorModule() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("jdk.incubator.vector..")
                .check(LAB);
    }
}
