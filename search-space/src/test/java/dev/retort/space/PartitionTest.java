package dev.retort.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableMap;
import java.math.BigInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PartitionTest {

  @ParameterizedTest
  @ValueSource(strings = {"autodistil-tiny", "autodistil-small", "autodistil-base"})
  void presetHas256Members(String name) {
    Partition partition = Presets.named(name);
    assertThat(partition.subSpaces()).hasSize(1);
    assertThat(partition.subSpaces().get(0).space().count()).isEqualTo(BigInteger.valueOf(256));
  }

  @Test
  void autodistilIsTheThreeWithTheirEnds() {
    Partition partition = Presets.named("autodistil");
    assertThat(partition.subSpaces())
        .extracting(each ->
            each.name() + " " + each.space().smallest() + " " + each.space().largest())
        .containsExactly(
            "tiny bert:layers=4,hidden=128,heads=7,ratio=2"
                + " bert:layers=7,hidden=224,heads=10,ratio=3.5",
            "small bert:layers=9,hidden=256,heads=7,ratio=2.5"
                + " bert:layers=12,hidden=352,heads=10,ratio=4",
            "base bert:layers=9,hidden=544,heads=9,ratio=2.5"
                + " bert:layers=12,hidden=640,heads=12,ratio=4");
    Architecture student = Architecture.parse("bert:layers=11,hidden=352,heads=10,ratio=4");
    assertThat(partition.find(student).map(SubSpace::name)).contains("small");
    assertThat(partition.find("base")).contains(partition.subSpaces().get(2));
    assertThat(partition.find(student.with("hidden", Value.of(768)))).isEmpty();
  }

  @Test
  void presetTakesTheTeachersOtherDimensions() {
    SearchSpace space = Presets.named(
            "autodistil-tiny",
            ImmutableMap.of("vocabulary", Value.of(8000), "pooling", Value.of("mean")))
        .subSpaces()
        .get(0)
        .space();
    assertThat(space.smallest())
        .hasToString("bert:layers=4,hidden=128,heads=7,ratio=2,vocabulary=8000,pooling=mean");
    assertThatThrownBy(() -> Presets.named("autodistil", ImmutableMap.of("layers", Value.of(4))))
        .hasMessageContaining("layers is both elastic");
    assertThatThrownBy(() -> Presets.named("autodistil-huge"))
        .hasMessageContaining("autodistil, autodistil-base, autodistil-small, autodistil-tiny");
  }

  @Test
  void cutIntoThreeIsEven() {
    SearchSpace space = Presets.named("autodistil-small").subSpaces().get(0).space();
    assertThat(Partition.byParameters(space, 3).subSpaces())
        .allSatisfy(part -> assertThat(part.space().count().intValueExact()).isBetween(80, 90))
        .extracting(SubSpace::name)
        .containsExactly("part-1", "part-2", "part-3");
    assertThat(Partition.byParameters(space, 1).subSpaces().get(0).space()).isSameAs(space);
    assertThatThrownBy(() -> Partition.byParameters(space, 0)).hasMessageContaining("not 0");
  }

  @Test
  void namesAreFoldersAndDiffer() {
    SearchSpace space = Presets.named("autodistil-tiny").subSpaces().get(0).space();
    for (String name : new String[] {"", "..", "a/b", "Tiny", "-x", "a b"}) {
      assertThatThrownBy(() -> new SubSpace(name, space)).hasMessageContaining("(" + name + ")");
    }
    assertThatThrownBy(() -> Partition.of(new SubSpace("a", space), new SubSpace("a", space)))
        .hasMessageContaining("[a, a]");
    assertThatThrownBy(Partition::of).hasMessageContaining("at least one");
  }
}
