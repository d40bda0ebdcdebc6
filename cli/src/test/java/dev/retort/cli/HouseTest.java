package dev.retort.cli;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameEndingWith;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.simpleNameStartingWith;
import static com.tngtech.archunit.lang.conditions.ArchConditions.be;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import ai.djl.ndarray.NDArray;
import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.library.Architectures;
import dev.retort.space.Activation;
import dev.retort.space.image.Window;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.NullMarked;

/** The rules of the house (docs/design.md, section 1), over the classes of all modules. */
@AnalyzeClasses(packages = "dev.retort", importOptions = ImportOption.DoNotIncludeTests.class)
class HouseTest {
  /** DJL keeps such a number in memory that the backward pass reads when it may be gone. */
  @ArchTest
  static final ArchRule NO_PRODUCT_WITH_DJLS_NUMBERS = noClasses()
      .that()
      .resideInAnyPackage("dev.retort.supernet..", "dev.retort.distill..")
      .should()
      .callMethod(NDArray.class, "mul", Number.class)
      .orShould()
      .callMethod(NDArray.class, "div", Number.class);

  /** Who may use whom; whatever is not listed may not. */
  @ArchTest
  static final ArchRule MODULES_USE_ONLY_THOSE_BELOW = Architectures.layeredArchitecture()
      .consideringOnlyDependenciesInLayers()
      .layer("space")
      .definedBy("dev.retort.space..")
      .layer("search")
      .definedBy("dev.retort.search..")
      .layer("data")
      .definedBy("dev.retort.data..")
      .layer("supernet")
      .definedBy("dev.retort.supernet..")
      .layer("distill")
      .definedBy("dev.retort.distill..")
      .layer("pipeline")
      .definedBy("dev.retort.pipeline..")
      .layer("cli")
      .definedBy("dev.retort.cli..")
      .whereLayer("space")
      .mayNotAccessAnyLayer()
      .whereLayer("search")
      .mayOnlyAccessLayers("space")
      .whereLayer("data")
      .mayOnlyAccessLayers("space")
      .whereLayer("supernet")
      .mayOnlyAccessLayers("space", "data")
      .whereLayer("distill")
      .mayOnlyAccessLayers("space", "data", "supernet")
      .whereLayer("pipeline")
      .mayOnlyAccessLayers("space", "search", "data", "supernet", "distill")
      .whereLayer("cli")
      .mayNotBeAccessedByAnyLayer();

  @ArchTest
  static final ArchRule PACKAGES_HAVE_NO_CYCLES =
      slices().matching("dev.retort.(**)").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule SPACES_AND_SEARCH_KNOW_NO_TENSOR = noClasses()
      .that(resideInAPackage("dev.retort.space..").or(resideInAPackage("dev.retort.search..")))
      .should()
      .dependOnClassesThat(resideInAPackage("ai.djl.."));

  @ArchTest
  static final ArchRule KERNELS_KNOW_NO_NETWORK = noClasses()
      .that(resideInAPackage("dev.retort.supernet.kernel.."))
      .should()
      .dependOnClassesThat(resideInAPackage("dev.retort..")
          .and(DescribedPredicate.not(resideInAPackage("dev.retort.supernet.kernel..")))
          .and(DescribedPredicate.not(belongToAnyOf(Window.class, Activation.class))));

  @ArchTest
  static final ArchRule OBJECTIVES_AND_METRICS_DO_NOT_KNOW_THE_LOOP = noClasses()
      .that(resideInAPackage("dev.retort.distill.objective..")
          .or(resideInAPackage("dev.retort.distill.evaluate..")))
      .should()
      .dependOnClassesThat(resideInAPackage("dev.retort.distill.train.."));

  @ArchTest
  static final ArchRule OBJECTIVES_AND_METRICS_DO_NOT_KNOW_EACH_OTHER = slices()
      .matching("dev.retort.distill.(objective|evaluate)..")
      .should()
      .notDependOnEachOther();

  @ArchTest
  static final ArchRule THE_LOOP_DOES_NOT_MEASURE = noClasses()
      .that(resideInAPackage("dev.retort.distill.train.."))
      .should()
      .dependOnClassesThat(resideInAPackage("dev.retort.distill.evaluate.."));

  @ArchTest
  static final ArchRule RECIPES_AND_REPORTS_DO_NOT_KNOW_THE_STAGES = noClasses()
      .that(resideInAPackage("dev.retort.pipeline.recipe..")
          .or(resideInAPackage("dev.retort.pipeline.report..")))
      .should()
      .dependOnClassesThat(resideInAPackage("dev.retort.pipeline"));

  @ArchTest
  static final ArchRule NAMES_SAY_WHAT_A_CLASS_IS = noClasses()
      .should(be(simpleNameEndingWith("Impl")
          .or(simpleNameEndingWith("Util"))
          .or(simpleNameEndingWith("Utils"))
          .or(simpleNameEndingWith("Helper"))
          .or(simpleNameEndingWith("Manager"))
          .or(simpleNameStartingWith("Base"))
          .or(simpleNameStartingWith("Common"))));

  @ArchTest
  static final ArchRule ONLY_THE_COMMAND_WRITES_TO_THE_TERMINAL =
      noClasses().that().resideOutsideOfPackage("dev.retort.cli..").should(ACCESS_STANDARD_STREAMS);

  @ArchTest
  static final ArchRule ONLY_THE_COMMAND_ENDS_THE_PROCESS = noClasses()
      .that()
      .resideOutsideOfPackage("dev.retort.cli..")
      .should()
      .callMethod(System.class, "exit", int.class);

  @ArchTest
  static final ArchRule NOTHING_IS_DRAWN_BUT_FROM_RANDOM_STREAMS = noClasses()
      .should()
      .dependOnClassesThat()
      .belongToAnyOf(Random.class, ThreadLocalRandom.class)
      .orShould()
      .callMethod(Math.class, "random");

  @ArchTest
  static final ArchRule ONLY_THE_COMMAND_CHOOSES_A_LOGGING_BACKEND =
      noClasses().should().dependOnClassesThat(resideInAPackage("ch.qos.logback.."));

  @ArchTest
  static final ArchRule PACKAGES_ARE_NULL_MARKED = classes().should(liveInANullMarkedPackage());

  private static ArchCondition<JavaClass> liveInANullMarkedPackage() {
    return new ArchCondition<>("live in a @NullMarked package") {
      @Override
      public void check(JavaClass item, ConditionEvents events) {
        if (!item.getPackage().isAnnotatedWith(NullMarked.class)) {
          events.add(SimpleConditionEvent.violated(
              item, item.getPackageName() + " has no package-info.java with @NullMarked"));
        }
      }
    };
  }

  @ArchTest
  static final ArchRule EXCEPTIONS_OF_USERS_ARE_ONE_FAMILY = classes()
      .that()
      .areAssignableTo(Exception.class)
      .and()
      .areTopLevelClasses()
      .should()
      .haveNameMatching(".*("
          + String.join("|", List.of("UserException", "RecipeErrors", "StoppedException")) + ")");
}
