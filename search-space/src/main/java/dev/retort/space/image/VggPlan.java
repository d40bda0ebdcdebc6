package dev.retort.space.image;

import com.google.common.collect.ImmutableList;
import dev.retort.space.Architecture;
import dev.retort.space.Axis;
import org.jspecify.annotations.Nullable;

/**
 * The blocks of a VGG network: one convolution each. Names of tensors are torchvision's, where
 * {@code features.N} counts convolutions, norms, activations and poolings throughout.
 *
 * @param blocks the convolutions of all stages
 */
public record VggPlan(ImmutableList<Block> blocks) {
  /** The pooling between stages and before the head. */
  public static final Window POOL = new Window(2, 2, Window.Padding.NONE);

  /** What the names of the head's tensors begin with. */
  public static final ImmutableList<String> HEAD =
      ImmutableList.of("classifier.0", "classifier.3", "classifier.6");

  /**
   * One convolution.
   *
   * @param name such as {@code stage1.block0}
   * @param stage the stage it belongs to, from 1
   * @param last whether it is the stage's last block
   * @param pooled whether it pools what it is given first
   * @param convolution the convolution
   */
  public record Block(
      String name, int stage, boolean last, boolean pooled, Convolved convolution) {}

  /** The plan of an architecture of the family. */
  public static VggPlan of(Architecture architecture) {
    boolean normed = architecture.word("norm").equals("batch");
    int at = 0;
    ImmutableList.Builder<Block> blocks = ImmutableList.builder();
    for (int stage = 1; stage <= Stages.count(architecture); stage++) {
      int depth = architecture.integer("depth", stage - 1);
      for (int block = 0; block < depth; block++) {
        String name = "stage" + stage + ".block" + block;
        // Where nothing is added, each convolution's planes are its own.
        Axis planes = Axis.of(name, architecture.integer("width", stage - 1));
        blocks.add(new Block(
            name,
            stage,
            block == depth - 1,
            block == 0 && stage > 1,
            new Convolved(
                "conv",
                "features." + at,
                normed ? "features." + (at + 1) : "",
                planes,
                Window.centred(3, 1))));
        at += normed ? 3 : 2;
      }
      at++;
    }
    return new VggPlan(blocks.build());
  }

  /** The block of that name, or null. */
  @Nullable
  Block find(String name) {
    return blocks.stream().filter(each -> each.name().equals(name)).findFirst().orElse(null);
  }
}
