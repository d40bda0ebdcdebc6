package dev.retort.supernet.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.retort.data.image.PixelScaling;
import dev.retort.space.Architecture;
import dev.retort.space.Families;
import dev.retort.space.UserException;
import dev.retort.supernet.Network;
import dev.retort.supernet.Request;
import dev.retort.supernet.image.FormulaWeights;
import dev.retort.supernet.kernel.Autograd;
import dev.retort.supernet.kernel.EagerKernels;
import java.io.IOException;
import java.io.InputStream;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Weights without a config by the names of torchvision and timm, against what their networks
 * compute (src/test/scripts/weight_files.py).
 */
final class WeightFileTest {
  private static final Offset<Double> TOLERANCE = Offset.offset(1e-4);

  private final Path file;
  private final NDManager manager = NDManager.newBaseManager();

  WeightFileTest(@TempDir Path folder) {
    this.file = folder.resolve("weights.safetensors");
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private static JsonNode given(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(WeightFileTest.class.getResourceAsStream("/weight-files.json"))) {
      return new ObjectMapper().readTree(in).path(name);
    }
  }

  private static Map<String, long[]> shapes(JsonNode given) {
    Map<String, long[]> shapes = new LinkedHashMap<>();
    ObjectMapper mapper = new ObjectMapper();
    for (Map.Entry<String, JsonNode> each : given.path("tensors").properties()) {
      shapes.put(each.getKey(), mapper.convertValue(each.getValue(), long[].class));
    }
    return shapes;
  }

