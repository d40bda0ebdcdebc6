package dev.retort.data.image;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.retort.data.TestFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;

/** What Pillow gave; made by src/test/scripts/image_reference.py. */
final class Peer {
  /** Images by formula, resized and altered. */
  static final JsonNode PILLOW = read("image/pillow.json");

  /** Facts of the shared data. */
  static final JsonNode SHARED = read("image/shared.json");

  private Peer() {}

  private static JsonNode read(String name) {
    try {
      return TestFiles.resource(name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Raster raster(JsonNode node) {
    JsonNode shape = node.get("shape");
    return new Raster(
        shape.get(0).asInt(),
        shape.get(1).asInt(),
        shape.get(2).asInt(),
        Base64.getDecoder().decode(node.get("pixels").asText()));
  }

  static long sum(Raster image) {
    long sum = 0;
    for (byte each : image.pixels()) {
      sum += each & 0xFF;
    }
    return sum;
  }

  /** Asserts shape, sum and pixels; each byte may be off by so much, and the mean by a tenth. */
  static void assertAgrees(Raster image, JsonNode facts, int tolerance) {
    JsonNode shape = facts.get("shape");
    assertThat(image.toString())
        .isEqualTo(shape.get(0).asInt() + " x " + shape.get(1).asInt() + " x "
            + shape.get(2).asInt());
    double mean = (double) facts.get("sum").asLong() / image.pixels().length;
    assertThat(Math.abs((double) sum(image) / image.pixels().length - mean))
        .isLessThanOrEqualTo(tolerance * 0.1);
    for (JsonNode each : facts.get("pixels")) {
      int found = image.at(each.get(0).asInt(), each.get(1).asInt(), each.get(2).asInt());
      assertThat(Math.abs(found - each.get(3).asInt())).isLessThanOrEqualTo(tolerance);
    }
  }
}
