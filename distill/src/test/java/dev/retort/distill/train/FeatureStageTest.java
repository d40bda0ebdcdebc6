package dev.retort.distill.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableSet;
import dev.retort.data.ImageBatch;
import dev.retort.distill.objective.Objective;
import dev.retort.distill.objective.Objectives;
import dev.retort.space.Architecture;
import dev.retort.space.RandomStreams;
import dev.retort.space.Value;
import dev.retort.supernet.InitialWeights;
import dev.retort.supernet.LeadingSlicing;
import dev.retort.supernet.Network;
import dev.retort.supernet.SharedWeights;
import dev.retort.supernet.kernel.EagerKernels;
import dev.retort.supernet.kernel.ScriptedKernels;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Feature objectives as terms of real, small trainings of BERT, ResNet and ViT. */
final class FeatureStageTest {
  private static final String BERT =
      ",ratio=2,head-size=8,vocabulary=50,positions=16,classes=3,pooling=first";
  private static final Architecture BERT_STUDENT =
      Architecture.parse("bert:layers=2,hidden=16,heads=2" + BERT);
  private static final Architecture BERT_TEACHER =
      Architecture.parse("bert:layers=4,hidden=24,heads=2" + BERT);
  private static final Architecture RESNET_STUDENT =
      Architecture.parse("resnet:depth=1/1,width=4/8,resolution=8,classes=3");
  private static final Architecture RESNET_TEACHER =
      Architecture.parse("resnet:depth=2/2,width=8/16,resolution=8,classes=3");
  private static final String VIT = ",ratio=2,head-size=8,patch=4,resolution=8,classes=3";
  private static final Architecture VIT_STUDENT =
      Architecture.parse("vit:layers=2,hidden=16,heads=2" + VIT);
  private static final Architecture VIT_TEACHER =
      Architecture.parse("vit:layers=4,hidden=24,heads=2" + VIT);
  private static final Map<String, Object> CRD = Map.of("examples", 16, "negatives", 6, "width", 8);

  private final NDManager manager = NDManager.newBaseManager();
  private final Path folder;

  FeatureStageTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @AfterEach
  void close() {
    manager.close();
  }

  private Trainer trainer(Architecture student, Architecture teacher, int steps, Objective... all) {
    return trainer(student, ArchitectureSampler.fixed(student), teacher, steps, all);
  }

  /** Images whose foreground is where they are bright. */
  private static ImageBatch areas(NDManager owner) {
    ImageBatch batch = TinyImages.batch(0, 8, owner);
    NDArray area = batch.pixels().mean(new int[] {1}).gt(0.3f).toType(DataType.FLOAT32, false);
    return new ImageBatch(batch.pixels(), area, batch.indices());
  }

  private Trainer trainer(
      Architecture student,
      ArchitectureSampler sampler,
      Architecture teacher,
      int steps,
      Objective... all) {
    boolean text = student.has("vocabulary");
    Teacher from = new FrozenTeacher(
        Network.of(teacher, new EagerKernels()),
        InitialWeights.random(teacher, new RandomStreams(99), manager));
    return new Trainer(
        new Stage(
            "features",
            new RandomStreams(7),
            new SharedWeights(
                InitialWeights.random(student, new RandomStreams(11), manager),
                new LeadingSlicing()),
            ImmutableSet.of(),
            sampler,
            TinyTraining.terms(all).stream()
                .map(each -> each.from(from))
                .collect(ImmutableList.toImmutableList()),
            student.has("regions")
                ? (number, owner) -> areas(owner)
                : text
                    ? (number, owner) -> TinyTraining.batch(0, 0, 8, owner)
                    : (number, owner) -> TinyImages.batch(0, 8, owner),
            new Stage.Options(steps, 1, 0, OptimizerOptions.adamw(5e-3), 0, 3),
            ScriptedKernels.float32()),
        manager);
  }

