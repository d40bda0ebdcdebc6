package dev.retort.pipeline;

import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.pipeline.recipe.StudentRecipe;
import dev.retort.pipeline.report.BudgetLine;
import dev.retort.pipeline.report.FidelityLine;
import dev.retort.pipeline.report.PlaceLine;
import dev.retort.pipeline.report.SearchReport;
import dev.retort.pipeline.report.StageLine;
import dev.retort.space.Architecture;
import dev.retort.supernet.LeadingSlicing;
import dev.retort.supernet.SharedWeights;
import dev.retort.supernet.Weights;
import java.util.Locale;

/**
 * The one student of a recipe that gives it.
 *
 * @param bench the run's
 * @param recipe how it is given
 * @param network where it begins
 * @param material what networks are given
 * @param teachers whom it learns from
 */
record GivenStudent(
    Workbench bench,
    StudentRecipe recipe,
    GivenNetwork network,
    Material<?> material,
    Teachers teachers)
    implements Selection {
  private static final String NAME = "student";

  @Override
  public ImmutableList<Student> students() {
    Architecture architecture = network.architecture(material);
    return ImmutableList.of(new Student(
        NAME,
        NAME,
        architecture,
        bench.accounting().cost(architecture, bench.recipe.counted()),
        "",
        ""));
  }

  @Override
  public Weights begun(Student student, NDManager manager) {
    return recipe.sliced()
        ? new SharedWeights(teachers.first(), new LeadingSlicing())
            .extract(student.architecture(), manager)
        : network.start(material, bench.streams("student/initial"), manager);
  }

  @Override
  public String beginning() {
    return "as it begins";
  }

  @Override
  public String trained(String way) {
    return name(way);
  }

  /** A way's name as its papers write it. */
  static String name(String way) {
    return switch (way) {
      case "nkd", "kd", "uskd" -> way.toUpperCase(Locale.ROOT);
      default -> way;
    };
  }

  @Override
  public String story() {
    return "";
  }

  @Override
  public ImmutableList<BudgetLine> budgets() {
    return ImmutableList.of();
  }

  @Override
  public SearchReport search(Timings timings) {
    return SearchReport.NONE;
  }

  @Override
  public ImmutableList<FidelityLine> fidelity() {
    return ImmutableList.of();
  }

  @Override
  public ImmutableMap<String, String> trainings() {
    return ImmutableMap.of();
  }

  @Override
  public ImmutableList<StageLine> stages(Timings timings) {
    return ImmutableList.of();
  }

  @Override
  public ImmutableList<PlaceLine> places() {
    return ImmutableList.of();
  }
}
