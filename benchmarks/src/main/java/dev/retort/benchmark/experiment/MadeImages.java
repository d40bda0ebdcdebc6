package dev.retort.benchmark.experiment;

import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import dev.retort.data.BatchPlan;
import dev.retort.data.Dataset;
import dev.retort.data.image.ImageExample;
import dev.retort.data.image.ImageSource;
import java.util.Arrays;
import java.util.List;

/**
 * Images in memory, with targets that are no classes.
 *
 * @param examples the images
 */
record MadeImages(ImmutableList<ImageExample> examples) implements ImageSource {
  static MadeImages of(List<ImageExample> examples) {
    return new MadeImages(ImmutableList.copyOf(examples));
  }

  /** What networks should give: the labels of every example, [examples][numbers of each]. */
  static float[][] targets(Dataset<?> data, int batch, NDManager parent) {
    float[][] targets = new float[data.size()][];
    for (int[] indices : BatchPlan.sequential(data, batch)) {
      try (NDManager manager = parent.newSubManager()) {
        float[] flat = data.batch(manager, indices, null).labels().toFloatArray();
        int length = flat.length / indices.length;
        for (int row = 0; row < indices.length; row++) {
          targets[indices[row]] = Arrays.copyOfRange(flat, row * length, (row + 1) * length);
        }
      }
    }
    return targets;
  }

  @Override
  public int size() {
    return examples.size();
  }

  @Override
  public int classes() {
    return 0;
  }

  @Override
  public ImageExample read(int index) {
    return examples.get(index);
  }

  @Override
  public float label(int index) {
    return Float.NaN;
  }

  @Override
  public String name(int index) {
    return "image " + index;
  }
}
