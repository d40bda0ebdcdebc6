package dev.retort.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class RehearsalTest {
  @Test
  void helpACostAndAPredictionAreRehearsed(@TempDir Path folder) throws Exception {
    assertThat(Rehearsal.run(folder)).isZero();
  }
}