  static Stream<Arguments> everywhere() {
    List<Arguments> all = new ArrayList<>();
    for (String name : List.of(
        "hidden-state",
        "hidden-cross-entropy",
        "cosine",
        "pkd",
        "mi-alpha",
        "fitnets",
        "at",
        "rkd",
        "crd",
        "dfa")) {
      Map<String, Object> options = name.equals("crd")
          ? CRD
          : name.equals("mi-alpha") ? Map.of("hidden", 8, "width", 4) : Map.of();
      all.add(Arguments.of(name, options, BERT_STUDENT, BERT_TEACHER));
      all.add(Arguments.of(name, options, RESNET_STUDENT, RESNET_TEACHER));
      all.add(Arguments.of(name, options, VIT_STUDENT, VIT_TEACHER));
    }
    for (String map : List.of("uniform", "skip", "last", "emd")) {
      all.add(Arguments.of("hidden-state", Map.of("map", map), BERT_STUDENT, BERT_TEACHER));
      all.add(Arguments.of("hidden-state", Map.of("map", map), VIT_STUDENT, VIT_TEACHER));
    }
    for (String map : List.of("skip", "last", "emd")) {
      all.add(Arguments.of("at", Map.of("map", map), RESNET_STUDENT, RESNET_TEACHER));
    }
    for (String form : List.of("mse", "cross-entropy", "cross-entropy-of-mean")) {
      Map<String, Object> options = Map.of("form", form, "map", "skip");
      all.add(Arguments.of("attention", options, BERT_STUDENT, BERT_TEACHER));
      all.add(Arguments.of("attention", options, VIT_STUDENT, VIT_TEACHER));
    }
    Map<String, Object> maps = Map.of("feature", Map.of("student", "stage1", "teacher", "stage2"));
    all.add(Arguments.of("hidden-state", maps, RESNET_STUDENT, RESNET_TEACHER));
    all.add(Arguments.of("at", maps, RESNET_STUDENT, RESNET_TEACHER));
    Map<String, Object> pooled = Map.of("feature", "pooled");
    all.add(Arguments.of("rkd", pooled, RESNET_STUDENT, RESNET_TEACHER));
    all.add(Arguments.of("hidden-state", pooled, RESNET_STUDENT, RESNET_TEACHER));
    // Images of half the side: the teacher's maps are averaged down.
    Architecture small = RESNET_STUDENT.with("resolution", Value.of(4));
    all.add(Arguments.of("hidden-state", Map.of("map", "uniform"), small, RESNET_TEACHER));
    all.add(Arguments.of("at", Map.of(), small, RESNET_TEACHER));
    all.add(Arguments.of("dfa", Map.of(), small, RESNET_TEACHER));
    all.add(Arguments.of("output", Map.of("form", "mse"), RESNET_STUDENT, RESNET_TEACHER));
    String regions = ",resolution=8,regions=1,decoder=4";
    Architecture areas = Architecture.parse("resnet-segmentation:depth=1/1,width=4/8" + regions);
    Architecture large = Architecture.parse("resnet-segmentation:depth=2/2,width=8/16" + regions);
    all.add(Arguments.of("rfkd", Map.of(), areas, large));
    all.add(
        Arguments.of("rfkd", Map.of("distance", "pixel-similarity", "fit", false), areas, large));
    all.add(Arguments.of("l1", Map.of("of", "teacher"), BERT_STUDENT, BERT_TEACHER));
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("everywhere")
  void aStudentLearnsAndSoDoTheObjectivesTensors(
      String name, Map<String, Object> options, Architecture student, Architecture teacher) {
    try (Trainer trainer = trainer(student, teacher, 12, Objectives.create(name, options))) {
      Map<String, float[]> before = TinyTraining.values(trainer.extras(manager));
      List<Double> losses = new ArrayList<>();
      trainer.run(
          Checkpoints.NONE,
          report -> {
            assertThat(report.skipped()).isFalse();
            losses.add(report.loss());
          },
          () -> false);
      assertThat(losses).hasSize(12).allSatisfy(each -> assertThat(each).isFinite());
      // Other negatives each time; and states behind a layer normalisation have one energy.
      boolean normed = name.equals("at") && student.family().name().equals("bert");
      if (!name.equals("crd") && !normed) {
        assertThat(losses.get(11)).isLessThan(losses.get(0));
      }
      TinyTraining.values(trainer.extras(manager)).forEach((each, after) -> {
        // Of two layers in one group, of one shape, beta of a group of one cannot move.
        if (!(each.endsWith("beta") && after.length == 1)) {
          assertThat(after).as(each).isNotEqualTo(before.get(each));
        }
      });
    }
  }

  @Test
  void aNarrowerStudentTrainsTheLeadingColumnsOfItsFitLayer() {
    Architecture narrow = Architecture.parse("bert:layers=1,hidden=8,heads=1" + BERT);
    for (String name : List.of("hidden-state", "mi-alpha", "crd")) {
      Objective objective = Objectives.create(
          name,
          name.equals("crd")
              ? CRD
              : name.equals("mi-alpha") ? Map.of("hidden", 8, "width", 4) : Map.of());
      try (Trainer trainer =
          trainer(BERT_STUDENT, ArchitectureSampler.fixed(narrow), BERT_TEACHER, 1, objective)) {
        Map<String, float[]> before = TinyTraining.values(trainer.extras(manager));
        trainer.run(Checkpoints.NONE, TrainingListener.NONE, () -> false);
        Map<String, NDArray> after = trainer.extras(manager);
        String first =
            switch (name) {
              case "hidden-state" -> "hidden-state.last.fit.weight";
              case "mi-alpha" -> "mi-alpha.last.critic.student.0.weight";
              default -> "crd.last.embedding.student.weight";
            };
        float[] own = Objects.requireNonNull(after.get(first)).toFloatArray();
        // What has no gradient only decays, by the same share everywhere.
        float[] old = Objects.requireNonNull(before.get(first));
        int moved = 0;
        for (int i = 0; i < own.length; i++) {
          boolean decayed = Math.abs(own[i] - old[i]) <= 1e-4 * Math.abs(old[i]);
          if (i % 16 >= 8) {
            assertThat(decayed).as("%s, entry %d", first, i).isTrue();
          } else if (!decayed) {
            moved++;
          }
        }
        assertThat(moved).isPositive();
      }
    }
  }

  @Test
  void memoriesAreWrittenKeptAndTakenUpAgain() {
    Objective crd = Objectives.create("crd", CRD);
    Map<String, float[]> whole;
    try (Trainer trainer = trainer(RESNET_STUDENT, RESNET_TEACHER, 6, crd)) {
      trainer.run(Checkpoints.NONE, TrainingListener.NONE, () -> false);
      whole = TinyTraining.values(trainer.state().weights());
    }
    FolderCheckpoints checkpoints = new FolderCheckpoints(folder, 2, 0, "recipe", warning -> {});
    try (Trainer trainer = trainer(RESNET_STUDENT, RESNET_TEACHER, 6, crd)) {
      int[] asked = {0};
      trainer.run(checkpoints, TrainingListener.NONE, () -> asked[0]++ == 3);
    }
    try (Trainer trainer = trainer(RESNET_STUDENT, RESNET_TEACHER, 6, crd)) {
      assertThat(trainer.resume(checkpoints)).isEqualTo(3);
      trainer.run(checkpoints, TrainingListener.NONE, () -> false);
      Map<String, float[]> resumed = TinyTraining.values(trainer.state().weights());
      assertThat(resumed.keySet()).isEqualTo(whole.keySet());
      resumed.forEach((name, values) -> assertThat(values).as(name).isEqualTo(whole.get(name)));
      float[] draws = resumed.get("crd.last.draws");
      assertThat(draws).containsExactly(6f);
    }
  }

  @Test
  void whatDoesNotFitIsRefusedWithNamesAndShapes() {
    refused("fitnets", Map.of("layer", 3), BERT_STUDENT, BERT_TEACHER, "layer (3)", "0 to 2");
    refused(
        "hidden-state", Map.of("layer", 0), RESNET_STUDENT, RESNET_TEACHER, "layer (0)", "1 to 2");
    refused("cosine", Map.of("fit", false), BERT_STUDENT, BERT_TEACHER, "16 wide", "24");
    refused("hidden-state", Map.of("map", "emd"), RESNET_STUDENT, RESNET_TEACHER, "map: emd");
    refused("dfa", Map.of("map", "emd"), BERT_STUDENT, BERT_TEACHER, "map: emd");
    refused(
        "attention",
        Map.of("layers", Map.of("student", List.of(1, 2, 3), "teacher", List.of(1, 2, 3))),
        BERT_STUDENT,
        BERT_TEACHER,
        "layer (3)");
    refused(
        "dfa",
        Map.of("layers", Map.of("student", List.of(1, 2), "teacher", List.of(3, 3))),
        BERT_STUDENT,
        BERT_TEACHER,
        "layer (3)",
        "lead upwards");
    refused("mi-alpha", Map.of("feature", "embed.out"), BERT_STUDENT, BERT_TEACHER, "embed.out");
  }

  private void refused(
      String name,
      Map<String, Object> options,
      Architecture student,
      Architecture teacher,
      String... parts) {
    Objective objective = Objectives.create(name, options);
    assertThatIllegalArgumentException()
        .as(name)
        .isThrownBy(() -> {
          objective.needs(student, teacher);
          objective.extras(student, teacher);
        })
        .satisfies(e -> assertThat(e.getMessage()).contains(name).contains(parts));
  }
}
