package dev.retort.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.retort.search.Scored;
import dev.retort.search.SearchLog;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole small job whose candidates race. */
class RacingJobTest {
  @Test
  void candidatesAreDroppedAndTheJobGoesOnWithTheBest(@TempDir Path folder) throws Exception {
    Path recipe = SmallJob.write(folder.resolve("job"));
    Path run = folder.resolve("run");
    RunResult ran = Retort.recipe(
            recipe,
            "search.racing.confidence=0.9",
            "search.racing.blocks=12",
            "search.objectives=[distillation-loss]")
        .run(run);
    List<Scored> scored = SearchLog.read(run.resolve("search/log.jsonl"));
    assertThat(scored).allMatch(each -> each.course() != null);
    assertThat(scored).anyMatch(each -> each.status() == Scored.Status.DROPPED);
    assertThat(ran.students()).isNotEmpty().allSatisfy(student -> assertThat(scored)
        .anyMatch(
            each -> each.ok() && each.candidate().architecture().equals(student.architecture())));
  }
}
