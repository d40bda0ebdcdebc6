package dev.retort.supernet;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.retort.data.Batch;
import dev.retort.data.ImageBatch;
import dev.retort.data.TextBatch;
import dev.retort.space.image.Window;
import dev.retort.supernet.kernel.EncoderKernels;
import dev.retort.supernet.kernel.Kernels;
import dev.retort.supernet.kernel.Scaling;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The state of one forward pass: what the blocks read, and what they gave so far. */
public final class Pass {
  private final Weights weights;
  private final Batch batch;
  private final Request request;
  private final Kernels kernels;
  private final @Nullable NDArray attentionBias;
  private final ImmutableSet<String> kept;
  private final boolean whole;
  private final @Nullable KeyValueCache cache;
  private final Map<String, NDArray> shared = new HashMap<>();
  private final Map<Tap, NDArray> taken = new LinkedHashMap<>();
  private final Map<String, NDArray> outputs = new HashMap<>();
  private final List<NDArray> results = new ArrayList<>();
  private final ImmutableMap.Builder<String, NDArray> statistics = ImmutableMap.builder();

  /**
   * A pass.
   *
   * @param kept the blocks whose outputs later blocks read
   * @param whole whether what the last block gives is wanted, so that no block may end early
   * @param cache what was read before; null: nothing, and nothing is kept
   */
  Pass(
      Weights weights,
      Batch batch,
      Request request,
      Kernels kernels,
      ImmutableSet<String> kept,
      boolean whole,
      @Nullable KeyValueCache cache) {
    this.weights = weights;
    this.batch = batch;
    this.request = request;
    this.kernels = kernels;
    this.kept = kept;
    this.whole = whole;
    this.cache = cache;
    NDArray mask = batch.mask();
    this.attentionBias = mask == null || unpadded(mask) ? null : bias(mask);
  }

  /** Finite, so that a row of padding alone gives numbers instead of NaN. */
  private static NDArray bias(NDArray mask) {
    return Scaling.by(Scaling.plus(mask, -1), 1e9).expandDims(1).expandDims(1);
  }

  /** Whether nothing is padded; not asked of a GPU, which would have to be waited for. */
  private static boolean unpadded(NDArray mask) {
    if (mask.getDevice().isGpu()) {
      return false;
    }
    try (NDArray least = mask.min().toType(DataType.FLOAT32, false)) {
      return least.getFloat() == 1;
    }
  }

  /** The operations. */
  public Kernels kernels() {
    return kernels;
  }

  /** Added to attention scores: 0 for tokens, very negative for padding, [B,1,1,S]; or none. */
  public @Nullable NDArray attentionBias() {
    return attentionBias;
  }

  /**
   * Keys or values of all tokens that this pass looks at: of those read before, if it has a cache,
   * and behind them those given. Blocks ask for keys, then for values, layer by layer.
   *
   * @param added those of the batch's tokens [B,S,W]
   * @return [B,K,W], K the tokens read before and the batch's
   */
  public NDArray remembered(NDArray added) {
    return cache == null ? added : cache.extended(added);
  }

  /** Whether keys and values are kept: blocks then give them to {@link #remembered}. */
  public boolean remembers() {
    return cache != null;
  }

  /** Of the tokens read before, 1 for tokens and 0 for padding [B,K]; null where there are none. */
  public @Nullable NDArray rememberedMask() {
    return cache == null ? null : cache.mask();
  }

  /**
   * What all blocks of a pass share and one of them makes, such as a mask: made when first asked.
   */
  public NDArray shared(String name, Supplier<NDArray> maker) {
    NDArray known = shared.get(name);
    if (known == null) {
      known = maker.get();
      shared.put(name, known);
      results.add(known);
    }
    return known;
  }

  /** What a network's first block is given: token ids [B,S] or pixels [B,D,H,W]. */
  NDArray input() {
    return batch instanceof TextBatch text ? text.ids() : ((ImageBatch) batch).pixels();
  }

  /** The batch as text; throws IllegalArgumentException when it is not. */
  public TextBatch text() {
    if (batch instanceof TextBatch text) {
      return text;
    }
    throw misfit("text");
  }

  /** The batch as images; throws IllegalArgumentException when they are not. */
  public ImageBatch images() {
    if (batch instanceof ImageBatch images) {
      return images;
    }
    throw misfit("images");
  }

  private IllegalArgumentException misfit(String what) {
    return new IllegalArgumentException(weights.architecture() + " looks at " + what
        + ", not at a batch of kind (" + batch.getClass().getSimpleName() + ")");
  }

  /**
   * The tokens that the batch has labels of ({@link TextBatch#positions}), [B,S,H] to [N,H]; all of
   * them, as they are, where it does not say.
   */
  public NDArray counted(NDArray hidden) {
    NDArray positions = text().positions();
    if (positions == null) {
      return hidden;
    }
    Shape shape = hidden.getShape();
    NDArray rows = hidden.reshape(shape.get(0) * shape.get(1), shape.get(2));
    return kernels.embedding(positions, rows);
  }

