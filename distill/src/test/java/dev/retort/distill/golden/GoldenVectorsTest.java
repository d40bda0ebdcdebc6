package dev.retort.distill.golden;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GoldenVectorsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "kd",
        "dkd",
        "dist",
        "mlkd",
        "wsl",
        "bd_kd",
        "cmkd",
        "prokt",
        "uda_kd",
        "nkd",
        "uskd",
        "autodistil",
        "minilm_v1",
        "minilm_v2",
        "distillm",
        "distillm_scheduler",
        "okd",
        "ctcd",
        "mixkd",
        "rco_schedule",
        "kd_landmark",
        "asm_landmark",
        "kd_variance",
        "kdiga",
        "distiller_objectives",
        "distiller_mi_alpha",
        "dfa",
        "stablekd",
        "rfkd",
        "dckd"
      })
  void everyValueAndGradientIsMet(String method) throws Exception {
    check("/golden/" + method + ".json");
  }

  /**
   * Cases that the files above lack, by src/test/scripts/logit_objectives.py and
   * src/test/scripts/token_and_procedure_objectives.py.
   */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "dkd",
        "dist",
        "mlkd",
        "wsl",
        "bd_kd",
        "cmkd",
        "prokt",
        "uda_kd",
        "distillm",
        "okd",
        "ctcd",
        "mixkd",
        "kd_landmark",
        "asm_landmark",
        "kd_variance",
        "kdiga"
      })
  void everyValueAndGradientOfPyTorchIsMet(String method) throws Exception {
    check("/peer/" + method + ".json");
  }

  private static void check(String resource) throws Exception {
    Path file = Path.of(GoldenVectorsTest.class.getResource(resource).toURI());
    try (NDManager manager = NDManager.newBaseManager()) {
      for (GoldenResult each : GoldenVectors.check(file, manager)) {
        assertThat(each.mismatches()).as(each.name()).isEmpty();
        assertThat(each.checked()).as(each.name()).isPositive();
      }
    }
  }
}
