package dev.retort.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Decoders on the command line: forward, generate, cost. */
class DecoderCommandsTest {
  private static final Path MODELS = Outcome.root().resolve("supernet/src/test/resources/decoders");
  private static final Path STORIES =
      Outcome.root().resolve("../shared/data/stories260k-decoder").normalize();

  @Test
  void forwardGivesLogitsOfEveryToken(@TempDir Path folder) throws IOException {
    Path input = Files.writeString(
        folder.resolve("in.json"),
        "{\"input_ids\": [[1, 2, 3], [4, 5, 0]], \"attention_mask\": [[1, 1, 1], [1, 1, 0]]}");
    String model = MODELS.resolve("gpt2").toString();
    Outcome outcome = Outcome.of("forward", model, "--input", input.toString(), "--json");
    assertThat(outcome.code()).as(outcome.err()).isZero();
    JsonNode answer = outcome.json();
    assertThat(answer.has("token_type_ids")).isFalse();
    assertThat(answer.path("logits")).hasSize(2);
    assertThat(answer.path("logits").get(1)).hasSize(3);
    assertThat(answer.path("logits").get(1).get(2)).hasSize(29);
    Outcome table = Outcome.of("forward", model, "--input", input.toString());
    assertThat(table.out()).startsWith("logits (2, 3, 29)\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--max-tokens 0|max-tokens must be at least 1, not (0)",
        "--temperature -1|temperature must be 0 or more, not (-1.0)",
        "--top-p 2|top-p must be above 0 and at most 1, not (2.0)",
        "--beams 2 --temperature 1|beams (2) do not draw",
      })
  void impossibleOptionsAreRefused(String options, String message) {
    assumeThat(STORIES).as("skipped: the model is not on this machine").exists();
    String[] given = ("generate " + STORIES + " --prompt Once " + options).split(" ");
    Outcome outcome = Outcome.of(given);
    assertThat(outcome.err()).contains(message);
    assertThat(outcome.code()).isEqualTo(2);
  }

  @Test
  void modelThatDoesNotWriteIsRefused() {
    Path bert = Outcome.root().resolve("supernet/src/test/resources/forward-bert");
    Outcome outcome = Outcome.of("generate", bert.toString(), "--prompt", "x");
    assertThat(outcome.err()).contains("holds a bert, which does not write text");
    assertThat(outcome.code()).isEqualTo(3);
  }

  @Test
  void itTellsAStory() throws IOException {
    assumeThat(STORIES).as("skipped: the model is not on this machine").exists();
    String story = new ObjectMapper()
        .readTree(STORIES.resolve("expected-outputs.json").toFile())
        .path("greedy_text")
        .asText()
        .replace("<0x0A>", "\n")
        .strip();
    String[] call = {
      "generate",
      STORIES.toString(),
      "--prompt",
      "Once upon a time", //
      "--max-tokens",
      "60"
    };
    Outcome plain = Outcome.of(call);
    assertThat(plain.code()).as(plain.err()).isZero();
    assertThat(story).startsWith(plain.out().strip());
    assertThat(plain.out()).startsWith("Once upon a time, there was a little girl named Lily.");
    assertThat(terminal(call)).isEqualTo(plain.out());

    Outcome drawn = Outcome.of(
        "generate",
        STORIES.toString(),
        "--prompt",
        "Once upon a time",
        "--prompt",
        "",
        "--temperature",
        "0.8",
        "--top-p",
        "0.9",
        "--seed",
        "3",
        "--max-tokens",
        "20",
        "--json");
    JsonNode both = drawn.json();
    assertThat(both).hasSize(2);
    assertThat(both.get(0).path("tokens")).hasSize(20);
    assertThat(both.get(1).path("ending").asText()).isEqualTo("length");
    JsonNode again = Outcome.of(
            "generate",
            STORIES.toString(),
            "--prompt",
            "",
            "--top-p",
            "0.9",
            "--temperature",
            "0.8",
            "--seed",
            "3",
            "--max-tokens",
            "20",
            "--json")
        .json();
    assertThat(again.get(0).path("text")).isEqualTo(both.get(1).path("text"));
  }

  @Test
  void anExportedDecoderTellsTheSameStory(@TempDir Path folder) throws IOException {
    assumeThat(STORIES).as("skipped: the model is not on this machine").exists();
    String copy = folder.resolve("copy").toString();
    Outcome outcome = Outcome.of("export", "--to", "hugging-face", STORIES.toString(), copy);
    assertThat(outcome.code()).as(outcome.err()).isZero();
    assertThat(new ObjectMapper()
            .readTree(folder.resolve("copy/generation_config.json").toFile())
            .path("eos_token_id")
            .get(0)
            .asInt())
        .isEqualTo(2);
    String[] rest = {"--prompt", "Once upon a time", "--max-tokens", "40", "--json"};
    assertThat(generated(copy, rest)).isEqualTo(generated(STORIES.toString(), rest));
  }

  private static JsonNode generated(String folder, String... rest) {
    return Outcome.of(
            Stream.concat(Stream.of("generate", folder), Stream.of(rest)).toArray(String[]::new))
        .json();
  }

  private static String terminal(String... call) {
    StringWriter out = new StringWriter();
    Main.run(new Console(new PrintWriter(out), new PrintWriter(new StringWriter()), true), call);
    return out.toString();
  }

  /** GPT-2 reads 512 tokens before: 2 x 12 x 768 numbers of each are kept. */
  @Test
  void costOfATokenAfterOthers() {
    JsonNode cost = Outcome.of("cost", "gpt2", "--sequence", "1", "--cached", "512", "--json")
        .json();
    assertThat(cost.path("cacheBytes").asLong()).isEqualTo(4L * 513 * 2 * 12 * 768);
    assertThat(cost.path("weightBytes").asLong()).isEqualTo(4L * 124_439_808);
    long layers = 12L * (12 * 768 * 768 + 2 * 513 * 768);
    assertThat(cost.path("macs").asLong()).isEqualTo(layers + 768L * 50257);
    Outcome table = Outcome.of("cost", "gpt2", "--sequence", "1", "--cached", "512");
    assertThat(table.out())
        .contains("1 x 1 tokens after 512")
        .contains("keys and values of all 513");
    assertThat(Outcome.of("cost", "bert-base", "--cached", "5").out()).contains("keeps no keys");
  }
}