  private void write(Map<String, long[]> shapes) throws IOException {
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    shapes.forEach((name, shape) ->
        tensors.put(name, manager.create(FormulaWeights.values(name, shape), new Shape(shape))));
    SafetensorsWriter.write(file, tensors, Map.of());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "resnet | resnet:depth=1/2/1/1,width=64/128/256/512,stem=imagenet",
        "resnet-bottleneck | resnet:depth=1/1/2/1,width=64/128/256/512,block=bottleneck,"
            + "stem=imagenet",
        "mobilenet-v2 | mobilenet-v2:width=8/16/24/32/56/112,stem=16,first=8,classes=5",
        "mobilenet-v3 | mobilenet-v3:",
        "shufflenet-v2 | shufflenet-v2:",
        "vit | vit:heads=3,hidden=192,intermediate=96,layers=2,patch=8,classes=5,resolution=32",
        "vit-timm | vit:heads=3,hidden=192,intermediate=96,layers=2,patch=8,classes=5,"
            + "resolution=32",
        "deit-timm | vit:heads=3,hidden=192,intermediate=96,layers=2,patch=8,classes=5,"
            + "resolution=32,tokens=distilled"
      })
  void aFileGivesTheLogitsOfItsPublisher(String name, String begin) throws IOException {
    JsonNode given = given(name);
    write(shapes(given));
    WeightFile read = WeightFile.read(file, manager);
    Architecture architecture = read.weights().architecture();
    if (begin.startsWith("vit:")) {
      assertThat(architecture).isEqualTo(Architecture.parse(begin));
    } else {
      assertThat(architecture.toString()).startsWith(begin);
    }
    int side = given.path("side").intValue();
    float[] logits;
    try (Autograd off = Autograd.off()) {
      logits = Network.of(architecture, new EagerKernels())
          .forward(read.weights(), FormulaWeights.pixels(manager, 2, 3, side), Request.LOGITS)
          .requireLogits()
          .toFloatArray();
    }
    assertThat(logits).hasSize(10);
    for (int i = 0; i < logits.length; i++) {
      assertThat((double) logits[i])
          .as("logit %d", i)
          .isCloseTo(given.path("logits").path(i / 5).path(i % 5).asDouble(), TOLERANCE);
    }
  }

  /** A file of zeros that the disk does not hold: nothing but the header is read. */
  private void writeHollow(Map<String, long[]> shapes) throws IOException {
    List<String> entries = new ArrayList<>();
    long at = 0;
    for (Map.Entry<String, long[]> each : shapes.entrySet()) {
      long end = at + 4 * new Shape(each.getValue()).size();
      entries.add("\"" + each.getKey() + "\":{\"dtype\":\"F32\",\"shape\":"
          + new ObjectMapper().writeValueAsString(each.getValue()) + ",\"data_offsets\":[" + at
          + ","
          + end + "]}");
      at = end;
    }
    byte[] header = ("{" + String.join(",", entries) + "}").getBytes(StandardCharsets.UTF_8);
    try (RandomAccessFile hollow = new RandomAccessFile(file.toFile(), "rw")) {
      hollow.write(ByteBuffer.allocate(8)
          .order(ByteOrder.LITTLE_ENDIAN)
          .putLong(header.length)
          .array());
      hollow.write(header);
      hollow.setLength(8 + header.length + at);
    }
  }

  @ParameterizedTest
  @CsvSource({"resnet50", "wide_resnet50_2", "vgg11", "vgg16_bn", "vit_b_16"})
  void thePublishedNetworksOfTorchvisionAreRecognised(String name) throws IOException {
    writeHollow(shapes(given(name)));
    assertThat(WeightFile.architecture(file).blueprint())
        .isEqualTo(Architecture.parse(Objects.requireNonNull(Families.models().get(name)))
            .blueprint());
  }

  @Test
  void whatIsNoNetworkOfItsLayoutIsRefused() throws IOException {
    Map<String, long[]> vit = shapes(given("vit-timm"));
    vit.put("pos_embed", new long[] {1, 16, 192});
    refused(vit, "has the names of ViT", "positions for 15 patches, which is no square");
    Map<String, long[]> narrow = shapes(given("vit-timm"));
    narrow.put("patch_embed.proj.weight", new long[] {190, 3, 8, 8});
    refused(narrow, "it is 190 wide, which does not tell the number of its heads");
    Map<String, long[]> uneven = shapes(given("vit-timm"));
    uneven.put("blocks.1.attn.qkv.bias", new long[] {575});
    refused(uneven, "blocks.1.attn.qkv.bias has shape (575)");
    Map<String, long[]> twice = shapes(given("vit-timm"));
    twice.put("blocks.0.attn.qkv.bias[1]", new long[] {192});
    refused(twice, "it has blocks.0.attn.qkv.bias[1] too");
    Map<String, long[]> gap = shapes(given("vit-timm"));
    gap.put("blocks.7.attn.qkv.bias", new long[] {576});
    refused(gap, "unexpected \"vit.encoder.layer.7.attention.attention.query.bias\"");
    Map<String, long[]> more = shapes(given("vit"));
    more.put("register_tokens", new long[] {1, 4, 192});
    refused(more, "unexpected \"register_tokens\"");
    Map<String, long[]> same = shapes(given("vit"));
    same.put("vit.layernorm.weight", new long[] {192});
    refused(same, "holds one tensor under two names, \"encoder.ln.weight\"");
    Map<String, long[]> net = shapes(given("resnet"));
    net.put("conv1.weight", new long[] {64});
    refused(net, "has the names of ResNet", "conv1.weight has shape (64); 4 axes are needed");
    refused(Map.of("x", new long[] {2}), "of no layout that is known by its names", "ShuffleNetV2");
    refused(Map.of("bert.embeddings.word_embeddings.weight", new long[] {2, 2}), "names of a BERT");
  }

  private void refused(Map<String, long[]> shapes, String... messages) throws IOException {
    writeHollow(shapes);
    assertThatThrownBy(() -> WeightFile.read(file, manager))
        .isInstanceOf(UserException.class)
        .hasMessageStartingWith(file + ": ")
        .satisfies(e -> assertThat(e.getMessage()).contains(messages));
  }

  @Test
  void thePreparationIsThatOfThePublisher() throws IOException {
    writeHollow(shapes(given("vit-timm")));
    assertThat(WeightFile.read(file, manager).images().scaling()).isEqualTo(PixelScaling.HALF);
    writeHollow(shapes(given("deit-timm")));
    assertThat(WeightFile.read(file, manager).images().scaling()).isEqualTo(PixelScaling.IMAGENET);
  }
}
