package io.hourglass.lab;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.hourglass.lab.progress.Progress;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The order of lab's packages. Core's own test says that core does not use lab. ArchUnit fails a rule that finds no
 * classes to check, so a package that is renamed cannot leave its rule behind.
 */
@Tag("once")
class ModuleRulesTest {
    private static final JavaClasses LAB = new ClassFileImporter()
            .importUrl(Progress.class.getProtectionDomain().getCodeSource().getLocation());

    /** Each package of lab, and the packages of lab that it may use. */
    private static final Map<String, String> BELOW = Map.ofEntries(
            Map.entry("analysis", ""),
            Map.entry("page", ""),
            Map.entry("text", ""),
            Map.entry("progress", "analysis"),
            Map.entry("data", "analysis progress text"),
            Map.entry("training", "analysis data progress"),
            Map.entry("codec", "analysis data"),
            Map.entry("detection", "analysis data progress training"),
            Map.entry("study", "analysis data progress text training"),
            Map.entry("bench", "analysis progress study"),
            Map.entry("explorer", "analysis data page study text"),
            Map.entry("report", "analysis codec data detection page study text"),
            Map.entry("cli", "analysis bench codec data detection explorer progress report study text training"));

    static Set<String> packages() {
        return BELOW.keySet();
    }

    @ParameterizedTest
    @MethodSource("packages")
    void aPackageUsesOnlyThoseBelowIt(String name) {
        String[] others = packages().stream()
                .filter(other -> !other.equals(name) && !below(name).contains(other))
                .map(other -> "io.hourglass.lab." + other)
                .toArray(String[]::new);
        noClasses()
                .that()
                .resideInAPackage("io.hourglass.lab." + name)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(others)
                .because("lab's packages point one way")
                .check(LAB);
    }

    /** A table that allows more than is used would say less than it seems to. */
    @ParameterizedTest
    @MethodSource("packages")
    void aPackageUsesAllThatItsRuleAllows(String name) {
        Set<String> used = LAB.stream()
                .filter(type -> type.getPackageName().equals("io.hourglass.lab." + name))
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .map(use -> use.getTargetClass().getPackageName())
                .filter(target -> target.startsWith("io.hourglass.lab."))
                .map(target -> target.substring("io.hourglass.lab.".length()))
                .collect(Collectors.toSet());
        assertThat(used).containsAll(below(name));
    }

    @Test
    void everyPackageHasARule() {
        assertThat(LAB.stream().map(JavaClass::getPackageName).collect(Collectors.toSet()))
                .isEqualTo(packages().stream()
                        .map(name -> "io.hourglass.lab." + name)
                        .collect(Collectors.toSet()));
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("io.hourglass.(**)").should().beFreeOfCycles().check(LAB);
    }

    @Test
    void nothingDependsOnBench() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAPackage("io.hourglass.benchmarks..")
                .check(LAB);
    }

    @Test
    void onlyThePeakTouchesTheVectorModule() {
        noClasses()
                .that()
                .doNotHaveFullyQualifiedName("io.hourglass.lab.bench.VectorPeak")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("jdk.incubator.vector..")
                .because("without --add-modules jdk.incubator.vector every other class must still load")
                .check(LAB);
    }

    private static Set<String> below(String name) {
        return Arrays.stream(BELOW.get(name).split(" "))
                .filter(below -> !below.isEmpty())
                .collect(Collectors.toSet());
    }
}
