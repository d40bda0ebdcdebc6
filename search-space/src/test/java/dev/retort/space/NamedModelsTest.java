package dev.retort.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NamedModelsTest {
  @Test
  void everyNameIsAnArchitecture() {
    NamedModels.all().forEach((name, text) -> {
      assertThat(name).doesNotContain(":");
      Family family = Families.find(name);
      assertThat(family == null || Architecture.parse(text).family() == family)
          .as("%s is of the family of that name", name)
          .isTrue();
      assertThat(NamedModels.parse(name)).isEqualTo(Architecture.parse(text));
      assertThat(Architecture.parse(NamedModels.parse(name).toString()))
          .isEqualTo(NamedModels.parse(name));
    });
  }

  @Test
  void dimensionsOfANamedModelMayBeGivenAnew() {
    assertThat(NamedModels.parse("bert-base:layers=6"))
        .isEqualTo(NamedModels.parse("minilm-6x768"));
    assertThat(NamedModels.parse("resnet18:resolution=288,classes=10"))
        .isEqualTo(NamedModels.parse("resnet18")
            .with("resolution", Value.of(288))
            .with("classes", Value.of(10)));
    assertThat(NamedModels.parse("bert:layers=6,hidden=768,heads=12,ratio=4"))
        .isEqualTo(NamedModels.parse("minilm-6x768"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gpt2:layers=2,hidden=64,heads=4,ratio=4",
        "gpt2:layers=2,hidden=64,heads=4/2,intermediate=100",
        "gpt2:layers=2,hidden=64,heads=4,ratio=3/4,head-size=8,positions=32"
      })
  void anArchitectureMeansItselfAlsoWhereAModelHasItsFamilysName(String text) {
    assertThat(NamedModels.parse(text)).isEqualTo(Architecture.parse(text));
    assertThat(NamedModels.parse(NamedModels.parse(text).toString()))
        .isEqualTo(Architecture.parse(text));
  }

  @Test
  void theInnerWidthMayBeGivenInEitherForm() {
    assertThat(NamedModels.parse("bert-base:intermediate=1536"))
        .isEqualTo(NamedModels.parse("bert-base:ratio=2"));
  }

  @Test
  void unknownNamesGiveTheNearest() {
    assertThatThrownBy(() -> NamedModels.parse("resnet-18"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("(resnet-18)")
        .hasMessageContaining("[resnet18, ");
    assertThatThrownBy(() -> NamedModels.parse("bert-base:layers=6,layers=7"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("layers stands twice");
    assertThatThrownBy(() -> NamedModels.parse("bert-base:colour=6"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no dimension (colour)");
  }
}
