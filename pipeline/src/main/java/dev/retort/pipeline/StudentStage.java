package dev.retort.pipeline;

import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.pipeline.Selection.Student;
import dev.retort.pipeline.recipe.FinetuneRecipe;
import dev.retort.pipeline.recipe.Term;
import dev.retort.pipeline.recipe.TrainingRecipe;
import dev.retort.supernet.InitialWeights;
import dev.retort.supernet.LeadingSlicing;
import dev.retort.supernet.SharedWeights;
import dev.retort.supernet.Weights;
import dev.retort.supernet.format.HuggingFaceFolder;
import dev.retort.supernet.format.StudentFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;

/**
 * The last stages of each student: begun, fine-tuned in every way that the recipe names, held
 * against training from another beginning, and exported.
 */
final class StudentStage {
  /** The way of a student before it is fine-tuned. */
  static final String BEGUN = "begun";

  private final Workbench bench;
  private final TaskData<?> data;
  private final Teachers teachers;
  private final Selection selection;

  StudentStage(Workbench bench, TaskData<?> data, Teachers teachers, Selection selection) {
    this.bench = bench;
    this.data = data;
    this.teachers = teachers;
    this.selection = selection;
  }

  /** How a way to train a student begins. */
  private enum Start {
    BEGUN,
    TEACHER,
    RANDOM
  }

  /** One way to train a student. */
  private record Way(
      String name,
      Start start,
      TrainingRecipe recipe,
      ImmutableList<TrainingRecipe> before,
      ImmutableList<Term> terms) {
    Way(String name, Start start, TrainingRecipe recipe, ImmutableList<Term> terms) {
      this(name, start, recipe, ImmutableList.of(), terms);
    }
  }

  /** The name of the way whose student is handed over. */
  String delivered() {
    FinetuneRecipe finetune = bench.recipe.finetune();
    if (finetune == null) {
      return BEGUN;
    }
    ImmutableList<Term> terms = finetune.train().objectives();
    return terms.get(terms.size() - 1).name();
  }

  /** Everything about the students; what is finished is not done again. */
  ImmutableMap<Student, ImmutableMap<String, Scoring.Scores>> run() throws InterruptedException {
    ImmutableList<Student> students = selection.students();
    for (Student student : students) {
      begin(student);
    }
    List<Callable<Void>> jobs = new ArrayList<>();
    for (Student student : students) {
      for (Way way : ways()) {
        jobs.add(() -> {
          train(student, way);
          return null;
        });
      }
    }
    bench.workers.run(jobs);
    ImmutableMap.Builder<Student, ImmutableMap<String, Scoring.Scores>> scores =
        ImmutableMap.builder();
    for (Student student : students) {
      export(student);
      ImmutableMap.Builder<String, Scoring.Scores> own = ImmutableMap.builder();
      own.put(BEGUN, Scoring.Scores.read(bench.run.student(student.name())));
      for (Way way : ways()) {
        own.put(way.name(), Scoring.Scores.read(folder(student, way.name())));
      }
      scores.put(student, own.buildOrThrow());
    }
    return scores.buildOrThrow();
  }

  /** Where a student trained in one way lies. */
  Path folder(Student student, String way) {
    Path own = bench.run.student(student.name());
    return way.equals(BEGUN) ? own : own.resolve("finetuned").resolve(way);
  }

  private List<Way> ways() {
    FinetuneRecipe recipe = bench.recipe.finetune();
    if (recipe == null) {
      return List.of();
    }
    Map<String, Way> ways = new LinkedHashMap<>();
    ways.put(
        delivered(),
        new Way(
            delivered(),
            Start.BEGUN,
            recipe.train(),
            recipe.before(),
            recipe.train().objectives()));
    recipe
        .compare()
        .forEach(
            (name, terms) -> ways.put(name, new Way(name, Start.BEGUN, recipe.train(), terms)));
    for (String baseline : recipe.baselines()) {
      TrainingRecipe own = recipe.baseline(baseline);
      Start start = baseline.equals("scratch") ? Start.RANDOM : Start.TEACHER;
      ways.put(baseline, new Way(baseline, start, own, own.objectives()));
    }
    return List.copyOf(ways.values());
  }

  private void begin(Student student) {
    Path folder = bench.run.student(student.name());
    if (Files.isDirectory(folder)) {
      return;
    }
    bench.checkStop();
    try (NDManager scratch = bench.manager.newSubManager()) {
      TeacherStage.keep(bench, data, selection.begun(student, scratch), folder);
    }
  }

  private void train(Student student, Way way) {
    Path folder = folder(student, way.name());
    if (Files.isDirectory(folder)) {
      return;
    }
    bench.checkStop();
    String name = "finetune/" + student.name() + "/" + way.name();
    try (NDManager scratch = bench.manager.newSubManager()) {
      Weights start = start(student, way, name, scratch);
      for (int i = 0; i < way.before().size(); i++) {
        TrainingRecipe earlier = way.before().get(i);
        train(name + "/before-" + (i + 1), earlier, earlier.objectives(), start);
      }
      train(name, way.recipe(), way.terms(), start);
      TeacherStage.keep(bench, data, start, folder);
    }
  }

  /** One training of a student's weights; every way sees the same labelled examples. */
  private void train(
      String name, TrainingRecipe recipe, ImmutableList<Term> terms, Weights weights) {
    Workbench.Course course = new Workbench.Course(
        name, bench.run.training(name), recipe, data.labelled(recipe, bench.streams("labels")));
    bench.train(course, data, new SharedWeights(weights, new LeadingSlicing()), teachers, terms);
  }

  private Weights start(Student student, Way way, String name, NDManager manager) {
    return switch (way.start()) {
      case BEGUN ->
        StudentFolder.read(bench.run.student(student.name()), manager).weights();
      case TEACHER ->
        new SharedWeights(teachers.first(), new LeadingSlicing())
            .extract(student.architecture(), manager);
      case RANDOM -> InitialWeights.random(student.architecture(), bench.streams(name), manager);
    };
  }

  private void export(Student student) {
    for (String format : bench.recipe.export()) {
      Path target = bench.run.student(student.name()).resolve("exports").resolve(format);
      if (Files.isDirectory(target)) {
        continue;
      }
      try (NDManager scratch = bench.manager.newSubManager()) {
        StudentFolder model = StudentFolder.read(folder(student, delivered()), scratch);
        HuggingFaceFolder.write(target, model.weights(), model.labels(), model.images(), writer -> {
          for (Map.Entry<String, String> file : data.material().files().entrySet()) {
            writer.text(file.getKey(), file.getValue());
          }
        });
      }
    }
  }
}
