package dev.retort.data.image;

import static dev.retort.data.TestFiles.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableList;
import dev.retort.data.TestFiles;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code preprocessor_config.json}. */
final class HuggingFacePreprocessorTest {
  private static final String HALF =
      "\"image_mean\": [0.5, 0.5, 0.5], \"image_std\": [0.5, 0.5, 0.5]";

  private final Path folder;

  HuggingFacePreprocessorTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void vitSqueezesIntoASquare() throws IOException {
    Preprocessing read = read("{\"image_processor_type\": \"ViTImageProcessor\", \"resample\": 2,"
        + " \"size\": {\"height\": 224, \"width\": 224}, " + HALF + "}");
    assertThat(read.resize()).isEqualTo(Preprocessing.Resize.square(224, Filter.BILINEAR));
    assertThat(read.crop()).isNull();
    assertThat(read(
            "{\"feature_extractor_type\": \"ViTFeatureExtractor\", \"size\": 224, " + HALF + "}"))
        .isEqualTo(read);
    assertThat(read.scaling().table(1)[255]).isEqualTo(1f);
  }

  @Test
  void deitCutsAWindow() throws IOException {
    Preprocessing read = read("{\"image_processor_type\": \"DeiTImageProcessor\", \"size\": 256,"
        + " \"do_center_crop\": true, \"crop_size\": 224, \"resample\": 3, " + HALF + "}");
    assertThat(read.resize()).isEqualTo(Preprocessing.Resize.square(256, Filter.BICUBIC));
    assertThat(read.crop()).isEqualTo(new Preprocessing.Crop(224, 224));
  }

  @Test
  void convNextResizesToMoreAndCuts() throws IOException {
    String start = "{\"image_processor_type\": \"ConvNextImageProcessor\", \"crop_pct\": 0.875,"
        + " \"resample\": 3, \"size\": {\"shortest_edge\": ";
    Preprocessing read = read(start + "224}, " + HALF + "}");
    assertThat(read.resize()).isEqualTo(Preprocessing.Resize.shortSide(256, Filter.BICUBIC));
    assertThat(read.crop()).isEqualTo(new Preprocessing.Crop(224, 224));
    assertThat(read(start + "384}, " + HALF + "}").crop()).isNull();
  }

  @Test
  void whatIsWrittenIsReadAgain() throws IOException {
    for (Preprocessing each : ImmutableList.of(
        Preprocessing.photo(224, Filter.BICUBIC, PixelScaling.IMAGENET),
        new Preprocessing(
            3, Preprocessing.Resize.square(32, Filter.BILINEAR), null, PixelScaling.IMAGENET),
        Preprocessing.of(3, PixelScaling.IMAGENET))) {
      assertThat(read(HuggingFacePreprocessor.write(each))).isEqualTo(each);
    }
  }

  @Test
  void whatIsNotDoneIsRefused() throws IOException {
    refused("[]", "is no JSON object");
    refused("{", "is broken JSON");
    refused("{\"size\": 224, \"size\": 225}", "is broken JSON");
    refused("{\"size\": 0, " + HALF + "}", "size: ");
    refused("{\"size\": {\"longest_edge\": 3}, " + HALF + "}", "size.height: ");
    refused("{\"size\": 224, \"resample\": 9, " + HALF + "}", "resample: '9' is not read");
    refused("{\"size\": 224}", "image_mean: ");
    refused("{\"size\": 224, \"do_resize\": 1, " + HALF + "}", "do_resize: '1'");
    refused("{\"size\": 224, \"rescale_factor\": -1, " + HALF + "}", "rescale_factor: '-1'");
    refused(
        "{\"size\": 224, \"image_mean\": [0, 0, 0], \"image_std\": [0, 0, 0]}",
        "cannot scale pixels");
  }

  private Preprocessing read(String json) throws IOException {
    return HuggingFacePreprocessor.read(TestFiles.write(folder, "p.json", json));
  }

  private void refused(String json, String message) throws IOException {
    Path file = TestFiles.write(folder, "p.json", json);
    assertRefused(() -> HuggingFacePreprocessor.read(file), "p.json", message);
  }
}
