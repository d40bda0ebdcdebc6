package dev.retort.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.retort.space.Architecture;
import dev.retort.space.Presets;
import org.junit.jupiter.api.Test;

class SpacesCommandTest {
  @Test
  void presetsHaveTheirPublishedCountsAndRealCosts() {
    // The two last lines of section A1's table: what is really present in the slices.
    assertThat(Outcome.of("spaces").out())
        .containsPattern("tiny +256 +5\\.18 M \\.\\. 13\\.5 M +210 M \\.\\. 975 M")
        .containsPattern("small +256 +15\\.1 M \\.\\. 33\\.8 M +1\\.04 G \\.\\. 3\\.16 G")
        .containsPattern("base +256 +41\\.8 M \\.\\. 83\\.3 M +3\\.32 G \\.\\. 8\\.36 G");
  }

  @Test
  void presetsHaveTheFormulasCostsToo() {
    assertThat(Outcome.of("spaces", "--accounting", "autodistil").out())
        .containsPattern("tiny +256 +4\\.44 M \\.\\. 10\\.7 M +68\\.5 M \\.\\. 521 M");
  }

  @Test
  void everyPresetIsFoundByName() {
    for (String name : Presets.names()) {
      JsonNode spaces = Outcome.of("spaces", "--preset", name, "--json").json();
      assertThat(spaces).isNotEmpty();
      for (JsonNode each : spaces) {
        if (name.startsWith("autodistil")) {
          assertThat(each.path("count").asLong()).isEqualTo(256);
        }
        assertThat(each.path("smallest").path("parameters").asLong())
            .isLessThan(each.path("largest").path("parameters").asLong());
      }
    }
  }

  @Test
  void membersAreEnumerated() {
    JsonNode tiny = Outcome.of("spaces", "--preset", "autodistil-tiny", "--list", "1000", "--json")
        .json()
        .get(0)
        .path("architectures");
    assertThat(tiny).hasSize(256);
    assertThat(tiny.findValuesAsText("architecture")).doesNotHaveDuplicates();
    assertThat(
            Outcome.of("spaces", "--preset", "autodistil-tiny", "--list", "2").out())
        .contains("tiny:\n")
        .contains("bert:layers=4,hidden=128,heads=7,ratio=2 ");
  }

  @Test
  void shippedRecipeHasItsThreeSubSpaces() {
    JsonNode spaces = Outcome.of(
            "spaces", Outcome.root().resolve("examples/quickstart.yaml").toString(), "--json")
        .json();
    assertThat(spaces.findValuesAsText("name")).containsExactly("tiny", "small", "large");
    assertThat(spaces).allMatch(each -> each.path("count").asInt() == 27);
  }

  @Test
  void modelsKnownByNameAreListed() {
    JsonNode models = Outcome.of("spaces", "--models", "--json").json();
    assertThat(models.findValuesAsText("name")).contains("bert-base", "autodistil-proxy-t");
    for (JsonNode each : models) {
      String text = each.path("architecture").asText();
      assertThat(Architecture.parse(text)).hasToString(text);
    }
    assertThat(Outcome.of("spaces", "--models").out())
        .contains("autodistil-agnostic")
        .containsPattern("resnet50 +resnet +25\\.6 M +4\\.09 G +1 x 224 x 224 pixels +exact")
        .containsPattern("AutoFormer-T +vit .* no-relative");
    assertThat(models)
        .filteredOn(each -> each.path("name").asText().equals("mobilenet_v2_1.0_96"))
        .singleElement()
        .satisfies(each -> {
          assertThat(each.path("family").asText()).isEqualTo("mobilenet-v2");
          assertThat(each.path("published").asText()).isEqualTo("no-norm");
          assertThat(each.path("accounting").asText()).isEqualTo("exact");
          assertThat(each.path("macs").asLong()).isPositive();
        });
  }
}
