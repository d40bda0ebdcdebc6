package dev.retort.supernet;

import ai.djl.ndarray.NDArray;
import com.google.common.collect.ImmutableList;
import dev.retort.space.Activation;
import dev.retort.supernet.kernel.EncoderKernels;
import dev.retort.supernet.kernel.EncoderKernels.Norms;
import java.util.Arrays;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A Transformer's layer in one call of the engine forward and one backward, where the kernels can
 * and nothing inside is asked for; else the block that has it goes on operation by operation.
 *
 * <p>B batch, S sequence, H hidden, W attention width, I intermediate width.
 *
 * @param index which layer, for its taps
 * @param parts what its tensors are called
 * @param norms what it normalises
 */
public record WholeLayer(
    int index, Parts parts, Norms norms, int heads, Activation activation, float epsilon) {
  /**
   * What the tensors of a layer are called, without {@code .weight} and {@code .bias}.
   *
   * @param prefix what all names begin with
   * @param output the map behind the attention [H,W]
   * @param attentionNorm the attention's normalisation
   * @param up the feed-forward network's first map [I,H]
   * @param down its second [H,I]
   * @param norm its normalisation
   */
  public record Parts(
      String prefix,
      String query,
      String key,
      String value,
      String output,
      String attentionNorm,
      String up,
      String down,
      String norm) {
    private ImmutableList<String> names(String... parts) {
      return Arrays.stream(parts)
          .flatMap(part -> Stream.of(prefix + part + ".weight", prefix + part + ".bias"))
          .collect(ImmutableList.toImmutableList());
    }

    private ImmutableList<String> all() {
      return names(query, key, value, output, attentionNorm, up, down, norm);
    }

    private ImmutableList<String> projections(Norms norms) {
      return norms == Norms.BEFORE
          ? names(query, key, value, attentionNorm)
          : names(query, key, value);
    }
  }

  /**
   * What the layer gives; the taps inside are offered, not that of its result.
   *
   * @param hidden [B,S,H]
   * @param bias added to attention scores [B,1,1,S] or [B,1,S,S], or none
   * @return [B,S,H]; the layer's input where the pass ends with its queries, keys and values; null:
   *     nothing was done
   */
  public @Nullable NDArray forward(NDArray hidden, @Nullable NDArray bias, Pass pass) {
    EncoderKernels kernels = pass.kernels().encoder();
    if (kernels == null
        || !EncoderKernels.computes(activation)
        || pass.wants(Tap.attention(index))
        || pass.wants(Tap.intermediate(index))) {
      return null;
    }
    if (pass.wants(Tap.query(index))
        || pass.wants(Tap.key(index))
        || pass.wants(Tap.value(index))) {
      return projections(hidden, kernels, pass);
    }
    EncoderKernels.Operands operands = pass.operands(parts.all());
    if (operands == null || !kernels.accepts(hidden, operands)) {
      return null;
    }
    return kernels.layer(
        hidden,
        operands,
        bias,
        pass.dropoutFactors(hidden.getShape(), 2),
        new EncoderKernels.Form(norms, heads, activation, epsilon));
  }

  private @Nullable NDArray projections(NDArray hidden, EncoderKernels kernels, Pass pass) {
    Tap query = Tap.query(index);
    Tap key = Tap.key(index);
    Tap value = Tap.value(index);
    EncoderKernels.Operands operands = pass.operands(parts.projections(norms));
    if (operands == null
        || !pass.endsWith(query, key, value)
        || !kernels.accepts(hidden, operands)) {
      return null;
    }
    EncoderKernels.Projections all = norms == Norms.BEFORE
        ? kernels.projections(hidden, operands, epsilon)
        : kernels.projections(hidden, operands);
    pass.offer(query, all.query());
    pass.offer(key, all.key());
    pass.offer(value, all.value());
    return hidden;
  }
}
