package dev.retort.distill.objective;

import dev.retort.space.Architecture;

/**
 * A layer of a network: the last, or one counted from 1, as papers count them. 0 is what the
 * embeddings give. The layers of a convolutional network are its stages.
 *
 * @param number the layer, or -1 for the last
 */
public record Layer(int number) {
  /** The last layer, whatever the depth. */
  public static final Layer LAST = new Layer(-1);

  /** Checks the number. */
  public Layer {
    if (number < -1) {
      throw new IllegalArgumentException(
          "A layer is last, or counts from 1, or is 0 for the embeddings; not (" + number + ")");
    }
  }

  /** Which layer of an architecture it is, from 1; 0 only where the embeddings count. */
  int of(String objective, Architecture architecture, boolean embeddings) {
    int layers = Place.layers(architecture);
    if (number > layers || number == 0 && !embeddings) {
      throw new IllegalArgumentException(objective + ": layer (" + number + ") does not exist in "
          + architecture + ", whose layers are " + (embeddings ? 0 : 1) + " to " + layers);
    }
    return number < 0 ? layers : number;
  }

  @Override
  public String toString() {
    return number < 0 ? "last" : Integer.toString(number);
  }
}
