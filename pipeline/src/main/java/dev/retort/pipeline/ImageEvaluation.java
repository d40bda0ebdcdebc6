package dev.retort.pipeline;

import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import dev.retort.data.Dataset;
import dev.retort.data.Task;
import dev.retort.data.image.ImageExample;
import dev.retort.data.image.ImageTask;
import dev.retort.data.image.Preprocessing;
import dev.retort.data.image.Raster;
import dev.retort.distill.evaluate.Metrics;
import dev.retort.distill.evaluate.Prediction;
import dev.retort.space.Architecture;
import dev.retort.space.UserException;
import dev.retort.space.Value;
import dev.retort.supernet.Network;
import dev.retort.supernet.Weights;
import dev.retort.supernet.format.ModelFolder;
import dev.retort.supernet.kernel.EagerKernels;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * How a model that looks at images is measured.
 *
 * @param split which part of the data
 * @param preparation what becomes of the preparation that the model brings, else the task's
 * @param resolution pixels a side; null: the model's
 * @param labelOffset what is added to a class of the task to give the model's; null: 1 for ImageNet
 *     models of 1,001 classes, whose first is the background, and 0 else
 * @param batch images at a time
 */
public record ImageEvaluation(
    Task.Split split,
    UnaryOperator<Preprocessing> preparation,
    @Nullable Integer resolution,
    @Nullable Integer labelOffset,
    int batch) {
  private static final int IMAGENET = 1000;

  /**
   * Measures a model.
   *
   * @param path a folder, Retort's or Hugging Face's, or a file of weights
   * @param data the folder of the task's data
   * @param manager owns the arrays
   * @throws UserException when model, task and data do not fit each other
   */
  public Evaluation of(Path path, ImageTask task, Path data, NDManager manager) {
    ModelFolder model = ModelFolder.read(path, manager);
    if (!model.weights().architecture().has("resolution")) {
      throw refuse(
          path, "the model looks at texts, " + task.name() + " is of images. Give a task of texts");
    }
    if (!model.weights().architecture().has("classes")) {
      throw refuse(
          path,
          "the model has no classes (" + model.weights().architecture() + "), " + task.name()
              + " asks for one of each image. Give a model that tells images apart");
    }
    Weights weights = sized(model);
    Architecture architecture = weights.architecture();
    int side = architecture.integer("resolution");
    int offset = offset(architecture.integer("classes"), task.outputs());
    int[] order = offset == 0
        ? Evaluation.order(model, task.name(), task.outputs(), task.labels())
        : shifted(model, task, offset);
    Dataset<ImageExample> examples = task.read(data, split, prepared(model, task, data, side));
    float[][] logits = Prediction.logits(
        Network.of(architecture, new EagerKernels()), weights, examples, batch, manager);
    float[][] predictions = new float[logits.length][order.length];
    float[] labels = new float[logits.length];
    for (int i = 0; i < logits.length; i++) {
      for (int c = 0; c < order.length; c++) {
        predictions[i][c] = logits[i][order[c]];
      }
      labels[i] = examples.label(i) + offset;
    }
    return new Evaluation(
        architecture,
        side,
        task.metrics().stream()
            .map(metric -> Metrics.score(metric, predictions, labels))
            .collect(ImmutableList.toImmutableList()));
  }

  private Weights sized(ModelFolder model) {
    Weights weights = model.weights();
    if (resolution == null || resolution == weights.architecture().integer("resolution")) {
      return weights;
    }
    try {
      return Weights.of(
          weights.architecture().with("resolution", Value.of(resolution)), weights.tensors());
    } catch (IllegalArgumentException e) {
      throw new UserException(
          UserException.Kind.USAGE,
          "--resolution " + resolution + ": " + model.folder() + " takes images of "
              + weights.architecture().integer("resolution") + " pixels a side alone.",
          e);
    }
  }

  private int offset(int outputs, int classes) {
    if (labelOffset != null) {
      return labelOffset;
    }
    return classes == IMAGENET && outputs == IMAGENET + 1 ? 1 : 0;
  }

  /** All outputs in their order: those before the offset are answers, and wrong ones. */
  private static int[] shifted(ModelFolder model, ImageTask task, int offset) {
    int outputs = model.weights().architecture().integer("classes");
    if (outputs < task.outputs() + offset) {
      throw refuse(
          model.folder(),
          "the model has " + outputs + " outputs, " + task.name() + " needs " + task.outputs()
              + " behind the first " + offset + ". Give a model that was trained for the task");
    }
    int[] order = new int[outputs];
    for (int i = 0; i < outputs; i++) {
      order[i] = i;
    }
    return order;
  }

  /** The preparation, at the resolution that the network takes. */
  private Preprocessing prepared(ModelFolder model, ImageTask task, Path data, int side) {
    Preprocessing own = model.images();
    Preprocessing asked = preparation.apply(own == null ? task.preprocessing() : own);
    int planes = model.weights().architecture().integer("channels");
    Preprocessing fitting;
    try {
      fitting = asked.planes() == planes ? asked : asked.withPlanes(planes);
    } catch (IllegalArgumentException e) {
      throw new UserException(
          UserException.Kind.USAGE,
          model.folder() + ": the model takes " + planes + " planes, which cannot be prepared: "
              + e.getMessage() + ". Give --mean and --std.",
          e);
    }
    Preprocessing.Crop crop = fitting.crop();
    Preprocessing.Resize resize = fitting.resize();
    boolean fits;
    if (crop != null) {
      fits = crop.height() == side && crop.width() == side;
    } else if (resize != null) {
      fits = !resize.shortSide() && resize.height() == side && resize.width() == side;
    } else {
      Raster first = task.read(data, split, fitting).get(0).image();
      fits = first.height() == side && first.width() == side;
    }
    return fits ? fitting : fitting.withSide(side);
  }

  private static UserException refuse(Path path, String what) {
    return new UserException(UserException.Kind.INPUT, path + ": " + what + ".");
  }
}
