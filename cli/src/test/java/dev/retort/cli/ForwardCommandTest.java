package dev.retort.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Against what transformers computed for a small BERT (supernet/src/test/resources). */
class ForwardCommandTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path MODEL =
      Outcome.root().resolve("supernet/src/test/resources/forward-bert");

  @Test
  void logitsAndTapsAreThoseOfTransformers() throws IOException {
    String taps = "hidden0,hidden2,last_hidden_state,layer0.k,layer1.q,layer1.attention,"
        + "layer0.intermediate,layer1.v";
    Outcome outcome = Outcome.of(
        "forward",
        MODEL.toString(),
        "--input",
        MODEL.resolve("inputs.json").toString(),
        "--taps",
        taps,
        "--json");
    assertThat(outcome.code()).as(outcome.err()).isZero();
    JsonNode answer = outcome.json();
    JsonNode inputs = JSON.readTree(MODEL.resolve("inputs.json").toFile());
    for (String key : new String[] {"input_ids", "attention_mask", "token_type_ids"}) {
      assertThat(answer.path(key)).isEqualTo(inputs.path(key));
    }
    Expected expected = Expected.read(MODEL.resolve("expected.safetensors"));
    for (String name : ("logits," + taps).split(",")) {
      float[] values = expected.get(name);
      float[] found = new float[values.length];
      assertThat(flatten(answer.path(name), found, 0)).as(name).isEqualTo(values.length);
      for (int i = 0; i < found.length; i++) {
        assertThat(found[i]).as(name + "[" + i + "]").isCloseTo(values[i], within(1e-4f));
      }
    }
  }

  private static int flatten(JsonNode node, float[] into, int at) {
    if (!node.isArray()) {
      into[at] = node.floatValue();
      return at + 1;
    }
    int next = at;
    for (JsonNode each : node) {
      next = flatten(each, into, next);
    }
    return next;
  }

  /** The float32 tensors of a safetensors file, read by hand: nothing of ours reads them here. */
  private record Expected(JsonNode header, ByteBuffer data) {
    static Expected read(Path file) throws IOException {
      ByteBuffer all = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
      byte[] header = new byte[(int) all.getLong()];
      all.get(header);
      return new Expected(JSON.readTree(header), all.slice().order(ByteOrder.LITTLE_ENDIAN));
    }

    float[] get(String name) {
      JsonNode offsets = header.path(name).path("data_offsets");
      float[] values = new float[(offsets.get(1).asInt() - offsets.get(0).asInt()) / 4];
      data.duplicate()
          .order(ByteOrder.LITTLE_ENDIAN)
          .position(offsets.get(0).asInt())
          .slice()
          .order(ByteOrder.LITTLE_ENDIAN)
          .asFloatBuffer()
          .get(values);
      return values;
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[] | must be a JSON object with input_ids",
        "{} | input_ids is missing",
        "{'input_ids': []} | at least one row",
        "{'input_ids': [[]]} | at least one row",
        "{'input_ids': [[1], [1, 2]]} | input_ids[1] must be a list as long as the first",
        "{'input_ids': [[1.5]]} | input_ids[0][0] must be a whole number from 0 to ",
        "{'input_ids': [[99999999]]} | input_ids[0][0] must be a whole number from 0 to ",
        "{'input_ids': [[1]], 'attention_mask': [[1, 1]]} | attention_mask must be as large",
        "{'input_ids': [[1]], 'attention_mask': [[2]]} | from 0 to 1, not (2)",
        "{'input_ids': [[1]], 'position_ids': [[1]]} | unknown key (position_ids)",
        "{'input_ids': [[1]]} x | is no JSON",
        "{'input_ids': [[1]], 'input_ids': [[1]]} | is no JSON"
      })
  void badInputsAreRefused(String text, String message, @TempDir Path folder) throws IOException {
    Path inputs = Files.writeString(folder.resolve("inputs.json"), text.replace('\'', '"'));
    Outcome outcome = Outcome.of("forward", MODEL.toString(), "--input", inputs.toString());
    assertThat(outcome.err()).startsWith("retort: " + inputs).contains(message);
    assertThat(outcome.code()).isEqualTo(3);
  }

  @Test
  void sequenceLongerThanThePositionsIsRefused(@TempDir Path folder) throws IOException {
    Path inputs = Files.writeString(
        folder.resolve("inputs.json"), "{\"input_ids\": [[" + "1,".repeat(5000) + "1]]}");
    Outcome outcome = Outcome.of("forward", MODEL.toString(), "--input", inputs.toString());
    assertThat(outcome.err()).contains("rows of 5001 tokens; the model takes at most ");
    assertThat(outcome.code()).isEqualTo(3);
  }

  @Test
  void unknownTapNamesTheKnownOnes() {
    Outcome outcome = Outcome.of(
        "forward",
        MODEL.toString(),
        "--input",
        MODEL.resolve("inputs.json").toString(),
        "--taps",
        "layer9.q");
    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err()).contains("no tap (layer9.q)").contains("layer1.attention");
  }

  @Test
  void tableShowsTheLogits() {
    Outcome outcome = Outcome.of(
        "forward", MODEL.toString(), "--input", MODEL.resolve("inputs.json").toString());
    assertThat(outcome.out()).startsWith("logits (4, 3)\n");
    assertThat(outcome.out().lines()).hasSize(5);
  }
}
