package dev.retort.pipeline;

import ai.djl.Device;
import ai.djl.engine.Engine;
import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableMap;
import dev.retort.distill.objective.Objectives;
import dev.retort.pipeline.recipe.Candidates;
import dev.retort.pipeline.recipe.Estimate;
import dev.retort.pipeline.recipe.MemoryCheck;
import dev.retort.pipeline.recipe.Recipe;
import dev.retort.pipeline.recipe.RecipeFile;
import dev.retort.pipeline.recipe.RecipeReader;
import dev.retort.pipeline.recipe.StudentRecipe;
import dev.retort.pipeline.recipe.Students;
import dev.retort.pipeline.recipe.TeacherRecipe;
import dev.retort.pipeline.recipe.Validation;
import dev.retort.space.UserException;
import dev.retort.supernet.Weights;
import dev.retort.supernet.format.HuggingFaceHub;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The whole job as one call: from a teacher and a budget to fine-tuned, exported students.
 *
 * <pre>{@code
 * RunResult result = Retort.recipe(Path.of("examples/quickstart.yaml"))
 *     .set("seed=3")
 *     .run(Path.of("out"));
 * }</pre>
 *
 * <p>A job that was stopped or killed goes on when it is run again with the same recipe and folder.
 */
public final class Retort {
  private final RecipeFile recipe;
  private final Progress progress;
  private final BooleanSupplier stop;

  private Retort(RecipeFile recipe, Progress progress, BooleanSupplier stop) {
    this.recipe = recipe;
    this.progress = progress;
    this.stop = stop;
  }

  /**
   * A job by its recipe.
   *
   * @param file a recipe
   * @param overrides {@code key=value}, such as {@code train.steps=10}
   * @throws UserException with every mistake of the recipe and where it stands
   */
  public static Retort recipe(Path file, String... overrides) {
    return of(RecipeReader.read(file, List.of(overrides)));
  }

  /** A job by a recipe that was read. */
  public static Retort of(RecipeFile recipe) {
    return new Retort(recipe, Progress.NONE, () -> false);
  }

  /** A job that was begun in a folder and is to go on. */
  public static Retort resume(Path run) {
    return of(RunFolder.recipe(run));
  }

  /**
   * Writes the report of a finished run again, from what the run recorded; no weight is read and
   * nothing else is done.
   *
   * @return what came out of the run
   * @throws UserException when the folder holds no finished run
   */
  public static RunResult report(Path run) {
    return ReportFile.render(run);
  }

  /** The same job with somebody who listens. */
  public Retort listening(Progress listener) {
    return new Retort(recipe, listener, stop);
  }

  /** The same job, which stops at the next step once this says so, and can be resumed. */
  public Retort stoppingWhen(BooleanSupplier condition) {
    return new Retort(recipe, progress, condition);
  }

  /**
   * Does the job.
   *
   * @param folder the run's folder: new, empty, or of the same job
   * @return what came out
   * @throws UserException when the recipe, its files or the folder are wrong, or no architecture
   *     meets a budget; what is finished is kept
   * @throws StoppedException when it was told to stop
   */
  public RunResult run(Path folder) {
    long begin = System.nanoTime();
    Validation checked = checked(Retort::fetched);
    if (checked.recipe().task() == null) {
      throw new UserException(
          UserException.Kind.USAGE,
          "The recipe has no task, so nothing tells how good a student is. Add task: sst-2 with"
              + " data: FOLDER, task: language-model for networks that write, or task: {name: …,"
              + " labels: …, train: …, dev: …}.");
    }
    try (RunFolder run = RunFolder.open(folder, recipe);
        NDManager manager = NDManager.newBaseManager(device(recipe.recipe().device()))) {
      Workbench bench = new Workbench(recipe.recipe(), run, manager, progress, stop);
      return run(bench, checked, begin);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StoppedException(folder);
    }
  }

