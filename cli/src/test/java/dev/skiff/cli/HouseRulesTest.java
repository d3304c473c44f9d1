package dev.skiff.cli;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import dev.skiff.image.squashfs.reuse.BlockTable;
import dev.skiff.image.squashfs.reuse.RecordedImage;
import org.junit.jupiter.api.Test;

/// The rules of the house that a compiler cannot see.
final class HouseRulesTest {

  private static final JavaClasses PRODUCTION =
      new ClassFileImporter().withImportOption(new DoNotIncludeTests()).importPackages("dev.skiff");

  @Test
  void modulesDependDownwards() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .layer("definitions")
        .definedBy("dev.skiff.definitions..")
        .layer("image")
        .definedBy("dev.skiff.image..")
        .layer("runtime")
        .definedBy("dev.skiff.runtime..")
        .layer("builder")
        .definedBy("dev.skiff.builder..")
        .layer("cli")
        .definedBy("dev.skiff.cli..")
        .whereLayer("cli")
        .mayNotBeAccessedByAnyLayer()
        .whereLayer("builder")
        .mayOnlyBeAccessedByLayers("cli")
        .whereLayer("runtime")
        .mayOnlyBeAccessedByLayers("builder", "cli")
        .whereLayer("image")
        .mayOnlyBeAccessedByLayers("runtime", "builder", "cli")
        .check(PRODUCTION);
  }

  @Test
  void theRuntimeKnowsProblemsButNotTheLanguage() {
    noClasses()
        .that()
        .resideInAPackage("dev.skiff.runtime..")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                "dev.skiff.definitions.syntax..",
                "dev.skiff.definitions.check..",
                "dev.skiff.definitions.template.."))
        .check(PRODUCTION);
  }

  @Test
  void formatsSeeNothingOfOurs() {
    noClasses()
        .that()
        .resideInAPackage("dev.skiff.image..")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                "dev.skiff.definitions..", "dev.skiff.runtime..", "dev.skiff.builder.."))
        .check(PRODUCTION);
  }

  @Test
  void squashfsShowsOnlyItsFace() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.skiff.image.squashfs..")
        .should()
        .dependOnClassesThat(
            resideInAnyPackage(
                "dev.skiff.image.squashfs.format..",
                "dev.skiff.image.squashfs.read..",
                "dev.skiff.image.squashfs.write.."))
        .check(PRODUCTION);
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.skiff.image.squashfs..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("dev.skiff.image.squashfs.reuse..")
                .and(not(belongToAnyOf(BlockTable.class, RecordedImage.class))))
        .check(PRODUCTION);
  }

  @Test
  void squashfsReadsAndWritesApart() {
    noClasses()
        .that()
        .resideInAPackage("dev.skiff.image.squashfs.read..")
        .should()
        .dependOnClassesThat(resideInAnyPackage("dev.skiff.image.squashfs.write.."))
        .check(PRODUCTION);
    noClasses()
        .that()
        .resideInAPackage("dev.skiff.image.squashfs.write..")
        .should()
        .dependOnClassesThat(resideInAnyPackage("dev.skiff.image.squashfs.read.."))
        .check(PRODUCTION);
  }

  @Test
  void packagesFormNoCycle() {
    slices().matching("dev.skiff.(**)").should().beFreeOfCycles().check(PRODUCTION);
  }

  @Test
  void namesSayWhatAThingIs() {
    noClasses()
        .should()
        .haveNameMatching(".*(Manager|Helper|Utils?|Impl|Common|Misc)")
        .because("a name that fits anything tells the reader nothing")
        .check(PRODUCTION);
  }

  @Test
  void onlyTheCliTouchesTheTerminal() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.skiff.cli..")
        .should()
        .accessField(System.class, "out")
        .orShould()
        .accessField(System.class, "err")
        .orShould()
        .callMethod(System.class, "exit", int.class)
        .check(PRODUCTION);
  }

  @Test
  void eachLibraryStaysWhereItIsWrapped() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.skiff.cli..")
        .should()
        .dependOnClassesThat(resideInAnyPackage("picocli.."))
        .check(PRODUCTION);
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.skiff.builder.registry..")
        .should()
        .dependOnClassesThat(resideInAnyPackage("com.google.cloud.tools.jib.."))
        .check(PRODUCTION);
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.skiff.builder.docker..")
        .should()
        .dependOnClassesThat(resideInAnyPackage("com.github.dockerjava.."))
        .check(PRODUCTION);
    noClasses()
        .that()
        .resideOutsideOfPackages(
            "dev.skiff.runtime.config..", "dev.skiff.runtime.cdi..", "dev.skiff.runtime.seccomp..")
        .should()
        .dependOnClassesThat(resideInAnyPackage("org.yaml.."))
        .check(PRODUCTION);
    noClasses()
        .that()
        .resideInAPackage("dev.skiff.runtime..")
        .should()
        .dependOnClassesThat(resideInAnyPackage("com.fasterxml.."))
        .because("starting a container must not wait for a JSON library")
        .check(PRODUCTION);
  }
}
