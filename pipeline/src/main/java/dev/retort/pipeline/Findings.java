package dev.retort.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.distill.evaluate.Score;
import dev.retort.pipeline.recipe.EffectiveRecipe;
import dev.retort.pipeline.recipe.GeneratedRecipe;
import dev.retort.pipeline.recipe.RecipeFile;
import dev.retort.pipeline.report.CostFigures;
import dev.retort.pipeline.report.HtmlReport;
import dev.retort.pipeline.report.LossCurve;
import dev.retort.pipeline.report.LossPlot;
import dev.retort.pipeline.report.MethodLine;
import dev.retort.pipeline.report.PlaceLine;
import dev.retort.pipeline.report.ProvenanceReport;
import dev.retort.pipeline.report.Question;
import dev.retort.pipeline.report.ReportModel;
import dev.retort.pipeline.report.ScoreFigure;
import dev.retort.pipeline.report.StageLine;
import dev.retort.pipeline.report.StudentLine;
import dev.retort.pipeline.report.TeacherLine;
import dev.retort.space.Architecture;
import dev.retort.space.Cost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Puts together what a run found: the report, and what its caller gets. */
record Findings(
    Workbench bench,
    RecipeFile recipe,
    TaskData<?> data,
    @Nullable Architecture teacher,
    Selection selection,
    ImmutableMap<Selection.Student, ImmutableMap<String, Scoring.Scores>> scores,
    StudentStage stage,
    Timings timings,
    double seconds) {

  /** Writes the report and gives the result. */
  RunResult write() {
    ReportModel report = report();
    ReportFile.write(bench.run.root(), report);
    RunFolder.write(bench.run.report(), HtmlReport.render(report));
    ImmutableList.Builder<RunResult.Student> students = ImmutableList.builder();
    scores.forEach((student, own) -> students.add(new RunResult.Student(
        student.architecture(),
        student.cost(),
        Objects.requireNonNull(own.get(stage.delivered())).reported(),
        stage.folder(student, stage.delivered()))));
    return new RunResult(
        bench.run.root(),
        teacher == null ? null : Scoring.Scores.read(bench.run.teacher()).reported(),
        students.build(),
        report);
  }

  private ReportModel report() {
    return new ReportModel(
        Objects.requireNonNullElse(recipe.recipe().name(), "run"),
        question(),
        teacher == null ? TeacherLine.NONE : teacherLine(teacher),
        students(),
        data.floors(),
        losses(),
        selection.search(timings),
        selection.fidelity(),
        stages(),
        seconds,
        places(),
        provenance());
  }

  private TeacherLine teacherLine(Architecture architecture) {
    Scoring.Scores own = Scoring.Scores.read(bench.run.teacher());
    return new TeacherLine(
        "teacher",
        architecture.toString(),
        figures(bench.accounting().cost(architecture, bench.recipe.counted())),
        chosenOn(own),
        figure(own.reported()),
        further(own),
        "teacher");
  }

  private Question question() {
    return new Question(
        data.material().task(),
        data.material().metric().key(),
        teacher == null ? "" : teacher.toString(),
        selection.budgets(),
        story(),
        data.test() == null ? "dev" : "test");
  }

  private String story() {
    StringBuilder story = new StringBuilder(data.material().given()).append(selection.story());
    if (bench.recipe.finetune() != null
        && bench.recipe.finetune().train().labelsPerClass() != null) {
      if (teacher != null) {
        story
            .append("The teacher was trained with ")
            .append(data.train().size())
            .append(" labels; ");
      }
      story
          .append(teacher == null ? "Students see " : "students see ")
          .append(bench.recipe.finetune().train().labelsPerClass())
          .append(" labels a class.");
    }
    return story.toString().strip();
  }

  private List<StudentLine> students() {
    List<StudentLine> lines = new ArrayList<>();
    scores.forEach((student, own) -> {
      List<MethodLine> methods = new ArrayList<>();
      own.forEach((way, measured) -> methods.add(new MethodLine(
          title(way),
          further(measured),
          chosenOn(measured),
          figure(measured.reported()),
          way.equals(stage.delivered()),
          relative(stage.folder(student, way)))));
      lines.add(new StudentLine(
          student.title(),
          student.architecture().toString(),
          student.subSpace(),
          student.budgets(),
          figures(student.cost()),
          methods,
          relative(bench.run.student(student.name()))));
    });
    return lines;
  }

  private String title(String way) {
    return switch (way) {
      case StudentStage.BEGUN -> selection.beginning();
      case "scratch" -> "from scratch";
      case "teacher-slices" -> "cut from the teacher";
      default -> selection.trained(way);
    };
  }

  private List<LossPlot> losses() {
    List<LossPlot> plots = new ArrayList<>();
    plot("teacher", "teacher", bench.run.training("teacher"), plots);
    selection
        .trainings()
        .forEach((title, name) -> plot("super-nets", title, bench.run.training(name), plots));
    scores.forEach((student, own) -> {
      for (String way : own.keySet()) {
        plot(
            "students, " + student.name(),
            title(way),
            bench.run.training("finetune/" + student.name() + "/" + way),
            plots);
      }
    });
    return plots;
  }

  private static void plot(String group, String title, Path folder, List<LossPlot> plots) {
    List<StepLog.Line> lines = StepLog.read(folder);
    if (lines.isEmpty()) {
      return;
    }
    double[] steps = lines.stream().mapToDouble(StepLog.Line::step).toArray();
    List<LossCurve> curves = new ArrayList<>();
    curves.add(LossCurve.of(
        "loss",
        LossCurve.Role.TOTAL,
        steps,
        lines.stream().mapToDouble(StepLog.Line::loss).toArray()));
    List<String> terms = new ArrayList<>();
    lines.get(0).terms().fieldNames().forEachRemaining(terms::add);
    if (terms.size() > 1) {
      for (String term : terms) {
        curves.add(LossCurve.of(
            term,
            LossCurve.Role.TERM,
            steps,
            lines.stream()
                .mapToDouble(line -> line.terms().path(term).asDouble())
                .toArray()));
      }
    }
    plots.add(new LossPlot(group, title, "", "step", "loss", LossPlot.Scale.AUTO, curves));
  }

  private List<StageLine> stages() {
    List<StageLine> lines = new ArrayList<>();
    GeneratedRecipe generated = bench.recipe.corpus().generated();
    if (generated != null) {
      lines.add(new StageLine(
          "corpus", generated.texts() + " texts written by the teacher", timings.seconds("data")));
    }
    if (teacher != null) {
      lines.add(new StageLine("teacher", "read or trained", timings.seconds("teacher")));
    }
    lines.addAll(selection.stages(timings));
    String architectures =
        scores.size() + (scores.size() == 1 ? " architecture" : " architectures");
    lines.add(new StageLine("students", architectures, timings.seconds("students")));
    return lines;
  }

  private List<PlaceLine> places() {
    List<PlaceLine> places = new ArrayList<>();
    for (Selection.Student student : scores.keySet()) {
      for (String format : bench.recipe.export()) {
        places.add(new PlaceLine(
            student.title() + ": " + format,
            relative(bench.run.student(student.name()).resolve("exports").resolve(format))));
      }
    }
    places.addAll(selection.places());
    if (teacher != null) {
      places.add(new PlaceLine("teacher", "teacher"));
    }
    if (bench.recipe.corpus().generated() != null) {
      places.add(new PlaceLine("text that the teacher wrote", GeneratedCorpus.FILE));
    }
    return places;
  }

  private ProvenanceReport provenance() {
    JsonNode json = Provenance.read(bench.run);
    List<ProvenanceReport.Fact> facts = new ArrayList<>();
    json.path("facts")
        .fields()
        .forEachRemaining(each ->
            facts.add(new ProvenanceReport.Fact(each.getKey(), each.getValue().asText())));
    List<ProvenanceReport.Input> inputs = new ArrayList<>();
    for (JsonNode each : json.path("inputs")) {
      inputs.add(new ProvenanceReport.Input(
          each.path("path").asText(),
          each.path("bytes").asLong(),
          each.path("sha256").asText()));
    }
    return new ProvenanceReport(
        json.path("started").asText(),
        Instant.now().truncatedTo(ChronoUnit.SECONDS).toString(),
        Long.toString(bench.recipe.seed()),
        facts,
        inputs,
        "On the same machine with the same software, the same recipe gives the same bytes;"
            + " elsewhere the same procedure, with numbers that differ as sums in another order"
            + " do.",
        bench.run.asked(),
        EffectiveRecipe.write(bench.recipe));
  }

  private String relative(Path path) {
    return Files.exists(path)
        ? bench.run.root().toAbsolutePath().relativize(path.toAbsolutePath()).toString()
        : "";
  }

  private static CostFigures figures(Cost cost) {
    return new CostFigures(cost.parameters(), cost.macs(), cost.flops());
  }

  /** The dev score where it is not the one that is reported. */
  private static ScoreFigure chosenOn(Scoring.Scores scores) {
    return scores.test() == null ? ScoreFigure.ABSENT : figure(scores.dev());
  }

  private static ScoreFigure figure(@Nullable Score score) {
    return score == null
        ? ScoreFigure.ABSENT
        : new ScoreFigure(score.value(), score.standardError().orElse(Double.NaN));
  }

  /** The further measures in words, such as {@code top-5 98.2 %, calibration error 4.1 %}. */
  private String further(Scoring.Scores scores) {
    String token = data.material() instanceof LanguageMaterial
        ? "next token"
        : data.material() instanceof MaskedMaterial ? "masked words right" : "tags right";
    return scores.further().stream()
        .map(each -> String.format(
            Locale.ROOT,
            "%s %.1f %%",
            each.metric()
                .key()
                .replace("calibration-error", "calibration error")
                .replace("token-accuracy", token)
                .replace("rouge-l", "ROUGE-L"),
            100 * each.value()))
        .collect(Collectors.joining(", "));
  }
}
