package io.hourglass.spark;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The rules of Spark's module. */
@Tag("once")
class ModuleRulesTest {
    @Test
    void sparkDependsOnCoreAndSparkAlone() {
        classes()
                .that()
                .resideInAPackage("io.hourglass.spark")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "io.hourglass.spark",
                        "io.hourglass",
                        "io.hourglass.anomaly",
                        "io.hourglass.compute",
                        "io.hourglass.engine",
                        "io.hourglass.format",
                        "io.hourglass.io",
                        "io.hourglass.nn",
                        "java..",
                        "scala..",
                        "org.apache.spark..",
                        "org.apache.hadoop..",
                        "org.slf4j",
                        "org.jspecify.annotations")
                .because("core is all it needs of Hourglass; the rest every Spark installation has")
                .check(new ClassFileImporter()
                        .importUrl(AutoencoderModel.class
                                .getProtectionDomain()
                                .getCodeSource()
                                .getLocation()));
    }
}
