package dev.retort.benchmark.experiment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import dev.retort.data.BatchPlan;
import dev.retort.data.Dataset;
import dev.retort.data.ImageBatch;
import dev.retort.supernet.Outputs;
import dev.retort.supernet.Request;
import dev.retort.supernet.Tap;
import dev.retort.supernet.kernel.Autograd;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What DCKD looks at images with: the stages of a frozen network, and a codebook of its last one.
 *
 * <p>B images, D planes of a stage, H and W its size.
 *
 * @param network a network of three stages and its weights
 * @param codes centres of its last features [codes][D]
 */
record Prior(KeptTeacher network, float[][] codes) {
  private static final ImmutableList<Tap> STAGES =
      ImmutableList.of(Tap.stage(1), Tap.stage(2), Tap.stage(3));
  private static final int ROUNDS = 10;
  private static final int AT_ONCE = 100;

  /** A prior whose codebook is made by k-means of the last features of some images. */
  static Prior of(KeptTeacher network, Dataset<?> images, int codes, NDManager parent) {
    List<float[]> points = new ArrayList<>();
    try (Autograd off = Autograd.off()) {
      for (int[] indices : BatchPlan.sequential(images, AT_ONCE)) {
        try (NDManager manager = parent.newSubManager()) {
          ImageBatch batch = (ImageBatch) images.batch(manager, indices, null);
          NDArray last = rows(levels(network, batch.pixels(), batch).get(STAGES.size() - 1));
          int width = (int) last.getShape().get(1);
          float[] flat = last.toFloatArray();
          for (int from = 0; from < flat.length; from += width) {
            points.add(Arrays.copyOfRange(flat, from, from + width));
          }
        }
      }
    }
    return new Prior(network, centres(points, Math.min(codes, points.size())));
  }

  /** Lloyd's k-means from points at equal distances in the list; no chance in it. */
  private static float[][] centres(List<float[]> points, int count) {
    int width = points.get(0).length;
    float[][] centres = new float[count][];
    for (int c = 0; c < count; c++) {
      centres[c] = points.get((int) ((long) c * points.size() / count)).clone();
    }
    for (int round = 0; round < ROUNDS; round++) {
      double[][] sums = new double[count][width];
      int[] sizes = new int[count];
      for (float[] point : points) {
        int nearest = nearest(point, centres);
        sizes[nearest]++;
        for (int i = 0; i < width; i++) {
          sums[nearest][i] += point[i];
        }
      }
      for (int c = 0; c < count; c++) {
        for (int i = 0; i < width && sizes[c] > 0; i++) {
          centres[c][i] = (float) (sums[c][i] / sizes[c]);
        }
      }
    }
    return centres;
  }

  private static int nearest(float[] point, float[][] centres) {
    int nearest = 0;
    double least = Double.POSITIVE_INFINITY;
    for (int c = 0; c < centres.length; c++) {
      double distance = 0;
      for (int i = 0; i < point.length && distance < least; i++) {
        double difference = point[i] - centres[c][i];
        distance += difference * difference;
      }
      if (distance < least) {
        least = distance;
        nearest = c;
      }
    }
    return nearest;
  }

  /**
   * The features of images, from shallow to deep, with a graph where the images have one.
   *
   * @param pixels [B,3,H,W]
   * @param batch what they were made from
   */
  List<NDArray> levels(NDArray pixels, ImageBatch batch) {
    return levels(network, pixels, batch);
  }

  private static List<NDArray> levels(KeptTeacher network, NDArray pixels, ImageBatch batch) {
    ImageBatch seen = new ImageBatch(pixels, batch.labels(), batch.indices());
    Request stages = Request.taps(STAGES.toArray(Tap[]::new));
    Outputs outputs = network.network().forward(network.weights(), seen, stages);
    return STAGES.stream().map(outputs::tap).toList();
  }

  /** A map's positions, [B,D,H,W] to [B*H*W,D]. */
  static NDArray rows(NDArray map) {
    Shape shape = map.getShape();
    return map.transpose(0, 2, 3, 1)
        .reshape(shape.get(0) * shape.get(2) * shape.get(3), shape.get(1));
  }
}
