package dev.retort.pipeline;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.pipeline.recipe.ModelSource;
import dev.retort.pipeline.recipe.NetworkRecipe;
import dev.retort.space.Architecture;
import dev.retort.space.RandomStreams;
import dev.retort.space.TensorSpec;
import dev.retort.space.Value;
import dev.retort.supernet.InitialWeights;
import dev.retort.supernet.Weights;
import dev.retort.supernet.format.HuggingFaceFolder;
import dev.retort.supernet.format.HuggingFaceHub;
import dev.retort.supernet.format.ModelFolder;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A network that a recipe gives: read from a folder or the hub, or begun at random. */
final class GivenNetwork {
  private final Workbench bench;
  private final NetworkRecipe recipe;
  private final @Nullable ModelFolder folder;

  /** Reads it, where it is read. */
  GivenNetwork(Workbench bench, NetworkRecipe recipe) {
    this.bench = bench;
    this.recipe = recipe;
    ModelSource model = recipe.model();
    this.folder = model == null ? null : ModelFolder.read(path(model), bench.manager);
  }

  private static Path path(ModelSource model) {
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

  /** Where it was read from; null where it begins at random. */
  @Nullable
  ModelFolder folder() {
    return folder;
  }

  /** What it is, with the head that the task needs. */
  Architecture architecture(Material<?> material) {
    if (folder == null) {
      return Objects.requireNonNull(recipe.architecture());
    }
    Architecture architecture = material.headed(folder.weights().architecture());
    NetworkRecipe.Pooling pooling = recipe.pooling();
    return pooling == null || !architecture.has("pooling")
        ? architecture
        : architecture.with("pooling", Value.of(pooling.name().toLowerCase(Locale.ROOT)));
  }

  /**
   * Its weights before training: read, with a fresh classifier where there is none; or random.
   *
   * @param streams of what is drawn
   * @param manager owns the arrays
   */
  Weights start(Material<?> material, RandomStreams streams, NDManager manager) {
    Architecture wanted = architecture(material);
    if (folder == null) {
      return InitialWeights.random(wanted, streams, manager);
    }
    Map<String, NDArray> tensors =
        new HashMap<>(encoder(folder, wanted, manager).tensors());
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
  private static Weights encoder(ModelFolder model, Architecture wanted, NDManager manager) {
    Weights own = model.weights();
    boolean headed = !own.architecture().has("classes") && wanted.has("classes");
    return headed && model instanceof HuggingFaceFolder folder
        ? HuggingFaceFolder.headless(folder.folder(), manager).weights()
        : own;
  }
}
