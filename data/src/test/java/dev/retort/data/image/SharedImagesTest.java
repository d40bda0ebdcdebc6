package dev.retort.data.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import com.fasterxml.jackson.databind.JsonNode;
import dev.retort.data.Dataset;
import dev.retort.data.Task.Split;
import dev.retort.data.TestFiles;
import dev.retort.space.RandomStreams;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every set of images of the shared data is read, with the numbers that numpy and Pillow see. */
final class SharedImagesTest {
  @ParameterizedTest
  @CsvSource({
    "cifar-10, cifar10, TRAIN, cifar10/train_4000.bin.gz",
    "cifar-10, cifar10, TEST, cifar10/test_750.bin.gz",
    "fashion-mnist, fashion-mnist, TRAIN, fashion-mnist/train",
    "fashion-mnist, fashion-mnist, TEST, fashion-mnist/test",
    "mnist, digits-mnist-usps, TRAIN, digits-mnist-usps/mnist-train-12000",
    "mnist, digits-mnist-usps, TEST, digits-mnist-usps/mnist-test",
    "usps, digits-mnist-usps, TRAIN, digits-mnist-usps/usps-train",
    "usps, digits-mnist-usps, TEST, digits-mnist-usps/usps-test"
  })
  void recordsAreTheirPublishedBytes(String name, String folder, Split split, String key) {
    Path data = TestFiles.shared(folder);
    ImageTask task = ImageTask.open(name, data);
    Dataset<ImageExample> images = task.read(data, split, task.preprocessing());
    JsonNode facts = Peer.SHARED.get(key);
    assertThat(images.size()).isEqualTo(facts.get("size").asInt());
    long labels = 0;
    long sum = 0;
    for (int i = 0; i < images.size(); i++) {
      labels += (long) images.label(i);
      sum += Peer.sum(images.get(i).image());
    }
    assertThat(labels).isEqualTo(facts.get("labels").asLong());
    assertThat(sum).isEqualTo(facts.get("sum").asLong());
    Peer.assertAgrees(images.get(images.size() - 1).image(), facts.get("last"), 0);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ants-bees/train/bees/16838648_415acd9e3f.jpg",
        "imagenet-photos/images/n01484850.jpg",
        "crack-forest/images/001.jpg",
        "super-resolution/Set5/bird.png",
        "super-resolution/Set14/bridge.png"
      })
  void filesDecodeAsInPillow(String path) {
    Raster image = ImageDecoder.decode(TestFiles.shared(path));
    Peer.assertAgrees(image, Peer.SHARED.get(path), path.endsWith(".png") ? 0 : 2);
  }

  @Test
  void classFoldersHaveTheirClassesAndParts() {
    Path folder = TestFiles.shared("ants-bees");
    ImageTask task = ImageTask.open("image-folder", folder);
    assertThat(task.labels()).containsExactly("ants", "bees");
    assertThat(task.has(folder, Split.TEST)).isFalse();
    ImageTask.Parts parts =
        task.parts(folder, task.preprocessing().withSide(64), 0.1, new RandomStreams(1));
    assertThat(parts.train().size()).isEqualTo(244);
    assertThat(parts.dev().size()).isEqualTo(116);
    assertThat(parts.test()).isNull();
    assertThat(parts.train().label(0)).isEqualTo(0f);
    assertThat(parts.dev().label(115)).isEqualTo(1f);
    HostBatch batch = host(parts.train(), 0, 200, 243);
    assertThat(batch.shape().getShape()).containsExactly(3, 3, 64, 64);
    assertThat(batch.classes()).containsExactly(0, 1, 1);
  }

  @ParameterizedTest
  @CsvSource({"BILINEAR, photo-bilinear", "BICUBIC, photo-bicubic"})
  void photosOfAListArePreparedAsHuggingFaceDoes(Filter filter, String key) {
    Path folder = TestFiles.shared("imagenet-photos");
    ImageTask task = ImageTask.open("image-list", folder);
    assertThat(task.labels()).hasSize(1000).startsWith("n01440764 tench");
    PixelScaling bytes = PixelScaling.of(1, 0, 1);
    Dataset<ImageExample> photos =
        task.read(folder, Split.TEST, Preprocessing.photo(160, filter, bytes));
    assertThat(photos.size()).isEqualTo(200);
    assertThat(photos.label(0)).isEqualTo(2f);
    HostBatch batch = host(photos, 0);
    FloatBuffer pixels = batch.pixels().asFloatBuffer();
    byte[] found = new byte[3 * 160 * 160];
    for (int i = 0; i < found.length; i++) {
      found[i] = (byte) (int) pixels.get(i);
    }
    Peer.assertAgrees(new Raster(3, 160, 160, found), Peer.SHARED.get(key), 2);
  }

  @Test
  void masksFollowTheirImages() {
    SegmentationPairs pairs = SegmentationPairs.open(TestFiles.shared("crack-forest"), 2);
    assertThat(pairs.size()).isEqualTo(95);
    ImageExample first = pairs.read(0);
    Raster mask = ((Target.Mask) first.target()).classes();
    Peer.assertAgrees(mask, Peer.SHARED.get("mask"), 0);
    Preprocessing half = new Preprocessing(
        3,
        Preprocessing.Resize.shortSide(160, Filter.BILINEAR),
        new Preprocessing.Crop(160, 160),
        PixelScaling.UNIT);
    HostBatch batch = new ImageDataset(pairs, half).host(new int[] {0, 94}, null);
    assertThat(batch.numbersShape().getShape()).containsExactly(2, 160, 160);
    assertThat(new ImageDataset(pairs, half).label(0)).isNaN();
  }

  @Test
  void landmarksFollowTheirImages() {
    LandmarkTable table =
        LandmarkTable.read(TestFiles.shared("face-landmarks/train/landmarks.tsv"));
    assertThat(table.size()).isEqualTo(631);
    assertThat(LandmarkTable.read(TestFiles.shared("face-landmarks/test/landmarks.tsv"))
            .size())
        .isEqualTo(200);
    assertThat(table.points()).isEqualTo(68);
    float[] places = ((Target.Points) table.read(0).target()).places();
    assertThat(places[1]).isEqualTo(46.55f);
    Preprocessing half = new Preprocessing(
        1, Preprocessing.Resize.square(64, Filter.BILINEAR), null, PixelScaling.UNIT);
    HostBatch batch = new ImageDataset(table, half).host(new int[] {0, 630}, null);
    assertThat(batch.numbersShape().getShape()).containsExactly(2, 136);
    assertThat(numbers(batch).get(1)).isCloseTo(46.55f / 128, offset(1e-6f));
  }

  @Test
  void facesAreCutFromTheirPhotos() {
    DlibFaces train =
        DlibFaces.read(TestFiles.shared("face-landmarks-dlib/training_with_face_landmarks.xml"));
    DlibFaces test =
        DlibFaces.read(TestFiles.shared("face-landmarks-dlib/testing_with_face_landmarks.xml"));
    assertThat(List.of(train.size(), test.size())).containsExactlyInAnyOrder(18, 25);
    assertThat(train.points()).isEqualTo(68);
    for (int i = 0; i < train.size(); i++) {
      ImageExample face = train.read(i);
      for (float place : ((Target.Points) face.target()).places()) {
        assertThat(place).isBetween(0f, (float) face.image().width());
      }
    }
  }

  @Test
  void imagesAreReducedAsPillowDoes() {
    SuperResolutionFolder folder =
        SuperResolutionFolder.open(TestFiles.shared("super-resolution/Set5"), 3);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < folder.size(); i++) {
      names.add(Path.of(folder.name(i)).getFileName().toString());
    }
    assertThat(names)
        .containsExactly("baby.png", "bird.png", "butterfly.png", "head.png", "woman.png");
    ImageExample bird = folder.read(1);
    Peer.assertAgrees(bird.image(), Peer.SHARED.get("bird-third"), 0);
    Raster high = ((Target.Picture) bird.target()).image();
    assertThat(high.height()).isEqualTo(3 * bird.image().height());
    Preprocessing cut =
        new Preprocessing(3, null, new Preprocessing.Crop(24, 20), PixelScaling.UNIT);
    HostBatch batch = new ImageDataset(folder, cut).host(new int[] {0, 1}, null);
    assertThat(batch.numbersShape().getShape()).containsExactly(2, 3, 72, 60);
    Path grey = TestFiles.shared("super-resolution/Set14");
    assertThat(SuperResolutionFolder.open(grey, 4).size()).isEqualTo(11);
  }

  private static FloatBuffer numbers(HostBatch batch) {
    FloatBuffer numbers = batch.numbers();
    if (numbers == null) {
      throw new AssertionError("the labels are classes");
    }
    return numbers;
  }

  private static HostBatch host(Dataset<ImageExample> images, int... indices) {
    return ((ImageDataset) images).host(indices, null);
  }
}
