package dev.retort.supernet.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.retort.supernet.Network;
import dev.retort.supernet.Weights;
import dev.retort.supernet.format.HuggingFaceFolder;
import dev.retort.supernet.kernel.ScriptedKernels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Objects;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is written, against Hugging Face's generate() (src/test/scripts/decoders.py). */
final class GeneratorTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private static Path resource(String name) throws Exception {
    return Path.of(Objects.requireNonNull(GeneratorTest.class.getResource("/decoders/" + name))
        .toURI());
  }

  private Generator generator(String name) throws Exception {
    Weights weights = HuggingFaceFolder.read(resource(name), manager).weights();
    return new Generator(Network.of(weights.architecture(), ScriptedKernels.float32()), weights);
  }

  private static GenerationOptions options(JsonNode run) {
    return new GenerationOptions(
        run.get("maxTokens").intValue(),
        0,
        0,
        1,
        run.path("repetitionPenalty").asDouble(1),
        run.path("beams").asInt(1),
        run.path("lengthPenalty").asDouble(1),
        run.path("earlyStopping").asBoolean(),
        0,
        ImmutableSet.copyOf(
            run.has("stops")
                ? MAPPER.convertValue(run.get("stops"), Integer[].class)
                : new Integer[0]));
  }

  @ParameterizedTest
  @ValueSource(strings = {"gpt2", "llama", "opt-350m"})
  void greedyAndBeamSearchWriteWhatTransformersWrites(String name) throws Exception {
    Generator generator = generator(name);
    JsonNode cases = MAPPER.readTree(resource("generation.json").toFile()).get(name);
    List<int[]> prompts = List.of(MAPPER.convertValue(cases.get("prompts"), int[][].class));
    assertThat(cases.get("runs")).hasSizeGreaterThan(8);
    for (JsonNode run : cases.get("runs")) {
      GenerationOptions options = options(run);
      int[][] expected = MAPPER.convertValue(run.get("tokens"), int[][].class);
      List<List<Integer>> heard = List.of(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
      ImmutableList<Generated> together = generator.generate(
          prompts, options, (prompt, token) -> heard.get(prompt).add(token));
      for (int i = 0; i < expected.length; i++) {
        assertThat(together.get(i).tokens().toArray())
            .as("prompt %d of %s", i, run)
            .isEqualTo(expected[i]);
        assertThat(heard.get(i)).isEqualTo(together.get(i).tokens().asList());
        // Alone as in a batch.
        assertThat(generator
                .generate(List.of(prompts.get(i)), options, GenerationListener.NONE)
                .get(0))
            .isEqualTo(together.get(i));
      }
    }
  }

  @Test
  void probabilitiesAreThoseThatTransformersDrawsFrom() throws Exception {
    JsonNode cases = MAPPER.readTree(resource("generation.json").toFile()).get("warped");
    assertThat(cases).hasSizeGreaterThan(5);
    for (JsonNode each : cases) {
      GenerationOptions options = new GenerationOptions(
          1,
          each.get("temperature").doubleValue(),
          each.get("topK").intValue(),
          each.get("topP").doubleValue(),
          each.get("repetitionPenalty").doubleValue(),
          1,
          1,
          false,
          0,
          ImmutableSet.of());
      BitSet known = new BitSet();
      each.get("read").forEach(token -> known.set(token.intValue()));
      double[] logits = MAPPER.convertValue(each.get("logits"), double[].class);
      double[] found = Scores.probabilities(
          Scores.penalised(logits, known, options.repetitionPenalty()), options);
      assertThat(found)
          .as("%s", each)
          .containsExactly(
              MAPPER.convertValue(each.get("probabilities"), double[].class), Offset.offset(1e-6));
    }
  }

  @Test
  void drawsAreAFunctionOfTheSeedAndThePromptAlone() throws Exception {
    Generator generator = generator("llama");
    GenerationOptions options = GenerationOptions.greedy(12).drawing(0.9, 12, 0.95, 7);
    List<int[]> prompts = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      prompts.add(new int[] {i % 20, 3 * i % 29, i % 7}); // more than one batch
      prompts.add(new int[] {i % 29});
    }
    ImmutableList<Generated> all = generator.generate(prompts, options, GenerationListener.NONE);
    for (int i = 0; i < 12; i++) {
      assertThat(generator
              .generate(List.of(prompts.get(i)), options, GenerationListener.NONE)
              .get(0))
          .isEqualTo(all.get(i));
    }
    // The same prompt once more is another draw; another seed too.
    ImmutableList<Generated> twice = generator.generate(
        List.of(prompts.get(0), prompts.get(0)), options, GenerationListener.NONE);
    assertThat(twice.get(0)).isEqualTo(all.get(0)).isNotEqualTo(twice.get(1));
    assertThat(generator.generate(
            List.of(prompts.get(0)), options.drawing(0.9, 12, 0.95, 8), GenerationListener.NONE))
        .isNotEqualTo(ImmutableList.of(all.get(0)));
  }

  @Test
  void drawsFollowTheProbabilities() {
    double[] probabilities = {0.2, 0, 0.5, 0.3};
    assertThat(Scores.at(0, probabilities)).isZero();
    assertThat(Scores.at(0.199, probabilities)).isZero();
    assertThat(Scores.at(0.2, probabilities)).isEqualTo(2);
    assertThat(Scores.at(0.71, probabilities)).isEqualTo(3);
    assertThat(Scores.at(Math.nextDown(1.0), new double[] {0.1, 0.2})).isEqualTo(1);
  }

  @Test
  void itEndsWhereTheNetworkHasNoMorePositions() throws Exception {
    Generator generator = generator("gpt2");
    int[] long22 = new int[22];
    ImmutableList<Generated> written = generator.generate(
        List.of(long22, new int[] {1}), GenerationOptions.greedy(100), GenerationListener.NONE);
    assertThat(written.get(0).tokens().length()).isEqualTo(3);
    assertThat(written.get(0).ending()).isEqualTo(Generated.Ending.LENGTH);
    assertThat(written.get(1).tokens().length()).isEqualTo(24);
    assertThat(written.get(1))
        .isEqualTo(generator
            .generate(
                List.of(new int[] {1}), GenerationOptions.greedy(100), GenerationListener.NONE)
            .get(0));
  }

  @Test
  void noArrayIsLeftBehind() throws Exception {
    Generator generator = generator("llama");
    int before = manager.getManagedArrays().size();
    for (int i = 0; i < 20; i++) {
      generator.generate(
          List.of(new int[] {i}), GenerationOptions.greedy(25), GenerationListener.NONE);
    }
    assertThat(manager.getManagedArrays()).hasSize(before);
  }

  @Test
  void impossiblePromptsAndOptionsAreRefusedWithTheirValue() throws Exception {
    Generator generator = generator("gpt2");
    for (int[] wrong : new int[][] {{}, {29}, {-1}, new int[25]}) {
      assertThatThrownBy(() -> generator.generate(
              List.of(wrong), GenerationOptions.greedy(1), GenerationListener.NONE))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("A prompt needs");
    }
    GenerationOptions one = GenerationOptions.greedy(1);
    assertThatThrownBy(() -> GenerationOptions.greedy(0)).hasMessageContaining("(0)");
    assertThatThrownBy(() -> one.drawing(-1, 0, 1, 0)).hasMessageContaining("(-1.0)");
    assertThatThrownBy(() -> one.drawing(Double.NaN, 0, 1, 0)).hasMessageContaining("(NaN)");
    assertThatThrownBy(() -> one.drawing(1, -2, 1, 0)).hasMessageContaining("(-2)");
    assertThatThrownBy(() -> one.drawing(1, 0, 0, 0)).hasMessageContaining("top-p");
    assertThatThrownBy(() -> one.drawing(0, 3, 1, 0)).hasMessageContaining("temperature");
    assertThatThrownBy(() -> one.withStops(List.of(-3))).hasMessageContaining("(-3)");
  }
}
