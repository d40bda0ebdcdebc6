package dev.retort.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A whole job whose students learn from several teachers, with weights that move. */
class TeachersJobTest {
  @Test
  void studentsLearnFromFurtherTeachersAndFromAllTogether(@TempDir Path folder) throws Exception {
    Path recipe = SmallJob.write(folder.resolve("job"));
    String further =
        """
        teachers:
          small:
            architecture: bert:layers=1,hidden=32,heads=2,ratio=1,head-size=16,vocabulary=%s,\
        positions=16,classes=3,pooling=first
            train: {epochs: 2, batch: 16, optimizer: {rate: 3e-3}}
          all: {ensemble: [teacher, small]}
        """
            .formatted(Files.readAllLines(recipe.resolveSibling("vocab.txt")).size());
    Files.writeString(recipe, Files.readString(recipe) + further);
    Retort job = Retort.recipe(
        recipe,
        "search.budgets={half: {flops: 50%}}",
        "train.objectives=[{kd: {temperature: 2, teacher: all}}, {hidden-state: {map: uniform}},"
            + " {hidden-state: {label: emd, map: emd, teacher: small,"
            + " weight: {from: 1, to: 0, form: cosine, end: 50%}}}]",
        "finetune.objectives=[cross-entropy, {kd: {weight: {from: 0, to: 1}}},"
            + " {nkd: {teacher: small}}]",
        "finetune.before=[{epochs: 1, freeze: ['classifier.*'], objectives: [hidden-state]}]",
        "finetune.compare={}",
        "finetune.baselines=[]",
        "teacher.cache=" + folder.resolve("cache"));
    Path run = folder.resolve("run");
    RunResult result = job.run(run);
    assertThat(result.students()).hasSize(1);
    assertThat(run.resolve("teachers/small/scores.json")).exists();
    assertThat(run.resolve("train/teachers/small")).isDirectory();
    String log = Files.readString(run.resolve("train/narrow/steps.jsonl"));
    assertThat(log.lines().findFirst().orElseThrow())
        .contains("\"kd\"")
        .contains("\"hidden-state\"")
        .contains("\"emd\"");
    assertThat(log.lines().reduce((first, last) -> last).orElseThrow()).doesNotContain("\"emd\"");
    try (Stream<Path> logs = Files.walk(run.resolve("train/finetune"))) {
      assertThat(logs.filter(each -> each.endsWith("before-1/steps.jsonl")))
          .singleElement()
          .satisfies(earlier ->
              assertThat(earlier).content().contains("hidden-state").doesNotContain("nkd"));
    }
    try (Stream<Path> kept = Files.list(folder.resolve("cache"))) {
      assertThat(kept)
          .as("of the corpus, the held-out examples and the labelled ones")
          .hasSize(3);
    }
    assertThat(Retort.resume(run).run(run).students()).hasSize(1);
  }
}
