package dev.retort.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * {@code retort evaluate} of models that answer single tokens. Expected numbers are those of
 * transformers 5.18 in Python for the same models and token ids.
 */
class TokenEvaluationTest {
  private static final Path MODELS = Outcome.root().resolve("supernet/src/test/resources");

  private static Path folder = Path.of("");

  @BeforeAll
  static void writeModelsWithTokenizers(@TempDir Path temporary) throws IOException {
    folder = temporary;
    copy("decoders/gpt2", "gpt2");
    StringBuilder letters = new StringBuilder("{");
    for (int i = 0; i < 26; i++) {
      letters.append('"').append((char) ('a' + i)).append("\": ").append(i).append(", ");
    }
    Files.writeString(
        folder.resolve("gpt2/vocab.json"),
        letters + "\"\\u0120\": 26, \"\\u010a\": 27, \"<|endoftext|>\": 28}");
    Files.writeString(folder.resolve("gpt2/merges.txt"), "#version: 0.2\n");
    List<String> pieces = new ArrayList<>(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"));
    for (int i = 0; i < 24; i++) {
      pieces.add("w" + i);
    }
    pieces.add("##s");
    for (String model : List.of("bert-words", "bert-tokens")) {
      copy("encoders/" + model, model);
      Files.write(folder.resolve(model + "/vocab.txt"), pieces);
    }
    Files.writeString(folder.resolve("text.txt"), "abc xyz\nhello there you\n\nzz top\n");
    Files.writeString(folder.resolve("words.txt"), "w1 w2 w3s w4\nw9 w8 w7 w6 w5\n");
    Files.writeString(
        folder.resolve("tagged.txt"),
        "w0 B-PER\nw7s O\nw3 O\nw9 B-PER\n\nw11 B-PER\nw2 I-PER\nw2s O\nw5 O\nw1 O\n");
    Files.writeString(folder.resolve("tags.txt"), "B-PER\nO\nI-PER\nB-LOC\nI-LOC\n");
    Files.writeString(
        folder.resolve("prompts.jsonl"),
        "{\"prompt\": \"abc \", \"completion\": \"xyz\"}\n"
            + "{\"prompt\": \"a\", \"response\": \"b\"}\n");
  }

  private static void copy(String from, String to) throws IOException {
    Path target = Files.createDirectories(folder.resolve(to));
    for (String file : List.of("config.json", "model.safetensors")) {
      Files.copy(MODELS.resolve(from).resolve(file), target.resolve(file));
    }
  }

  private static String[] call(String model, String rest) {
    return Stream.concat(
            Stream.of("evaluate", folder.resolve(model).toString()),
            Stream.of(rest.split(" "))
                .map(each ->
                    each.startsWith("@") ? folder.resolve(each.substring(1)).toString() : each))
        .toArray(String[]::new);
  }

  private static JsonNode measured(String model, String rest) {
    Outcome outcome = Outcome.of(call(model, rest + " --json"));
    assertThat(outcome.code()).as(outcome.err()).isZero();
    return outcome.json();
  }

  @Test
  void decoderIsMeasuredOnPackedText() {
    JsonNode json = measured("gpt2", "--data @text.txt --sequence 8");
    assertThat(json.path("task").asText()).isEqualTo("language-model");
    assertThat(json.path("tokens").asInt()).isEqualTo(30);
    assertThat(json.path("examples").asInt()).isEqualTo(4);
    assertThat(json.path("metrics").path("perplexity").path("value").asDouble())
        .isCloseTo(65.00183452841739, within(1e-3));
    assertThat(json.path("metrics").path("token-accuracy").path("value").asDouble())
        .isZero();
    JsonNode other =
        measured("gpt2", "--task language-model --data @text.txt --sequence 8 --batch 1");
    assertThat(other.path("metrics").path("perplexity").path("value").asDouble())
        .isCloseTo(65.00183452841739, within(1e-3));
    Outcome table = Outcome.of(call("gpt2", "--data @text.txt --documents file"));
    assertThat(table.out()).contains("next tokens of 1 documents, packed into blocks of 24");
  }

  @Test
  void taggerIsMeasuredByEntities() {
    JsonNode json = measured(
        "bert-tokens", "--task token-classification --labels @tags.txt --data @tagged.txt");
    assertThat(json.path("tokens").asInt()).isEqualTo(9);
    assertThat(json.path("metrics").path("entity-f1").path("value").asDouble())
        .isCloseTo(2.0 * 2 / (9 + 3), within(1e-9));
    assertThat(json.path("metrics").path("token-accuracy").path("value").asDouble())
        .isCloseTo(3.0 / 9, within(1e-9));
  }

  @Test
  void maskedWordsAreThoseOfTheSeedAndAreSaid() {
    JsonNode json = measured("bert-words", "--data @words.txt --masked 0.5");
    assertThat(json.path("task").asText()).isEqualTo("masked-language-model");
    assertThat(json.path("measured").asText())
        .endsWith(
            " masked words: 50 % of the pieces drawn by the seed 0, 80 % of these shown as the"
                + " mask, 10 % as another piece, 10 % as they are");
    assertThat(json.path("tokens").asInt()).isBetween(2, 10);
    double value = perplexity(json);
    assertThat(perplexity(measured("bert-words", "--data @words.txt --masked 0.5 --batch 1")))
        .isCloseTo(value, within(1e-3));
    assertThat(perplexity(measured("bert-words", "--data @words.txt --masked 0.5 --seed 4")))
        .isNotCloseTo(value, within(1e-3));
  }

  private static double perplexity(JsonNode json) {
    return json.path("metrics").path("perplexity").path("value").asDouble();
  }

  @Test
  void answersAreMeasuredWithoutTheirPrompts() {
    JsonNode json = measured("gpt2", "--task instructions --data @prompts.jsonl --answer-tokens 3");
    assertThat(json.path("tokens").asInt()).as("x y z end, b end").isEqualTo(6);
    assertThat(json.path("measured").asText())
        .contains("rouge-l of the first 2 prompts, answered with the likeliest tokens, 3 at most");
    assertThat(json.path("metrics").path("rouge-l").path("value").asDouble()).isBetween(0.0, 1.0);
    assertThat(measured("gpt2", "--task instructions --data @prompts.jsonl --answers 0")
            .path("metrics")
            .has("rouge-l"))
        .isFalse();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "gpt2|--task sst-2 --data @text.txt|3|the model tells the next token, sst-2 asks for"
            + " something else. Give --task language-model or instructions.",
        "bert-words|--task sst-2 --data @text.txt|3|the model tells masked words, sst-2 asks for"
            + " something else. Give --task masked-language-model.",
        "bert-tokens|--task language-model --data @text.txt|3|the model tags words, language-model"
            + " asks for something else. Give --task token-classification.",
        "bert-tokens|--data @tagged.txt|3|The tag 'B-PER' in 'w0 w7s w3 w9' is none of the labels",
        "gpt2|--data @text.txt --sequence 25|2|--sequence: found 25; allowed: from 2 to 24",
        "gpt2|--data @text.txt --documents page|2|--documents: found (page); allowed: line,",
        "bert-words|--data @words.txt --masked 2|2|--masked: masked must be above 0",
        "gpt2|--data @text.txt --answers -1|2|--answers: must be at least 0, not (-1)",
        "gpt2|--task sst-2 --data @text.txt --masked 0.2|2|--masked, --seed, --answers and"
            + " --answer-tokens are of single tokens",
        "gpt2|--task instructions --data @text.txt|3|text.txt:1: is not JSON",
      })
  void whatDoesNotFitIsRefusedWithWhatToDo(String model, String rest, int code, String message) {
    Outcome outcome = Outcome.of(call(model, rest));
    assertThat(outcome.err()).contains(message).doesNotContain("\tat ");
    assertThat(outcome.code()).isEqualTo(code);
  }
}
