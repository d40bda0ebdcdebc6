package dev.retort.space;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableList;
import dev.retort.space.text.EncoderFamily;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The small words that the others are made of. */
class FoundationTest {

  @Test
  void valueHasOneTextForm() {
    assertThat(Value.of(7.0)).hasToString("7").isEqualTo(Value.of(7));
    assertThat(Value.of(3.5)).hasToString("3.5");
    assertThat(Value.of(0.0001)).hasToString("0.0001");
    assertThat(new Value.Each(ImmutableList.of(10.0, 2.5))).hasToString("10/2.5");
    assertThat(Value.of("mean")).hasToString("mean");
    assertThatThrownBy(() -> Value.of(Double.NaN)).hasMessageContaining("NaN");
    assertThatThrownBy(() -> new Value.Each(ImmutableList.of())).hasMessageContaining("[]");
  }

  @Test
  void architectureAnswersByDimensionAndLayer() {
    Architecture architecture =
        Architecture.parse("bert:layers=2,hidden=64,heads=4/3,intermediate=96,pooling=mean");
    assertThat(architecture.layers()).isEqualTo(2);
    assertThat(architecture.integer("heads", 1)).isEqualTo(3);
    assertThat(architecture.integer("hidden", 1)).isEqualTo(64);
    assertThat(architecture.number("ratio")).isEqualTo(1.5);
    assertThat(architecture.integer("head-size")).isEqualTo(64);
    assertThat(architecture.word("pooling")).isEqualTo("mean");
    assertThat(architecture.has("intermediate")).isFalse();
    assertThat(architecture.differs("heads")).isTrue();
    assertThat(architecture.differs("ratio")).isFalse();
    assertThat(EncoderFamily.intermediate(architecture, 1)).isEqualTo(96);
    assertThat(architecture.with("heads", Value.of(3)))
        .hasToString("bert:layers=2,hidden=64,heads=3,ratio=1.5,pooling=mean")
        .hasSameHashCodeAs(
            Architecture.parse("bert:heads=3/3,layers=2,ratio=1.5,hidden=64,pooling=mean"));
    assertThatThrownBy(() -> architecture.integer("heads")).hasMessageContaining("not one number");
    assertThatThrownBy(() -> architecture.word("heads")).hasMessageContaining("not a word");
    assertThatThrownBy(() -> architecture.number("depth")).hasMessageContaining("No dimension");
    assertThatThrownBy(() -> Architecture.parse("gpt:layers=2"))
        .hasMessageContaining("No family (gpt)");
  }

  @Test
  void growthIsSummedForTheWholeInput() {
    assertThat(new Growth(1, 10, 100).at(new InputShape(2, 3))).isEqualTo(2 * (1 + 30 + 900));
    assertThat(Growth.example(5).at(new InputShape(4, 9))).isEqualTo(20);
    assertThat(Growth.token(5).at(new InputShape(4, 9))).isEqualTo(180);
    assertThat(Growth.tokenPair(5).at(new InputShape(4, 9))).isEqualTo(1620);
    assertThatThrownBy(() -> Growth.token(Long.MAX_VALUE).at(new InputShape(1, 2)))
        .isInstanceOf(ArithmeticException.class);
    assertThatThrownBy(() -> new InputShape(1, 0)).hasMessageContaining("1 x 0");
    assertThatThrownBy(() -> new Axis("hidden", 1, 0)).hasMessageContaining("hidden");
  }

  @Test
  void peakHoldsWhatIsStillRead() {
    // a and b are both read by c; a also by d; d is the result.
    Blueprint blueprint = new Blueprint(
        Architecture.parse("bert:layers=1,hidden=4,heads=1,ratio=1"),
        ImmutableList.of(),
        ImmutableList.of(
            operation("a", 10),
            operation("b", 5),
            operation("c", 7, "x/a", "x/b"),
            operation("d", 9, "x/a", "x/c"),
            operation("e", 1, "x/d")));
    assertThat(blueprint.peakActivations(new InputShape(1, 1))).isEqualTo(10 + 7 + 9);
    assertThat(blueprint.peakActivations(new InputShape(3, 1))).isEqualTo(3 * 26);
  }

  private static Operation operation(String name, long outputs, String... reads) {
    return new Operation(
        "x",
        name,
        Operation.Kind.ELEMENTWISE,
        Growth.NONE,
        Growth.example(outputs),
        ImmutableList.copyOf(reads));
  }

  @Test
  void randomStreamsAreFunctionsOfAllTheirArguments() {
    Set<Long> numbers = new HashSet<>();
    for (long seed = 0; seed < 5; seed++) {
      RandomStreams streams = new RandomStreams(seed);
      for (String purpose : new String[] {"", "a", "b", "ab", "ba"}) {
        for (long step = -1; step < 6; step++) {
          for (long index = 0; index < 6; index++) {
            numbers.add(streams.number(purpose, step, index));
          }
        }
      }
      assertThat(streams.at("a", 2, 3).nextLong())
          .isEqualTo(new RandomStreams(seed).at("a", 2, 3).nextLong());
    }
    assertThat(numbers).hasSize(5 * 5 * 7 * 6);
    // Pinned: a run of an older version must go on the same.
    assertThat(new RandomStreams(17).number("batch", 3, 1)).isEqualTo(1416293368963422149L);
    assertThat(new RandomStreams(17).at("batch", 3, 1).nextLong()).isEqualTo(-1394787812812477127L);
  }

  @Test
  void userExceptionKnowsItsExitCode() {
    UserException error = new UserException(UserException.Kind.NO_STUDENT, "none fits");
    assertThat(error.kind().exitCode()).isEqualTo(4);
    assertThat(error).hasMessage("none fits");
    assertThat(UserException.Kind.USAGE.exitCode()).isEqualTo(2);
    assertThat(UserException.Kind.INPUT.exitCode()).isEqualTo(3);
    assertThat(UserException.Kind.RESOURCE.exitCode()).isEqualTo(5);
  }
}
