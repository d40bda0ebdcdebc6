package dev.retort.pipeline.recipe;

import com.google.common.collect.ImmutableMap;
import dev.retort.space.Architecture;
import dev.retort.space.Budget;
import dev.retort.space.Partition;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A recipe that was checked whole: its files are there, its space can be built, its objectives
 * exist, and students, teacher, task and budgets fit together. Nothing was trained and no
 * weight read.
 *
 * @param recipe the recipe
 * @param teacher the teacher as students will learn from it; null where a hub model has not been
 *     fetched yet: what depends on it is then unchecked
 * @param teachers the further teachers by name, an ensemble as the first of all
 * @param partition the sub-spaces; null only without a teacher
 * @param budgets the budgets by name, relative bounds resolved; empty without a teacher
 */
public record Validation(
    Recipe recipe,
    @Nullable Architecture teacher,
    ImmutableMap<String, Architecture> teachers,
    @Nullable Partition partition,
    ImmutableMap<String, Budget> budgets) {

  /**
   * Checks a recipe.
   *
   * @param file the recipe, with where its keys stand
   * @param objectives makes the objectives: {@code Objectives::create}
   * @param hub the folder of a hub model that has been fetched; empty where it has not
   * @throws RecipeErrors with every mistake, each at its line
   */
  public static Validation of(
      RecipeFile file, ObjectiveFactory objectives, Function<String, Optional<Path>> hub) {
    Findings findings = new Findings(file);
    new FileCheck(findings).run();
    TeacherCheck teacherCheck = new TeacherCheck(findings);
    Integer outputs = teacherCheck.outputs();
    Architecture teacher = teacherCheck.teacher(hub, outputs);
    ImmutableMap<String, Architecture> teachers =
        teacher == null ? ImmutableMap.of() : teacherCheck.further(hub, outputs, teacher);
    Partition partition = new SpaceCheck(findings, teacher).partition();
    FitCheck fit = new FitCheck(findings);
    ImmutableMap<String, Budget> budgets = fit.budgets(teacher);
    if (partition != null) {
      fit.members(partition, teacher);
      fit.met(partition, budgets);
    }
    new ObjectiveCheck(findings, objectives).run(teacher, teachers, partition);
    new TokenCheck(findings).run();
    findings.refuse();
    return new Validation(
        file.recipe(), teacher, teachers, teacher == null ? null : partition, budgets);
  }
}
