package dev.retort.supernet.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.retort.data.image.Filter;
import dev.retort.data.image.PixelScaling;
import dev.retort.data.image.Preprocessing;
import dev.retort.data.image.Preprocessing.Crop;
import dev.retort.data.image.Preprocessing.Resize;
import dev.retort.space.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code preprocessor_config.json}. */
final class PreprocessorConfigTest {
  private static final String HALF =
      "\"image_mean\": [0.5, 0.5, 0.5], \"image_std\": [0.5, 0.5, 0.5]";

  private final Path file;

  PreprocessorConfigTest(@TempDir Path folder) {
    this.file = folder.resolve("preprocessor_config.json");
  }

  private Preprocessing read(String json) throws IOException {
    Files.writeString(file, json);
    return PreprocessorConfig.read(ConfigFile.read(file));
  }

  private Preprocessing read(String type, String more) throws IOException {
    return read("{\"image_processor_type\": \"" + type + "\"" + more + "}");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"image_processor_type\": \"ViTImageProcessor\"",
        "\"image_processor_type\": \"ViTImageProcessorFast\"",
        "\"image_processor_type\": \"ViTImageProcessor\", \"size\": {\"height\": 224, \"width\":"
            + " 224}, \"resample\": 2",
        "\"feature_extractor_type\": \"ViTFeatureExtractor\", \"size\": 224"
      })
  void vitSqueezesIntoASquare(String entries) throws IOException {
    assertThat(read("{" + entries + ", " + HALF + "}"))
        .isEqualTo(
            new Preprocessing(3, Resize.square(224, Filter.BILINEAR), null, PixelScaling.HALF));
  }

  @Test
  void othersCutAWindow() throws IOException {
    Preprocessing deit = read("DeiTImageProcessor", ", \"crop_size\": 192, " + HALF);
    assertThat(deit.resize()).isEqualTo(Resize.square(256, Filter.BICUBIC));
    assertThat(deit.crop()).isEqualTo(new Crop(192, 192));
    Preprocessing mobile = read("MobileNetV2ImageProcessor", ", \"size\": 300");
    assertThat(mobile.resize()).isEqualTo(Resize.shortSide(300, Filter.BILINEAR));
    assertThat(mobile.crop()).isEqualTo(new Crop(224, 224));
  }

  @Test
  void convNextResizesToMoreAndCutsOrSqueezes() throws IOException {
    String size = ", \"crop_pct\": 0.875, \"resample\": 3, \"size\": {\"shortest_edge\": ";
    Preprocessing cut = read("ConvNextImageProcessor", size + "224}");
    assertThat(cut.resize()).isEqualTo(Resize.shortSide(256, Filter.BICUBIC));
    assertThat(cut.crop()).isEqualTo(new Crop(224, 224));
    Preprocessing squeezed = read("ConvNextImageProcessor", size + "384}");
    assertThat(squeezed.resize()).isEqualTo(Resize.square(384, Filter.BICUBIC));
    assertThat(squeezed.crop()).isNull();
  }

  @Test
  void eachStepCanBeLeftOut() throws IOException {
    String none = ", \"do_resize\": false, \"do_rescale\": false, \"do_normalize\": false";
    assertThat(read("ViTImageProcessor", none))
        .isEqualTo(Preprocessing.of(3, PixelScaling.of(1, 0, 1)));
  }

  @Test
  void whatIsWrittenIsReadAgain() throws IOException {
    for (Preprocessing each : new Preprocessing[] {
      Preprocessing.photo(224, Filter.BICUBIC, PixelScaling.IMAGENET),
      Preprocessing.middle(0.875, 128, Filter.BILINEAR, PixelScaling.MOBILENET),
      new Preprocessing(3, Resize.square(32, Filter.BILINEAR), null, PixelScaling.IMAGENET),
      new Preprocessing(1, null, new Crop(20, 24), PixelScaling.HALF),
      Preprocessing.of(3, PixelScaling.HALF)
    }) {
      assertThat(read(StrictJson.text(PreprocessorConfig.json(each)))).isEqualTo(each);
    }
  }

  /** transformers knows no cut before resizing and would squeeze the whole photo. */
  @Test
  void aMiddleIsWrittenAsTheNearestThatTransformersDoes() throws IOException {
    String json = StrictJson.text(PreprocessorConfig.json(
        Preprocessing.middle(0.875, 128, Filter.BILINEAR, PixelScaling.MOBILENET)));
    assertThat(read(json.replace("crop_before_resize", "_")))
        .isEqualTo(new Preprocessing(
            3, Resize.shortSide(146, Filter.BILINEAR), new Crop(128, 128), PixelScaling.MOBILENET));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "ViTImageProcessor | \"size\": 0 | size is 0",
        "ViTImageProcessor | \"size\": {\"longest_edge\": 3} | size is {'longest_edge':3}",
        "ViTImageProcessor | \"size\": 9000 | size is 9000",
        "ViTImageProcessor | \"resample\": 9 | resample is 9",
        "ViTImageProcessor | \"do_resize\": 1 | do_resize is 1; true or false",
        "ViTImageProcessor | \"rescale_factor\": -1 | rescale_factor is -1",
        "ViTImageProcessor | \"image_std\": [1, 1, 0] | image_std is [1.0, 1.0, 0.0]",
        "ViTImageProcessor | \"image_mean\": [1, 1] | image_mean is",
        "ViTImageProcessor | \"do_pad\": true | do_pad is true",
        "MobileNetV2ImageProcessor | \"crop_size\": {\"height\": 3} | crop_size is",
        "ViTImageProcessor | \"crop_before_resize\": 0.5 | crop_before_resize is 0.5",
        "CLIPImageProcessor | \"size\": 224 | "
            + "image_processor_type is \"CLIPImageProcessor\"; Retort"
      })
  void whatIsNotDoneIsRefused(String type, String entry, String message) {
    assertThatThrownBy(() -> read(type, ", " + entry))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(file + ": " + message);
  }

  @Test
  void aProcessorMustBeNamed() {
    assertThatThrownBy(() -> read("{\"size\": 224}"))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("has no image_processor_type")
        .hasMessageContaining("DeiTImageProcessor");
  }
}
