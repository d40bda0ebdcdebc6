package dev.retort.supernet.kernel;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import dev.retort.space.Activation;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whole blocks of Transformers on a CPU, each one call of the engine forward and one backward, the
 * backward pass written by hand: layers that normalise what they added, as the encoder BERT does
 * (Devlin et al., NAACL 2019), and layers that normalise what they read (GPT-2, Radford et al.,
 * 2019; ViT, Dosovitskiy et al., ICLR 2021).
 *
 * <p>What that is good for: gradients of shared weights are added in place where they belong, also
 * those of a slice, so that no array of a whole weight is made, filled with 0 and added for each
 * slice; products that are large enough run in oneDNN with bias, GELU and residual as part of the
 * product; nothing is kept but what the backward pass reads. In bf16 the products and all between
 * them are bf16, as under PyTorch's autocast; residuals, normalisations and gradients of weights
 * stay float32.
 *
 * <p>While a graph is recorded this needs the places where gradients of the weights are collected
 * ({@link Operands}); without them, {@link Kernels}' single operations compute the same.
 *
 * <p>B batch, S sequence, H hidden, W attention width, I intermediate width.
 */
public final class EncoderKernels {
  /** A product of more multiplications than this goes to oneDNN; the script knows it too. */
  private static final long HEAVY = 50_000_000;

  /** Weights and biases of queries, keys and values come first; they are multiplied as one. */
  private static final int JOINED = 6;

  private final ScriptedModule module;
  private final boolean half;

  private EncoderKernels(ScriptedModule module, boolean half) {
    this.module = module;
    this.half = half;
  }

  /** The kernels, or null where the engine lacks what they are made of. */
  static @Nullable EncoderKernels find(boolean half) {
    ScriptedModule module = ScriptedModule.encoder();
    return module == null ? null : new EncoderKernels(module, half);
  }

  /** The weights of a block, and where their gradients go. */
  public static final class Operands {
    private final NDArray[] weights;
    private final @Nullable List<Supplier<NDArray>> gradients;
    private final @Nullable NDManager keeper;
    private final Map<Boolean, NDArray[]> packed = new ConcurrentHashMap<>();

    /**
     * Operands.
     *
     * @param weights in the order that the block names
     * @param gradients for each, in the same order, the array of its shape that its gradient is
     *     added to, asked for in the backward pass; null: none is collected
     * @param keeper of weights that stay what they are as long as these operands are used: to it
     *     belongs the form of them that products want, which is kept; null: they may change
     */
    public Operands(
        NDArray[] weights,
        @Nullable List<Supplier<NDArray>> gradients,
        @Nullable NDManager keeper) {
      this.weights = weights.clone();
      this.gradients = gradients;
      this.keeper = keeper;
    }

    private NDArray[] collected() {
      return Objects.requireNonNull(gradients, "operands were accepted").stream()
          .map(Supplier::get)
          .toArray(NDArray[]::new);
    }

    /** Whether every product of them with so many rows is one that packed weights are made for. */
    private boolean heavy(long rows) {
      long least = Long.MAX_VALUE;
      for (int i = JOINED; i < weights.length; i++) {
        if (weights[i].getShape().dimension() == 2) {
          least = Math.min(least, weights[i].size());
        }
      }
      return rows * Math.min(least, weights[0].size() * JOINED / 2) > HEAVY;
    }
  }

  /** Queries, keys and values, each [B,S,W]. */
  public record Projections(NDArray query, NDArray key, NDArray value) {}

  /** What a layer normalises: its words are the beginnings of the script's names. */
  public enum Norms {
    /** Each sum of a residual branch and what it was read from. */
    AFTER(""),
    /** What attention and feed-forward network read; sums are left as they are. */
    BEFORE("prenorm_");

    private final String prefix;

    Norms(String prefix) {
      this.prefix = prefix;
    }
  }

  /** How a layer computes; activation one of those that {@link #computes} tells. */
  public record Form(Norms norms, int heads, Activation activation, float epsilon) {
    /** Checks the activation. */
    public Form {
      if (!computes(activation)) {
        throw new IllegalArgumentException("No whole layer has activation (" + activation + ")");
      }
    }

    private String approximation() {
      return switch (activation) {
        case GELU -> "none";
        case GELU_TANH -> "tanh";
        default -> "relu";
      };
    }
  }

  /** Whether whole layers may have this activation in their feed-forward network. */
  public static boolean computes(Activation activation) {
    return activation == Activation.GELU
        || activation == Activation.GELU_TANH
        || activation == Activation.RELU;
  }

  /** Whether these operands can be used: float32 on a CPU; a graph needs a place for gradients. */
  public boolean accepts(NDArray x, Operands operands) {
    return !x.getDevice().isGpu()
        && Arrays.stream(operands.weights).allMatch(each -> each.getDataType() == DataType.FLOAT32)
        && (!Autograd.isRecording() || (operands.gradients != null && Tape.current() != null));
  }