  /**
   * Weights in a given order, with places for their gradients, as whole blocks take them; null
   * where one of them does not exist.
   */
  public EncoderKernels.@Nullable Operands operands(ImmutableList<String> names) {
    return weights.operands(names);
  }

  /** The weight of that name. */
  public NDArray weight(String name) {
    return weights.get(name);
  }

  /** Whether a tap was asked for, so that what is not needed otherwise must be computed. */
  public boolean wants(Tap tap) {
    return request.taps().contains(tap);
  }

  /** Keeps a value if it was asked for. */
  public void offer(Tap tap, NDArray value) {
    if (wants(tap)) {
      taken.put(tap, value);
      results.add(value);
    }
  }

  /** Whether the pass may end where these are offered: nothing else is lacking. */
  public boolean endsWith(Tap... last) {
    return !whole
        && !request.logits()
        && request.taps().stream()
            .allMatch(tap -> taken.containsKey(tap) || Arrays.asList(last).contains(tap));
  }

  /** Whether everything that was asked for is there: the pass may end. */
  public boolean done() {
    return !whole && !request.logits() && taken.size() == request.taps().size();
  }

  /** The output of an earlier block, one of those that the block at hand says it reads. */
  public NDArray output(String block) {
    NDArray output = outputs.get(block);
    if (output == null) {
      throw new IllegalArgumentException("A head that reads block (" + block + ") of "
          + weights.architecture() + " cannot be run without it: enter the network before it");
    }
    return output;
  }

  void ran(Block block, NDArray output) {
    if (kept.contains(block.name())) {
      outputs.put(block.name(), output);
    }
  }

  /** What was offered and measured so far and outlives the block that made it. */
  List<NDArray> results() {
    return results;
  }

  /** Whether something beside the next block reads what a block gave. */
  boolean keeps(NDArray output) {
    return taken.values().stream().anyMatch(each -> each == output)
        || outputs.values().stream().anyMatch(each -> each == output);
  }

  Map<Tap, NDArray> taken() {
    return taken;
  }

  ImmutableMap<String, NDArray> statistics() {
    return statistics.buildOrThrow();
  }

  /** A linear map by {@code name.weight}, and {@code name.bias} if there is such a weight. */
  public NDArray linear(NDArray x, String name) {
    return kernels.linear(x, weights.get(name + ".weight"), weights.find(name + ".bias"));
  }

  /**
   * Layer normalisation by {@code name.weight}, and {@code name.bias} if there is such a weight.
   */
  public NDArray layerNorm(NDArray x, String name, float epsilon) {
    NDArray gain = weights.get(name + ".weight");
    NDArray shift = weights.find(name + ".bias");
    return kernels.layerNorm(
        x,
        gain,
        shift == null ? x.getManager().zeros(gain.getShape(), gain.getDataType()) : shift,
        epsilon);
  }

  /** Root-mean-square normalisation by {@code name.weight}. */
  public NDArray rmsNorm(NDArray x, String name, float epsilon) {
    return kernels.rmsNorm(x, weights.get(name + ".weight"), epsilon);
  }

  /** A convolution by {@code name.weight}, and {@code name.bias} if there is such a weight. */
  public NDArray convolution(NDArray x, String name, Window window, int groups) {
    return kernels.convolution(
        x, weights.get(name + ".weight"), weights.find(name + ".bias"), window, groups);
  }

  /**
   * Batch normalisation by {@code name.weight}, {@code name.bias}, {@code name.running_mean} and
   * {@code name.running_var}, or by the batch's own statistics, which are then kept.
   */
  public NDArray batchNorm(NDArray x, String name, float epsilon) {
    NDArray gain = weights.get(name + ".weight");
    NDArray shift = weights.get(name + ".bias");
    NDArray mean = weights.get(name + ".running_mean");
    NDArray variance = weights.get(name + ".running_var");
    if (request.normalization() == Normalization.RUNNING) {
      return kernels.batchNorm(x, gain, shift, mean, variance, epsilon);
    }
    NDArray ownMean = x.getManager().zeros(mean.getShape(), mean.getDataType());
    NDArray ownVariance = x.getManager().zeros(variance.getShape(), variance.getDataType());
    results.add(ownMean);
    results.add(ownVariance);
    statistics.put(name + ".running_mean", ownMean);
    statistics.put(name + ".running_var", ownVariance);
    return kernels.batchNormOfBatch(x, gain, shift, ownMean, ownVariance, epsilon);
  }

  /**
   * What the activations of the next calls of {@link #dropout} would be multiplied with.
   *
   * @param calls how many
   * @return as many, or none where nothing is dropped
   */
  public List<NDArray> dropoutFactors(Shape shape, int calls) {
    List<NDArray> factors = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      NDArray each = request.dropout().factors(shape, input().getManager());
      if (each == null) {
        return List.of();
      }
      factors.add(each);
    }
    return factors;
  }

  /** Dropout, where it was asked for. */
  public NDArray dropout(NDArray x) {
    return request.dropout().apply(x);
  }
}
