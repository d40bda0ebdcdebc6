package dev.retort.space.image;

import static org.assertj.core.api.Assertions.assertThat;

import dev.retort.space.Architecture;
import dev.retort.space.Cost;
import dev.retort.space.InputShape;
import dev.retort.space.NamedModels;
import dev.retort.space.RandomStreams;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The arithmetic is the sum over the blueprint. */
class ResNetCostTest {
  @Test
  void costsAreThoseOfTheBlueprint() {
    long seed = 31;
    int compared = 0;
    for (int i = 0; i < 3000; i++) {
      String text = text(new RandomStreams(seed).at("resnet", i));
      Architecture architecture;
      try {
        architecture = Architecture.parse(text);
      } catch (IllegalArgumentException e) {
        continue; // such as a padded shortcut to fewer planes
      }
      InputShape input = new InputShape(1 + i % 3, 1);
      assertThat(architecture.family().cost(architecture, input))
          .as("%s, seed %s", text, seed)
          .isEqualTo(Cost.of(architecture.blueprint(), input));
      assertThat(architecture.family().parameters(architecture))
          .as("%s, seed %s", text, seed)
          .isEqualTo(architecture.blueprint().parameters());
      compared++;
    }
    assertThat(compared).isGreaterThan(1000);
  }

  @Test
  void costsOfNamedModelsAreThoseOfTheirBlueprints() {
    InputShape one = new InputShape(1, 1);
    NamedModels.all().forEach((name, text) -> {
      Architecture architecture = Architecture.parse(text);
      if (architecture.family() == ResNetFamily.RESNET) {
        assertThat(architecture.family().cost(architecture, one))
            .as(name)
            .isEqualTo(Cost.of(architecture.blueprint(), one));
      }
    });
  }

  private static String text(RandomGenerator random) {
    int stages = 1 + random.nextInt(4);
    boolean bottleneck = random.nextBoolean();
    return "resnet:stages=" + stages
        + ",depth=" + each(stages, random, 4)
        + ",width=" + each(stages, random, 9)
        + ",stem-width=" + (1 + random.nextInt(9))
        + ",inner=" + (1 + random.nextInt(4)) * 0.5
        + ",resolution=" + (1 + random.nextInt(40))
        + ",channels=" + (1 + random.nextInt(3))
        + ",classes=" + random.nextInt(3)
        + ",first-stride=" + (1 + random.nextInt(3))
        + ",stem=" + (random.nextBoolean() ? "cifar" : "imagenet")
        + ",shortcut=" + (random.nextBoolean() ? "padding" : "projection")
        + (bottleneck
            ? ",block=bottleneck,expansion=" + (1 + random.nextInt(5)) + ",downsample="
                + (random.nextBoolean() ? "1x1" : "3x3")
            : "");
  }

  private static String each(int stages, RandomGenerator random, int most) {
    return IntStream.range(0, stages)
        .mapToObj(stage -> String.valueOf(1 + random.nextInt(most)))
        .collect(Collectors.joining("/"));
  }
}
