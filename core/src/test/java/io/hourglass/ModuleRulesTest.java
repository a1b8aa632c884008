package io.hourglass;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.lang.module.ModuleDescriptor;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The order of core's packages, as ARCHITECTURE.md draws it. ArchUnit fails a rule that finds no classes to check
 * ({@code archRule.failOnEmptyShould}), so a package that is renamed cannot leave its rule behind.
 */
@Tag("once")
class ModuleRulesTest {
    private static final JavaClasses CORE = new ClassFileImporter()
            .importUrl(Autoencoder.class.getProtectionDomain().getCodeSource().getLocation());
    private static final Set<String> INTERNAL =
            Set.of("io.hourglass.compute", "io.hourglass.engine", "io.hourglass.io", "io.hourglass.numerics");

    /** Each package, and the packages of core that it may use. */
    @ParameterizedTest
    @CsvSource({
        "io.hourglass.io, ''",
        "io.hourglass.numerics, ''",
        "io.hourglass.nn, io.hourglass.io io.hourglass.numerics",
        "io.hourglass.compute, io.hourglass.nn io.hourglass.numerics",
        "io.hourglass.format, io.hourglass.io",
        "io.hourglass.engine, io.hourglass.compute io.hourglass.nn io.hourglass.numerics",
        "io.hourglass, io.hourglass.engine io.hourglass.compute io.hourglass.nn io.hourglass.format io.hourglass.io",
        "io.hourglass.anomaly, io.hourglass io.hourglass.compute io.hourglass.format io.hourglass.io io.hourglass.nn",
    })
    void aPackageUsesOnlyThoseBelowIt(String name, String below) {
        Set<String> allowed = new HashSet<>(Set.of(below.split(" ")));
        allowed.addAll(Set.of(name, "java..", "jdk.incubator.vector", "org.jspecify.annotations"));
        classes()
                .that()
                .resideInAPackage(name)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(allowed.stream().filter(p -> !p.isEmpty()).toArray(String[]::new))
                .because("core has no runtime dependency, and its packages point one way")
                .check(CORE);
    }

    @Test
    void everyPackageHasARule() {
        assertThat(CORE.stream().map(c -> c.getPackageName()).collect(Collectors.toSet()))
                .containsExactlyInAnyOrder(
                        "io.hourglass",
                        "io.hourglass.anomaly",
                        "io.hourglass.compute",
                        "io.hourglass.engine",
                        "io.hourglass.format",
                        "io.hourglass.io",
                        "io.hourglass.nn",
                        "io.hourglass.numerics");
    }

    @Test
    void packagesHaveNoCycles() {
        // "io.(**)" and not "io.hourglass(**)", which would leave the root package out.
        slices().matching("io.(**)").should().beFreeOfCycles().check(CORE);
    }

    @Test
    void onlyTheVectorClassesTouchTheVectorModule() {
        noClasses()
                .that()
                .haveNameNotMatching("io\\.hourglass\\.compute\\.Vector.*")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("jdk.incubator.vector..")
                .because("without --add-modules jdk.incubator.vector every other class must still load")
                .check(CORE);
    }

    @Test
    void usersSeeTheExportedPackagesOnly() {
        ModuleDescriptor module = Autoencoder.class.getModule().getDescriptor();
        Set<String> exported = module.exports().stream()
                .filter(e -> !e.isQualified())
                .map(ModuleDescriptor.Exports::source)
                .collect(Collectors.toSet());
        assertThat(exported)
                .containsExactlyInAnyOrder(
                        "io.hourglass", "io.hourglass.anomaly", "io.hourglass.format", "io.hourglass.nn");
        assertThat(module.exports().stream()
                        .filter(ModuleDescriptor.Exports::isQualified)
                        .map(ModuleDescriptor.Exports::targets)
                        .distinct())
                .containsExactly(Set.of("io.hourglass.lab", "io.hourglass.spark"));
    }

    /** Users can import every type that a public signature names. */
    @Test
    void theExportedApiNamesNoInternalType() {
        Set<String> leaks = CORE.stream()
                .filter(ModuleRulesTest::isPublic)
                .filter(c -> !INTERNAL.contains(c.getPackageName()))
                .flatMap(c -> c.getCodeUnits().stream())
                .filter(u -> u.getModifiers().contains(JavaModifier.PUBLIC)
                        || u.getModifiers().contains(JavaModifier.PROTECTED))
                .flatMap(u -> Stream.concat(u.getRawParameterTypes().stream(), Stream.of(u.getRawReturnType()))
                        .filter(t -> INTERNAL.contains(t.getPackageName()))
                        .map(t -> u.getFullName() + " names " + t.getName()))
                .collect(Collectors.toSet());
        assertThat(leaks).isEmpty();
    }

    private static boolean isPublic(JavaClass type) {
        return type.getModifiers().contains(JavaModifier.PUBLIC)
                && type.getEnclosingClass().map(ModuleRulesTest::isPublic).orElse(true);
    }
}
