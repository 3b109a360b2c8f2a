package nearfar;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.syntax.ArchRuleDefinition;
import org.junit.jupiter.api.Test;

/**
 * Holds the directions in which the packages may know each other, and the libraries each may touch.
 */
class PackageArrowsTest {

  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("nearfar");

  @Test
  void packagesKnowEachOtherOnlyInTheDirectionsOfThePlan() {
    layeredArchitecture()
        .consideringOnlyDependenciesInLayers()
        .withOptionalLayers(true)
        .layer("distance")
        .definedBy("nearfar.distance..")
        .layer("mining")
        .definedBy("nearfar.mining..")
        .layer("loss")
        .definedBy("nearfar.loss..")
        .layer("npy")
        .definedBy("nearfar.npy..")
        .layer("nn")
        .definedBy("nearfar.nn..")
        .layer("data")
        .definedBy("nearfar.data..")
        .layer("evaluation")
        .definedBy("nearfar.evaluation..")
        .layer("training")
        .definedBy("nearfar.training..")
        .layer("report")
        .definedBy("nearfar.report..")
        .layer("notebook")
        .definedBy("nearfar.notebook..")
        .whereLayer("distance")
        .mayNotAccessAnyLayer()
        .whereLayer("mining")
        .mayNotAccessAnyLayer()
        .whereLayer("loss")
        .mayOnlyAccessLayers("distance", "mining")
        .whereLayer("npy")
        .mayNotAccessAnyLayer()
        .whereLayer("nn")
        .mayOnlyAccessLayers("npy")
        .whereLayer("data")
        .mayNotAccessAnyLayer()
        .whereLayer("evaluation")
        .mayOnlyAccessLayers("npy")
        .whereLayer("training")
        .mayOnlyAccessLayers("loss", "nn", "data", "evaluation")
        .whereLayer("report")
        .mayOnlyAccessLayers("evaluation", "loss", "training", "data")
        .whereLayer("notebook")
        .mayOnlyAccessLayers("report", "training", "data", "evaluation")
        .check(CLASSES);
  }

  @Test
  void miningEvaluationAndFilesArePlainJava() {
    ArchRuleDefinition.classes()
        .that()
        .resideInAnyPackage("nearfar.mining..", "nearfar.evaluation..", "nearfar.npy..")
        .should()
        .onlyDependOnClassesThat()
        .resideInAnyPackage(
            "nearfar.mining..",
            "nearfar.evaluation..",
            "nearfar.npy..",
            "java..",
            "org.jspecify..",
            "org.apache.commons.statistics.distribution..")
        .allowEmptyShould(true)
        .check(CLASSES);
  }

  @Test
  void onlyTheNotebookPackageKnowsJupyter() {
    ArchRuleDefinition.noClasses()
        .that()
        .resideOutsideOfPackage("nearfar.notebook..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.dflib.jjava..")
        .check(CLASSES);
  }
}
