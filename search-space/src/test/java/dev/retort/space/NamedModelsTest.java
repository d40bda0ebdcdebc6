package dev.retort.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class NamedModelsTest {
  @Test
  void everyNameIsAnArchitecture() {
    NamedModels.all().forEach((name, text) -> {
      assertThat(name).doesNotContain(":");
      assertThat(Families.find(name)).as("a family is called %s", name).isNull();
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
