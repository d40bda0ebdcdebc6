package dev.retort.data.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

/** Bytes are those of Pillow. */
final class PillowTest {
  private static final Raster RGB = Peer.raster(Peer.PILLOW.get("rgb"));
  private static final Raster GREY = Peer.raster(Peer.PILLOW.get("grey"));

  @Test
  void lumaIsPillows() {
    assertThat(RGB.withPlanes(1)).isEqualTo(Peer.raster(Peer.PILLOW.get("luma")));
    assertThat(GREY.withPlanes(3).withPlanes(1)).isEqualTo(GREY);
  }

  @Test
  void everyFilterResizesAsPillowDoes() {
    for (JsonNode each : Peer.PILLOW.get("resize")) {
      Raster expected = Peer.raster(each);
      Raster image = each.get("planes").asInt() == 3 ? RGB : GREY;
      Raster found = Resampling.resize(
          image,
          expected.height(),
          expected.width(),
          Filter.valueOf(each.get("filter").asText()));
      assertThat(found).as("%s to %s", each.get("filter"), expected).isEqualTo(expected);
    }
  }

  @Test
  void everyOperationOfRandAugmentAltersAsPillowDoes() {
    double share = Peer.PILLOW.get("share").asDouble();
    for (JsonNode each : Peer.PILLOW.get("operations")) {
      RandAugment.Kind kind = RandAugment.Kind.valueOf(each.get("kind").asText());
      Raster found = RandAugment.apply(RGB, kind, share, each.get("sign").asDouble());
      assertThat(found).as("%s %s", kind, each.get("sign")).isEqualTo(Peer.raster(each));
    }
  }

  @Test
  void windowsAreBlackOutside() {
    Raster window = RGB.window(-2, -3, RGB.height() + 4, RGB.width() + 6);
    assertThat(window.window(2, 3, RGB.height(), RGB.width())).isEqualTo(RGB);
    assertThat(Peer.sum(window)).isEqualTo(Peer.sum(RGB));
    assertThat(Peer.sum(RGB.window(100, 100, 3, 3))).isZero();
    assertThat(Peer.sum(RGB.window(-100, 0, 3, 3))).isZero();
  }
}
