package dev.retort.distill.objective;

import dev.retort.space.Architecture;

/**
 * A layer of a network: the last, or one counted from 0.
 *
 * @param index the layer, or -1 for the last
 */
public record Layer(int index) {
  /** The last layer, whatever the depth. */
  public static final Layer LAST = new Layer(-1);

  /** Checks the index. */
  public Layer {
    if (index < -1) {
      throw new IllegalArgumentException("A layer is last or counts from 0, not (" + index + ")");
    }
  }

  /** Which layer of an architecture it is, from 0. */
  int of(String objective, Architecture architecture) {
    int layers = architecture.layers();
    if (index >= layers) {
      throw new IllegalArgumentException(objective + ": layer (" + index + ") does not exist in "
          + architecture + ", whose layers are 0 to " + (layers - 1));
    }
    return index < 0 ? layers - 1 : index;
  }

  @Override
  public String toString() {
    return index < 0 ? "last" : Integer.toString(index);
  }
}