  /** The device of a recipe: {@code auto} is a GPU where there is one. */
  private static Device device(Recipe.Device asked) {
    boolean gpu = Engine.getEngine("PyTorch").getGpuCount() > 0;
    if (asked == Recipe.Device.GPU && !gpu) {
      throw new UserException(
          UserException.Kind.USAGE,
          "device: gpu, but the engine sees none. Build with -Pcuda on a machine with CUDA"
              + " (docs/recipes.md, \"On a GPU\"), or say device: auto; retort doctor tells what it"
              + " found.");
    }
    return asked == Recipe.Device.CPU || !gpu ? Device.cpu() : Device.gpu();
  }

  /**
   * Finds every mistake of the recipe that can be found before training. Models of the hub are
   * looked at where they have been fetched before.
   *
   * @throws UserException with every mistake and where it stands
   */
  public Validation validate() {
    return checked(name -> HuggingFaceHub.cached(name, GivenNetwork.cache()));
  }

  private Validation checked(Function<String, Optional<Path>> hub) {
    Validation checked = Validation.of(recipe, Objectives::create, hub);
    MemoryCheck.of(
        recipe,
        Objectives::create,
        () -> DataSize.places(recipe.recipe()),
        () -> DataSize.corpusPlaces(recipe.recipe()));
    return checked;
  }

  /**
   * What the job will take; null where teacher or student is not known, as it has not been fetched
   * yet.
   *
   * @param macsPerSecond multiply-accumulates a second that the machine does while it trains
   */
  public @Nullable Estimate estimate(Validation checked, double macsPerSecond) {
    return checked.candidates() == null
        ? null
        : Estimate.of(checked, DataSize.of(checked.recipe()), macsPerSecond);
  }

  private static Optional<Path> fetched(String name) {
    return Optional.of(HuggingFaceHub.resolve(name, GivenNetwork.cache()));
  }

  private RunResult run(Workbench bench, Validation checked, long begin)
      throws InterruptedException {
    Timings timings = new Timings(bench.run.root());
    Provenance.write(bench.run, recipe);

    // The teachers.
    GivenNetwork reader = new GivenNetwork(bench, bench.recipe.reader());
    TaskData<?> read =
        timings.time("data", () -> Material.of(bench.recipe, reader.folder()).read(bench));
    TeacherRecipe first = bench.recipe.teacher();
    TaskData<?> data = read;
    Teachers teachers = new Teachers(bench, null, Map.of());
    if (first != null) {
      Weights teacher =
          timings.time("teacher", () -> new TeacherStage(bench, read).first(first, reader));
      TaskData<?> taught = timings.time("data", () -> read.taught(bench, teacher));
      teachers = timings.time("teacher", () -> new TeacherStage(bench, taught).further(teacher));
      data = taught;
    }

    // The students: the best under each budget, or the one that is given.
    Selection selection = selection(bench, checked, data, teachers, reader, timings);

    // Fine-tuning, comparison, export.
    StudentStage students = new StudentStage(bench, data, teachers, selection);
    ImmutableMap<Selection.Student, ImmutableMap<String, Scoring.Scores>> scores =
        timings.time("students", students::run);

    // What came out.
    Findings findings = new Findings(
        bench,
        recipe,
        data,
        teachers.architecture(),
        selection,
        scores,
        students,
        timings,
        (System.nanoTime() - begin) / 1e9);
    return findings.write();
  }

  private static Selection selection(
      Workbench bench,
      Validation checked,
      TaskData<?> data,
      Teachers teachers,
      GivenNetwork reader,
      Timings timings)
      throws InterruptedException {
    if (bench.recipe.students() instanceof Students.Searched searched
        && checked.candidates() instanceof Candidates.Searched candidates) {
      return SearchedStudents.of(bench, data, teachers, searched, candidates, timings);
    }
    StudentRecipe student = ((Students.Given) bench.recipe.students()).student();
    GivenNetwork network =
        bench.recipe.teacher() == null ? reader : new GivenNetwork(bench, student);
    return new GivenStudent(bench, student, network, data.material(), teachers);
  }
}
