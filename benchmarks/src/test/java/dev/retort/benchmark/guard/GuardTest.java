package dev.retort.benchmark.guard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.retort.space.UserException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GuardTest {
  @Test
  void whatIsWrittenIsReadAgain(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("ratios.txt");
    RatioFile.write(file, "Measured on a machine", Map.of("one-to-two", 0.5));
    assertThat(file).content().startsWith("# ").contains("Measured on a machine");
    assertThat(RatioFile.read(file)).isEqualTo(Map.of("one-to-two", 0.5));
  }

  @Test
  void aLineThatIsNoRatioIsRefusedWithItsNumber(@TempDir Path folder) throws Exception {
    Path file = folder.resolve("ratios.txt");
    for (String wrong : new String[] {"one", "one two", "one -1", "one 1 2", "one NaN"}) {
      Files.writeString(file, "# head\n" + wrong + "\n");
      assertThatThrownBy(() -> RatioFile.read(file))
          .isInstanceOf(UserException.class)
          .hasMessageContaining("ratios.txt:2: found (" + wrong + ")");
    }
    assertThatThrownBy(() -> RatioFile.read(folder.resolve("none")))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("guard --write");
  }

  @Test
  void onlyWhatIsTwiceAsLargeIsBeyond() {
    assertThat(Guard.isBeyond(1.5, 2.9)).isFalse();
    assertThat(Guard.isBeyond(1.5, 0.1)).isFalse();
    assertThat(Guard.isBeyond(1.5, 3.1)).isTrue();
  }

  @Test
  void theCommittedFileHasEveryRatio() {
    Path file = Path.of(System.getProperty("retort.root"), "benchmarks", "ratios.txt");
    assertThat(RatioFile.read(file).keySet())
        .containsExactlyElementsOf(Arrays.stream(Ratio.values()).map(Ratio::key).toList());
  }
}
