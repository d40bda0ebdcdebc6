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
 * @param teacher the teacher as students will learn from it; null where there is none, or a hub
 *     model has not been fetched yet: what depends on it is then unchecked
 * @param teachers the further teachers by name, an ensemble as the first of all
 * @param candidates what students may be; null where a hub model has not been fetched yet
 */
public record Validation(
    Recipe recipe,
    @Nullable Architecture teacher,
    ImmutableMap<String, Architecture> teachers,
    @Nullable Candidates candidates) {

  /** The sub-spaces; null where a student is given, or a hub model has not been fetched. */
  public @Nullable Partition partition() {
    return candidates instanceof Candidates.Searched searched ? searched.partition() : null;
  }

  /** The budgets by name, relative bounds resolved; empty without sub-spaces. */
  public ImmutableMap<String, Budget> budgets() {
    return candidates instanceof Candidates.Searched searched
        ? searched.budgets()
        : ImmutableMap.of();
  }

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
    NetworkCheck networks = new NetworkCheck(findings, hub, teacherCheck.outputs());
    TeacherRecipe first = file.recipe().teacher();
    Architecture teacher = first == null ? null : teacherCheck.teacher(first, networks);
    ImmutableMap<String, Architecture> teachers =
        teacher == null ? ImmutableMap.of() : teacherCheck.further(networks, teacher);
    Candidates candidates = file.recipe().students() instanceof Students.Searched searched
        ? searched(findings, searched, teacher)
        : given(findings, networks, teacher);
    new ObjectiveCheck(findings, objectives).run(teacher, teachers, candidates);
    new TokenCheck(findings).run();
    findings.refuse();
    return new Validation(
        file.recipe(), teacher, teachers, teacher == null && first != null ? null : candidates);
  }

  private static @Nullable Candidates searched(
      Findings findings, Students.Searched searched, @Nullable Architecture teacher) {
    Partition partition = new SpaceCheck(findings, searched.space(), teacher).partition();
    FitCheck fit = new FitCheck(findings, searched);
    ImmutableMap<String, Budget> budgets = fit.budgets(teacher);
    if (partition == null) {
      return null;
    }
    fit.members(partition, teacher);
    fit.met(partition, budgets);
    return new Candidates.Searched(partition, budgets);
  }

  private static @Nullable Candidates given(
      Findings findings, NetworkCheck networks, @Nullable Architecture teacher) {
    Students.Given given = (Students.Given) findings.recipe().students();
    Architecture student = new StudentCheck(findings, given, networks).student(teacher);
    return student == null ? null : new Candidates.Given(student);
  }
}
