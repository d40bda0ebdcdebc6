package dev.retort.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.Test;

class MachineTest {
  @Test
  void doctorSaysWhatItFinds() {
    Outcome outcome = Outcome.of("doctor", "--json");
    assertThat(outcome.code()).isZero();
    JsonNode facts = outcome.json();
    assertThat(facts.fieldNames())
        .toIterable()
        .contains("retort", "jdk", "system", "cores", "memory", "djl", "libtorch", "threads")
        .contains("cpu-flags", "fp32-speed", "bf16-speed")
        .containsSubsequence("nvidia-driver", "cuda-runtime", "engine-build", "gpus", "device");
    assertThat(facts.path("engine-build").asText()).matches("(CUDA|CPU only) \\(.+\\)");
    assertThat(facts.path("gpus").asText()).matches("none|\\d+.*");
    assertThat(facts.path("device").asText()).isIn("cpu", "gpu");
    assertThat(facts.path("djl").asText()).isNotEmpty();
    assertThat(facts.path("fp32-speed").asText()).contains("GFLOP/s");
    assertThat(Outcome.of("doctor").out()).containsPattern("cores +\\d+");
  }

  @Test
  void completionIsAScriptWithEveryVerb() {
    Outcome outcome = Outcome.of("completion", "bash");
    assertThat(outcome.code()).isZero();
    assertThat(outcome.out()).contains("complete -F").contains("_picocli_retort_cost");
    assertThat(Outcome.of("completion", "zsh").out()).isEqualTo(outcome.out());
  }
}
