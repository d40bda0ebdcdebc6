package dev.retort.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

class BenchCommandTest {
  @Test
  void aStepIsMeasuredAndItsWorkIsCounted() {
    Outcome outcome = Outcome.of("bench", "superlm", "--steps", "1", "--seed", "1");
    assertThat(outcome.code()).as(outcome.err()).isZero();
    JsonNode line = outcome.json();
    assertThat(line.path("steps").asInt()).isEqualTo(1);
    assertThat(line.path("mode").asText()).isEqualTo("fp32");
    assertThat(line.path("device").asText())
        .isEqualTo(Outcome.of("doctor", "--json").json().path("device").asText());
    // As the same work in Python with this seed counts them.
    assertThat(line.path("parameters").asLong()).isEqualTo(22_565_376);
    assertThat(line.path("flops_per_step").asLong()).isEqualTo(246_289_530_880L);
    assertThat(line.path("tokens_per_s").asDouble()).isPositive();
    assertThat(line.path("first_loss").asDouble()).isPositive();
  }

  @Test
  void candidatesAreScoredAndTheirWorkIsCounted() {
    Outcome outcome = Outcome.of("bench", "scoring", "--candidates", "1", "--seed", "1");
    assertThat(outcome.code()).as(outcome.err()).isZero();
    JsonNode line = outcome.json();
    // As the same work in Python with this seed counts them.
    assertThat(line.path("tokens").asLong()).isEqualTo(5225);
    assertThat(line.path("flops_per_candidate").asLong()).isEqualTo(58_889_005_696L);
    assertThat(line.path("device").asText()).isIn("cpu", "gpu");
    assertThat(line.path("candidates_per_s").asDouble()).isPositive();
    assertThat(line.path("first_score").asDouble()).isPositive();
  }

  @Test
  void workThatThereIsNotIsAMistake() {
    Outcome outcome = Outcome.of("bench", "supern", "--steps", "1");
    assertThat(outcome.code()).isEqualTo(2);
    assertThat(outcome.err()).contains("supern");
  }
}
