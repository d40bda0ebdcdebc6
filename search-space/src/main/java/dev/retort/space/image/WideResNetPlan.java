package dev.retort.space.image;

import com.google.common.collect.ImmutableList;
import dev.retort.space.Architecture;
import dev.retort.space.Axis;

/**
 * The blocks of a wide residual network. Names of tensors are those of the public implementations
 * that follow xternalz/WideResNet-pytorch: {@code conv1}, {@code block1.layer.0.bn1}, {@code bn1}
 * before the head, {@code fc}.
 *
 * @param stem the planes of the first convolution
 * @param blocks the residual blocks of all stages
 */
public record WideResNetPlan(Axis stem, ImmutableList<Block> blocks) {

  /**
   * One residual block.
   *
   * @param name such as {@code stage1.block0}
   * @param stage the stage it belongs to, from 1
   * @param last whether it is the stage's last block
   * @param prefix what the names of its tensors begin with
   * @param in the planes that it is given
   * @param inner the planes between its two convolutions
   * @param out the planes that it gives
   * @param stride pixels of its input for one of its output
   */
  public record Block(
      String name,
      int stage,
      boolean last,
      String prefix,
      Axis in,
      Axis inner,
      Axis out,
      int stride) {
    /** Whether its shortcut is a convolution, which then reads the activated input. */
    public boolean projected() {
      return stride != 1 || in.length() != out.length();
    }

    /** The window of the first convolution. */
    public Window first() {
      return Window.centred(3, stride);
    }

    /** The window of the shortcut's convolution. */
    public Window shortcut() {
      return new Window(1, stride, Window.Padding.NONE);
    }
  }

  /** The window of the stem and of second convolutions. */
  public static final Window PLAIN = Window.centred(3, 1);

  /** The plan of an architecture of the family. */
  public static WideResNetPlan of(Architecture architecture) {
    int stemWidth = architecture.integer("stem-width");
    boolean plain = stemWidth == architecture.integer("width", 0);
    Axis stem = Axis.of(plain ? "stage1" : "stem", stemWidth);
    Axis planes = stem;
    ImmutableList.Builder<Block> blocks = ImmutableList.builder();
    for (int stage = 1; stage <= Stages.count(architecture); stage++) {
      int width = architecture.integer("width", stage - 1);
      Axis out = Axis.of("stage" + stage, width);
      int depth = architecture.integer("depth", stage - 1);
      for (int block = 0; block < depth; block++) {
        String name = "stage" + stage + ".block" + block;
        blocks.add(new Block(
            name,
            stage,
            block == depth - 1,
            "block" + stage + ".layer." + block + ".",
            planes,
            Axis.of(name + ".conv1", width),
            out,
            block == 0 && stage > 1 ? 2 : 1));
        planes = out;
      }
    }
    return new WideResNetPlan(stem, blocks.build());
  }
}
