package dev.retort.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.pipeline.recipe.ModelSource;
import dev.retort.pipeline.recipe.TeacherRecipe;
import dev.retort.pipeline.recipe.TrainingRecipe;
import dev.retort.space.Architecture;
import dev.retort.space.RandomStreams;
import dev.retort.space.TensorSpec;
import dev.retort.space.Value;
import dev.retort.supernet.InitialWeights;
import dev.retort.supernet.LeadingSlicing;
import dev.retort.supernet.SharedWeights;
import dev.retort.supernet.Weights;
import dev.retort.supernet.format.HuggingFaceFolder;
import dev.retort.supernet.format.HuggingFaceHub;
import dev.retort.supernet.format.ModelFolder;
import dev.retort.supernet.format.StudentFolder;
import dev.retort.supernet.format.WholeFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The first stage: a teacher is read or made, trained if asked, measured and kept. */
final class TeacherStage {
  private final Workbench bench;
  private final String name;
  private final TeacherRecipe recipe;
  private final @Nullable ModelFolder given;
  private final Material<?> material;

  /** Of the recipe's first teacher, which may say how networks are given their input. */
  TeacherStage(Workbench bench) {
    this.bench = bench;
    this.name = TeacherRecipe.FIRST;
    this.recipe = bench.recipe.teacher();
    this.given = given(bench, recipe);
    this.material = Material.of(bench.recipe, given);
  }

  /** Of a further teacher. */
  private TeacherStage(Workbench bench, String name, TeacherRecipe recipe, Material<?> material) {
    this.bench = bench;
    this.name = name;
    this.recipe = recipe;
    this.given = given(bench, recipe);
    this.material = material;
  }

  private static @Nullable ModelFolder given(Workbench bench, TeacherRecipe recipe) {
    ModelSource model = recipe.model();
    return model == null ? null : ModelFolder.read(folder(model), bench.manager);
  }

  /** All teachers, the further ones after the first: trained and kept in the run's folder. */
  Teachers further(TaskData<?> data, Weights first) {
    Map<String, Weights> further = new LinkedHashMap<>();
    bench.recipe.teachers().forEach((each, teacher) -> {
      TeacherRecipe alone = teacher.alone();
      if (alone != null) {
        further.put(each, new TeacherStage(bench, each, alone, material).run(data));
      }
    });
    return new Teachers(bench, first, further);
  }

  private static Path folder(ModelSource model) {
    return model instanceof ModelSource.Folder folder
        ? folder.path()
        : HuggingFaceHub.resolve(((ModelSource.Hub) model).name(), cache());
  }

  /** Where models of the hub are kept. */
  static Path cache() {
    String given = System.getenv("RETORT_CACHE");
    return given == null
        ? Path.of(System.getProperty("user.home"), ".cache", "retort")
        : Path.of(given);
  }

  /** What the run is about, as recipe and teacher say. */
  Material<?> material() {
    return material;
  }

  /** The teacher's weights, trained and kept in the run's folder. */
  Weights run(TaskData<?> data) {
    boolean first = name.equals(TeacherRecipe.FIRST);
    Path folder = first ? bench.run.teacher() : bench.run.teachers().resolve(name);
    String training = first ? name : "teachers/" + name;
    WholeFolder.cleanStray(Objects.requireNonNull(folder.getParent()));
    if (!Files.isDirectory(folder)) {
      Weights start = start();
      TrainingRecipe how = recipe.train();
      if (how != null) {
        Workbench.Course course = new Workbench.Course(
            training,
            bench.run.training(training),
            how,
            data.labelled(how, bench.streams("labels")));
        bench.train(
            course, data, new SharedWeights(start, new LeadingSlicing()), null, how.objectives());
      }
      bench.checkStop();
      keep(bench, data, start, folder);
    }
    return StudentFolder.read(folder, bench.manager).weights();
  }

  /** Writes a model with what makes its input and with its scores. */
  static void keep(Workbench bench, TaskData<?> data, Weights weights, Path folder) {
    Scoring.Scores scores = Scoring.measure(bench, data, weights);
    ImmutableMap<String, String> files = data.material().files();
    StudentFolder.write(
        folder, WholeFolder.Existing.REFUSE, weights, data.material().description(), writer -> {
          for (Map.Entry<String, String> file : files.entrySet()) {
            writer.text(file.getKey(), file.getValue());
          }
          writer.text(Scoring.FILE, scores.json());
        });
  }

  /** The weights before training: read, with a fresh classifier where there is none; or random. */
  private Weights start() {
    RandomStreams streams =
        bench.streams(name.equals(TeacherRecipe.FIRST) ? "teacher/initial" : name + "/initial");
    NDManager manager = bench.manager;
    if (given == null) {
      return InitialWeights.random(Objects.requireNonNull(recipe.architecture()), streams, manager);
    }
    Architecture wanted = architecture();
    Map<String, NDArray> tensors = new HashMap<>(encoder(given, wanted).tensors());
    ImmutableList.Builder<TensorSpec> fresh = ImmutableList.builder();
    ImmutableMap<String, TensorSpec> specs = wanted.blueprint().byName();
    specs.forEach((name, spec) -> {
      // A classifier of other classes has another shape, and nothing of it is of use.
      NDArray found = tensors.get(name);
      if (found == null || !Arrays.equals(found.getShape().getShape(), spec.shape())) {
        fresh.add(spec);
      }
    });
    tensors.keySet().retainAll(specs.keySet());
    tensors.putAll(InitialWeights.tensors(fresh.build(), streams, manager));
    return Weights.of(wanted, tensors);
  }

  /** What is given, or more of it where its own head gives way to another one. */
  private Weights encoder(ModelFolder model, Architecture wanted) {
    Weights own = model.weights();
    boolean headed = !own.architecture().has("classes") && wanted.has("classes");
    return headed && model instanceof HuggingFaceFolder folder
        ? HuggingFaceFolder.headless(folder.folder(), bench.manager).weights()
        : own;
  }

  /** The teacher's architecture, before anything is trained. */
  Architecture architecture() {
    if (given == null) {
      return Objects.requireNonNull(recipe.architecture());
    }
    Architecture found = given.weights().architecture();
    Architecture architecture = material.headed(found);
    TeacherRecipe.Pooling pooling = recipe.pooling();
    return pooling == null || !architecture.has("pooling")
        ? architecture
        : architecture.with("pooling", Value.of(pooling.name().toLowerCase(Locale.ROOT)));
  }
}
