package dev.retort.supernet;

import ai.djl.ndarray.NDArray;
import dev.retort.data.Batch;
import dev.retort.data.ImageBatch;
import dev.retort.space.Architecture;
import dev.retort.supernet.kernel.Kernels;
import dev.retort.supernet.kernel.Kernels.Resizing;

/**
 * Images of the size that a network looks at. Sub-networks of one super-net may look at images of
 * different sizes (Once for All, Cai et al., ICLR 2020).
 */
public final class Resolution {
  private Resolution() {}

  /**
   * A batch with its images at an architecture's resolution, smoothly resized; the very batch where
   * they have it, and where it is of text.
   *
   * @param batch pixels [B,D,H,W]
   * @return pixels [B,D,R,R], R the architecture's {@code resolution}
   */
  public static Batch fit(Batch batch, Architecture architecture, Kernels kernels) {
    if (!(batch instanceof ImageBatch images) || !architecture.has("resolution")) {
      return batch;
    }
    int side = architecture.integer("resolution");
    NDArray pixels = images.pixels();
    if (pixels.getShape().get(2) == side && pixels.getShape().get(3) == side) {
      return batch;
    }
    return new ImageBatch(
        kernels.resize(pixels, side, side, Resizing.SMOOTH), images.labels(), images.indices());
  }
}