  /**
   * A layer: self-attention and a feed-forward network, each added to what it was read from.
   *
   * @param x [B,S,H]
   * @param operands weight and bias of query, key, value [W,H], of the map after attention [H,W],
   *     gain and shift of the attention's normalisation, weight and bias of the feed-forward
   *     network's maps [I,H] and [H,I], gain and shift of its normalisation
   * @param bias added to attention scores [B,1,1,S] or [B,1,S,S], or none
   * @param drops factors of both residual branches [B,S,H] (dropout), or none
   * @return [B,S,H]
   */
  public NDArray layer(
      NDArray x, Operands operands, @Nullable NDArray bias, List<NDArray> drops, Form form) {
    String method = form.norms().prefix + "layer";
    NDArray[] biases = bias == null ? new NDArray[0] : new NDArray[] {bias};
    NDArray[] factors = drops.toArray(NDArray[]::new);
    boolean keep = Autograd.isRecording();
    NDArray[] all = run(
        method,
        x.getManager(),
        x,
        operands.weights,
        packed(x, operands),
        biases,
        factors,
        (long) form.heads(),
        (double) form.epsilon(),
        form.approximation(),
        half,
        keep);
    NDArray y = own(all[0]);
    NDArray[] kept = Arrays.copyOfRange(all, 1, all.length);
    if (keep) {
      tape().add(new NDArray[] {y}, x, gradients -> {
        NDArray passed = module.run(
            method + "_backward",
            x.getManager(),
            gradients[0],
            kept,
            operands.weights,
            operands.collected(),
            biases,
            factors,
            (long) form.heads(),
            form.approximation(),
            half);
        free(kept);
        return passed;
      });
    }
    return y;
  }

  /**
   * Queries, keys and values of a layer of which nothing else is needed.
   *
   * @param x [B,S,H]
   * @param operands weight [W,H] and bias [W] of query, key and value
   */
  public Projections projections(NDArray x, Operands operands) {
    NDArray[] all =
        run("projections", x.getManager(), x, operands.weights, packed(x, operands), half);
    return projections(
        x,
        all,
        (gradients, kept) -> module.run(
            "projections_backward",
            x.getManager(),
            gradients[0],
            gradients[1],
            gradients[2],
            kept,
            operands.collected(),
            half));
  }

  /**
   * The same of a layer that normalises what they are read from.
   *
   * @param x [B,S,H]
   * @param operands weight [W,H] and bias [W] of query, key and value, gain and shift [H]
   */
  public Projections projections(NDArray x, Operands operands, float epsilon) {
    NDArray[] all = run(
        "prenorm_projections",
        x.getManager(),
        x,
        operands.weights,
        packed(x, operands),
        (double) epsilon,
        half);
    return projections(
        x,
        all,
        (gradients, kept) -> module.run(
            "prenorm_projections_backward",
            x.getManager(),
            gradients[0],
            gradients[1],
            gradients[2],
            kept,
            operands.weights,
            operands.collected(),
            half));
  }

  private static Projections projections(
      NDArray x, NDArray[] all, BiFunction<NDArray[], NDArray[], NDArray> backward) {
    NDArray[] kept = Arrays.copyOfRange(all, 3, all.length);
    NDArray[] outputs = {own(all[0]), own(all[1]), own(all[2])};
    if (Autograd.isRecording()) {
      tape().add(outputs, x, gradients -> {
        NDArray passed = backward.apply(gradients, kept);
        free(kept);
        return passed;
      });
    } else {
      free(kept);
    }
    return new Projections(outputs[0], outputs[1], outputs[2]);
  }

  /**
   * Embeddings of words, places (from 0) and types, added and normalised.
   *
   * @param ids [B,S] int64
   * @param types [B,S] int64
   * @param operands tables of words, places and types, gain and shift of the normalisation
   * @return [B,S,H]
   */
  public NDArray embeddings(NDArray ids, NDArray types, Operands operands, float epsilon) {
    NDArray[] all =
        run("embeddings", ids.getManager(), ids, types, operands.weights, (double) epsilon);
    NDArray y = own(all[0]);
    NDArray[] kept = Arrays.copyOfRange(all, 1, all.length);
    if (Autograd.isRecording()) {
      tape().add(new NDArray[] {y}, null, gradients -> {
        module
            .run(
                "embeddings_backward",
                ids.getManager(),
                gradients[0],
                kept,
                ids,
                types,
                operands.weights,
                operands.collected())
            .close();
        free(kept);
        return null;
      });
    } else {
      free(kept);
    }
    return y;
  }

  private NDArray[] run(String method, NDManager results, Object... arguments) {
    try (Autograd off = Autograd.off()) {
      return module.list(method, results, arguments);
    }
  }

  private static Tape tape() {
    return Objects.requireNonNull(Tape.current(), "operands were accepted");
  }

  /**
   * Lasting weights as products want them: joined, rounded, in oneDNN's own layout. Made once, and
   * used by shape alone, so that no result depends on what was computed before. Empty: none.
   */
  private NDArray[] packed(NDArray x, Operands operands) {
    long rows = x.size() / x.getShape().get(x.getShape().dimension() - 1);
    NDManager keeper = operands.keeper;
    if (keeper == null || Autograd.isRecording() || !operands.heavy(rows)) {
      return new NDArray[0];
    }
    return operands.packed.computeIfAbsent(half, any -> {
      NDArray[] made = run("pack", keeper, x, operands.weights, half);
      Arrays.stream(made).forEach(NDScope::unregister);
      return made;
    });
  }

  /**
   * A copy in place of a result. Functions of this module run in the engine's inference mode, and
   * what was made there may not enter a graph.
   */
  private static NDArray own(NDArray result) {
    try (result) {
      return result.duplicate();
    }
  }

  /** What the backward pass has read, or none will: the largest arrays of a step. */
  private static void free(NDArray[] kept) {
    for (NDArray each : kept) {
      each.close();
    }
  }
}
