package dev.retort.supernet.format;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import dev.retort.space.RandomStreams;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsRoundTripTest {
  private static final long SEED = 3;

  private final Path folder;

  SafetensorsRoundTripTest(@TempDir Path folder) {
    this.folder = folder;
  }

  private static Map<String, NDArray> some(NDManager manager) {
    RandomGenerator random = new RandomStreams(SEED).at("safetensors", 0);
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    float[] many = new float[700_001]; // more than one piece, not a multiple of it
    for (int i = 0; i < many.length; i++) {
      many[i] = Float.intBitsToFloat(random.nextInt());
    }
    tensors.put("z \"quoted\" \n ü 😀", manager.create(many));
    tensors.put("matrix", manager.create(new float[] {1, 2, 3, 4, 5, 6}, new Shape(2, 3)));
    tensors.put("scalar", manager.create(-0f));
    tensors.put("empty", manager.create(new Shape(0, 3), DataType.FLOAT32));
    tensors.put("whole", manager.create(new long[] {Long.MIN_VALUE, -1, 0, Long.MAX_VALUE}));
    return tensors;
  }

  @Test
  void whatIsWrittenIsReadBitForBitInTheGivenOrder() {
    try (NDManager manager = NDManager.newBaseManager()) {
      Map<String, NDArray> tensors = some(manager);
      Path file = folder.resolve("a.safetensors");
      SafetensorsWriter.write(file, tensors, Map.of("step", "12"));
      SafetensorsFile read = SafetensorsFile.open(file);
      assertThat(read.entries())
          .extracting(TensorEntry::name)
          .containsExactlyElementsOf(tensors.keySet());
      assertThat(read.metadata()).containsEntry("step", "12").hasSize(1);
      tensors.forEach((name, tensor) -> {
        NDArray loaded = read.load(manager, name);
        assertThat(loaded.getShape()).isEqualTo(tensor.getShape());
        assertThat(loaded.getDataType()).isEqualTo(tensor.getDataType());
        assertThat(loaded.toByteBuffer())
            .as("seed %d: %s", SEED, name)
            .isEqualTo(tensor.toByteBuffer());
        if (tensor.getDataType() == DataType.FLOAT32) {
          ByteBuffer bytes = tensor.toByteBuffer().order(ByteOrder.nativeOrder());
          for (float each : read.floats(name)) {
            assertThat(Float.floatToRawIntBits(each)).isEqualTo(bytes.getInt());
          }
        }
      });
    }
  }

  @Test
  void twoWritesHaveTheSameBytesAndTheHeaderIsPaddedToEight() throws IOException {
    try (NDManager manager = NDManager.newBaseManager()) {
      Path first = folder.resolve("1");
      Path second = folder.resolve("2");
      SafetensorsWriter.write(first, some(manager), Map.of("k", "v"));
      SafetensorsWriter.write(second, some(manager), Map.of("k", "v"));
      assertThat(first).hasSameBinaryContentAs(second);
      byte[] bytes = Files.readAllBytes(first);
      long header = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
      assertThat(header % 8).isZero();
    }
  }

  @Test
  void theBytesAreThoseOfTheSpecification() throws IOException {
    try (NDManager manager = NDManager.newBaseManager()) {
      Path file = folder.resolve("a");
      SafetensorsWriter.write(file, Map.of("a", manager.create(new float[] {1f})), Map.of());
      String header = "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}  ";
      byte[] expected = SafetensorsBytes.of(
          header.getBytes(StandardCharsets.UTF_8), new byte[] {0, 0, (byte) 0x80, 0x3F});
      assertThat(Files.readAllBytes(file)).isEqualTo(expected);
    }
  }

  @Test
  void otherElementTypesAndExistingFilesAreNotWritten() throws IOException {
    try (NDManager manager = NDManager.newBaseManager()) {
      Map<String, NDArray> ints = Map.of("a", manager.create(new int[] {1}));
      assertThatThrownBy(() -> SafetensorsWriter.write(folder.resolve("i"), ints, Map.of()))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessage("Tensor a needs element type float32 or int64, not (int32)");
      Path taken = Files.writeString(folder.resolve("taken"), "mine");
      assertThatThrownBy(() -> SafetensorsWriter.write(taken, Map.of(), Map.of()))
          .hasMessageEndingWith("exists. Remove it or choose another name.");
      assertThat(taken).hasContent("mine");
    }
  }

  private SafetensorsFile one(String type, int count, int bytes, Consumer<ByteBuffer> fill)
      throws IOException {
    ByteBuffer data = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    fill.accept(data);
    String header = "{\"a\":{\"dtype\":\"" + type + "\",\"shape\":[" + count
        + "],\"data_offsets\":[0," + bytes + "]}}";
    return SafetensorsFile.open(SafetensorsBytes.write(
        folder, type, SafetensorsBytes.of(header.getBytes(StandardCharsets.UTF_8), data.array())));
  }

  @Test
  void everyBinary16IsWidenedExactly() throws IOException {
    SafetensorsFile file = one("F16", 65536, 131072, data -> {
      for (int i = 0; i < 65536; i++) {
        data.putShort((short) i);
      }
    });
    float[] floats = file.floats("a");
    for (int i = 0; i < 65536; i++) {
      int exponent = (i >> 10) & 31;
      int fraction = i & 1023;
      double sign = (i & 0x8000) == 0 ? 1 : -1;
      double expected = exponent == 31
          ? (fraction == 0 ? sign * Double.POSITIVE_INFINITY : Double.NaN)
          : exponent == 0
              ? sign * fraction * Math.pow(2, -24)
              : sign * (1024 + fraction) * Math.pow(2, exponent - 25);
      assertThat((double) floats[i]).as("bits %x", i).isEqualTo(Double.valueOf(expected));
    }
  }

  @Test
  void everyOtherTypeIsConvertedOrRefused() throws IOException {
    try (NDManager manager = NDManager.newBaseManager()) {
      SafetensorsFile brain =
          one("BF16", 2, 4, data -> data.putShort((short) 0x3FC0).putShort((short) 0xFF80));
      assertThat(brain.floats("a")).containsExactly(1.5f, Float.NEGATIVE_INFINITY);
      SafetensorsFile wide = one("F64", 2, 16, data -> data.putDouble(0.1).putDouble(-1e-320));
      assertThat(wide.load(manager, "a").toFloatArray()).containsExactly(0.1f, -0f);
      SafetensorsFile beyond = one("F64", 1, 8, data -> data.putDouble(1e300));
      assertThatThrownBy(() -> beyond.floats("a"))
          .hasMessage(
              folder.resolve("F64") + ": tensor \"a\" holds 1.0E300, which is beyond float32.");
      checkLongs(manager, "U8", 1, 255L, data -> data.put((byte) -1));
      checkLongs(manager, "I8", 1, -1L, data -> data.put((byte) -1));
      checkLongs(manager, "U16", 2, 65535L, data -> data.putShort((short) -1));
      checkLongs(manager, "I16", 2, -1L, data -> data.putShort((short) -1));
      checkLongs(manager, "U32", 4, 4294967295L, data -> data.putInt(-1));
      checkLongs(manager, "I32", 4, -1L, data -> data.putInt(-1));
      checkLongs(manager, "I64", 8, -1L, data -> data.putLong(-1));
      checkLongs(manager, "U64", 8, 1L, data -> data.putLong(1));
      SafetensorsFile unsigned = one("U64", 1, 8, data -> data.putLong(-1));
      assertThatThrownBy(() -> unsigned.load(manager, "a"))
          .hasMessageEndingWith("holds 18446744073709551615, which is beyond int64.");
      assertThatThrownBy(() -> unsigned.floats("a"))
          .hasMessageEndingWith("has dtype U64; F16, BF16, F32 or F64 is needed here.");
      SafetensorsFile truths = one("BOOL", 2, 2, data -> data.put((byte) 1));
      assertThat(truths.load(manager, "a").toBooleanArray()).containsExactly(true, false);
      SafetensorsFile third = one("BOOL", 1, 1, data -> data.put((byte) 2));
      assertThatThrownBy(() -> third.load(manager, "a"))
          .hasMessageEndingWith("is BOOL and holds the byte 2.");
      for (String tiny : new String[] {"F8_E5M2", "F8_E4M3", "F8_E8M0"}) {
        SafetensorsFile file = one(tiny, 1, 1, data -> {});
        assertThatThrownBy(() -> file.load(manager, "a"))
            .hasMessageEndingWith(
                "has dtype " + tiny + ", which Retort does not compute with; convert it to F32.");
      }
      assertThat(one("F4", 2, 1, data -> {}).entries()).hasSize(1);
      assertThat(one("C64", 1, 8, data -> {}).entries()).hasSize(1);
    }
  }

  private void checkLongs(
      NDManager manager, String type, int bytes, long expected, Consumer<ByteBuffer> fill)
      throws IOException {
    NDArray loaded = one(type, 1, bytes, fill).load(manager, "a");
    assertThat(loaded.getDataType()).isEqualTo(DataType.INT64);
    assertThat(loaded.toLongArray()).as(type).containsExactly(expected);
  }

  @Test
  void aLoadedTensorOutlivesJavasBuffers() throws IOException {
    SafetensorsFile file = one("F32", 1000, 4000, data -> {
      for (int i = 0; i < 1000; i++) {
        data.putFloat(i);
      }
    });
    try (NDManager manager = NDManager.newBaseManager()) {
      NDArray slice;
      try (NDArray loaded = file.load(manager, "a")) {
        slice = loaded.get("500:");
      }
      System.gc();
      assertThat(slice.toFloatArray()[499]).isEqualTo(999f);
    }
  }
}
