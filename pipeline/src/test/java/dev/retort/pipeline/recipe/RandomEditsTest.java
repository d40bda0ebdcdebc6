package dev.retort.pipeline.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.retort.space.RandomStreams;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** Random edits of valid recipes are read to a recipe or refused, never anything else. */
final class RandomEditsTest {
  private static final long SEED = 20260102;
  private static final int CASES = 1000;
  private static final String SPECIAL = " \n\t:{}[]-#&*!|>'\"%@`,?~.0e9N\u0000";

  @Test
  void editedBytesAreReadOrRefused() {
    byte[] original = Recipes.LONG.getBytes(StandardCharsets.UTF_8);
    int refused = 0;
    for (int i = 0; i < CASES; i++) {
      RandomGenerator random = new RandomStreams(SEED).at("edit", i);
      byte[] edited = edited(original, random);
      try {
        Recipe recipe =
            RecipeReader.read("r.yaml", edited, Path.of("x"), List.of()).recipe();
        String effective = EffectiveRecipe.write(recipe);
        assertThat(Recipes.read(effective).recipe()).as("case " + i).isEqualTo(recipe);
      } catch (RecipeErrors e) {
        refused++;
        assertThat(e.toString().chars().filter(c -> c != '\n').noneMatch(Character::isISOControl))
            .as("case " + i)
            .isTrue();
      } catch (RuntimeException e) {
        throw new AssertionError(
            "seed " + SEED + ", case " + i + ": " + new String(edited, StandardCharsets.UTF_8), e);
      }
    }
    assertThat(refused).isBetween(CASES / 4, CASES - 1);
  }

  /** One to four bytes changed, dropped, added or moved, or a line doubled. */
  private static byte[] edited(byte[] original, RandomGenerator random) {
    byte[] bytes = original;
    for (int edits = random.nextInt(1, 5); edits > 0; edits--) {
      int at = random.nextInt(bytes.length - 1);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      out.write(bytes, 0, at);
      int rest = at;
      switch (random.nextInt(5)) {
        case 0 -> {
          out.write(random.nextInt(256));
          rest = at + 1;
        }
        case 1 -> rest = at + random.nextInt(1, Math.min(20, bytes.length - at));
        case 2 -> out.write(bytes, random.nextInt(bytes.length - 20), random.nextInt(1, 20));
        case 3 -> out.write(SPECIAL.charAt(random.nextInt(SPECIAL.length())));
        default -> {
          out.write(".nan: -1e99".getBytes(StandardCharsets.UTF_8), 0, random.nextInt(1, 11));
          rest = at + 1;
        }
      }
      out.write(bytes, rest, bytes.length - rest);
      bytes = out.toByteArray();
    }
    return bytes;
  }
}
