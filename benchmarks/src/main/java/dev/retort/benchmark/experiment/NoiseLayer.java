package dev.retort.benchmark.experiment;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.retort.data.Batch;
import dev.retort.distill.train.Teacher;
import dev.retort.space.Architecture;
import dev.retort.space.RandomStreams;
import dev.retort.supernet.Outputs;
import dev.retort.supernet.Tap;
import dev.retort.supernet.kernel.Autograd;
import java.util.random.RandomGenerator;

/**
 * A teacher of which some layers give noise of the mean and deviation of what they give: what
 * aggregates layers is to leave them out. An image's noise is always the same.
 *
 * @param teacher the rest of it
 * @param noisy which layers
 */
record NoiseLayer(Teacher teacher, ImmutableSet<Tap> noisy) implements Teacher {
  private static final RandomStreams STREAMS = new RandomStreams(0);

  @Override
  public Architecture architecture() {
    return teacher.architecture();
  }

  @Override
  public Outputs outputs(Batch batch, boolean logits, ImmutableSet<Tap> taps) {
    Outputs outputs = teacher.outputs(batch, logits, taps);
    ImmutableMap.Builder<Tap, NDArray> all = ImmutableMap.builder();
    try (Autograd off = Autograd.off()) {
      outputs
          .taps()
          .forEach((tap, value) ->
              all.put(tap, noisy.contains(tap) ? noise(tap, value, batch.indices()) : value));
    }
    return new Outputs(outputs.logits(), all.buildOrThrow());
  }

  private static NDArray noise(Tap tap, NDArray like, int[] indices) {
    float[] values = like.toFloatArray();
    double mean = 0;
    double square = 0;
    for (float each : values) {
      mean += each / (double) values.length;
      square += (double) each * each / values.length;
    }
    double deviation = Math.sqrt(Math.max(0, square - mean * mean));
    int length = values.length / indices.length;
    for (int row = 0; row < indices.length; row++) {
      RandomGenerator random = STREAMS.at("noise-layer/" + tap.name(), indices[row]);
      for (int i = row * length; i < (row + 1) * length; i++) {
        values[i] = (float) (mean + deviation * random.nextGaussian());
      }
    }
    return like.getManager().create(values, like.getShape());
  }
}
