package dev.retort.benchmark.experiment;

import ai.djl.ndarray.NDManager;
import dev.retort.data.Dataset;
import dev.retort.data.ImageBatch;
import dev.retort.data.Subset;
import dev.retort.data.Task;
import dev.retort.data.image.IdxTask;
import dev.retort.data.image.ImageDataset;
import dev.retort.data.image.ImageExample;
import dev.retort.data.image.PackedImages;
import dev.retort.data.image.Raster;
import dev.retort.data.image.Target;
import dev.retort.space.RandomStreams;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Two domains of Fashion-MNIST: images as they are, and others inverted and then blurred by {@link
 * PhotoNoise#BLUR}. No image is in both, nor in learning and in testing.
 *
 * @param source to learn from, with classes
 * @param target to learn from, without classes
 * @param sourceTest held out of the source, balanced
 * @param targetTest of the target, with classes
 */
record Domains(
    Dataset<ImageExample> source,
    Dataset<ImageExample> target,
    Dataset<ImageExample> sourceTest,
    Dataset<ImageExample> targetTest) {
  private static final int CLASSES = 10;
  private static final int NO_CLASS = -1;

  /**
   * The first images of each class of the training file are the source's, the next the target's;
   * the first of each class of the test file are the source's, all others the target's.
   *
   * @param images of each domain to learn from
   * @param heldOut of the source to test on; as many at least are left of each class
   */
  static Domains read(Path folder, int images, int heldOut) {
    IdxTask task = IdxTask.FASHION_MNIST;
    Dataset<ImageExample> train = task.read(folder, Task.Split.TRAIN, task.preprocessing());
    Dataset<ImageExample> test = task.read(folder, Task.Split.TEST, task.preprocessing());
    List<ImageExample> target = new ArrayList<>();
    rest(Subset.firstPerClass(train, 2 * (images / CLASSES)), images / CLASSES)
        .forEach(each -> target.add(ImageExample.of(spoilt(each.image()), NO_CLASS)));
    List<ImageExample> others = new ArrayList<>();
    rest(test, heldOut / CLASSES)
        .forEach(each -> others.add(new ImageExample(spoilt(each.image()), each.target())));
    return new Domains(
        ImageFixture.balanced(train, images, false),
        packed(target),
        ImageFixture.balanced(test, heldOut, false),
        packed(others));
  }

  /** All but the first of each class, in their order. */
  private static List<ImageExample> rest(Dataset<ImageExample> all, int first) {
    int[] seen = new int[CLASSES];
    List<ImageExample> rest = new ArrayList<>();
    for (int i = 0; i < all.size(); i++) {
      ImageExample each = all.get(i);
      if (++seen[((Target.Category) each.target()).index()] > first) {
        rest.add(each);
      }
    }
    return rest;
  }

  private static Dataset<ImageExample> packed(List<ImageExample> examples) {
    return new ImageDataset(
        PackedImages.of(examples, CLASSES), IdxTask.FASHION_MNIST.preprocessing());
  }

  /** An image of the source as the target has it. */
  static Raster spoilt(Raster image) {
    byte[] pixels = image.pixels().clone();
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) ~pixels[i];
    }
    // A blur draws nothing.
    RandomGenerator unused = new RandomStreams(0).at("blur", 0);
    return PhotoNoise.BLUR.of(
        new Raster(image.planes(), image.height(), image.width(), pixels), unused);
  }

  /** The first images of each class as one batch, about so many in all. */
  static ImageBatch first(Dataset<ImageExample> data, int count, NDManager manager) {
    Subset<ImageExample> chosen = Subset.firstPerClass(data, count / CLASSES);
    int[] indices = IntStream.range(0, chosen.size()).toArray();
    return (ImageBatch) chosen.batch(manager, indices, null);
  }

  /** Images of both domains, the source's first; labels and indices are those of the source. */
  static ImageBatch together(ImageBatch source, ImageBatch target) {
    return new ImageBatch(
        source.pixels().concat(target.pixels(), 0), source.labels(), source.indices());
  }
}
