package dev.retort.benchmark.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import dev.retort.data.Batch;
import dev.retort.data.BatchPlan;
import dev.retort.data.Dataset;
import dev.retort.data.ImageBatch;
import dev.retort.data.Task;
import dev.retort.data.image.IdxTask;
import dev.retort.data.image.ImageExample;
import dev.retort.distill.objective.logit.BdKd;
import dev.retort.distill.objective.logit.CrossEntropy;
import dev.retort.distill.objective.procedure.ProKtTeacher;
import dev.retort.distill.train.WeightedObjective;
import dev.retort.space.RandomStreams;
import dev.retort.space.TensorSpec;
import dev.retort.supernet.InitialWeights;
import dev.retort.supernet.Weights;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RoundsTest {
  private static final double RATE = 5e-3;
  private static final int BATCH = 10;
  private static final int STEPS = 4;

  private final NDManager manager = NDManager.newBaseManager();

  @AfterEach
  void close() {
    manager.close();
  }

  private static Dataset<ImageExample> clothes(Path folder) throws IOException {
    IdxTask task = IdxTask.FASHION_MNIST;
    return ImageFixture.balanced(
        task.read(MadeData.clothes(folder), Task.Split.TRAIN, task.preprocessing()), 20, false);
  }

  private Weights weights() {
    return InitialWeights.random(ImageFixture.SMALL, new RandomStreams(3), manager);
  }

  private Learner learner(long seed) {
    Weights own = InitialWeights.random(ImageFixture.SMALL, new RandomStreams(seed), manager);
    return new Learner(own, RATE, STEPS, manager);
  }

  /** All numbers of two networks are the same but for so much. */
  private static void assertSame(Weights own, Weights other, double error) {
    for (TensorSpec spec : own.architecture().blueprint().tensors()) {
      float[] expected = other.get(spec.name()).toFloatArray();
      float[] found = own.get(spec.name()).toFloatArray();
      for (int i = 0; i < expected.length; i++) {
        assertThat((double) found[i]).as(spec.name()).isCloseTo(expected[i], within(error));
      }
    }
  }

  @Test
  void aNetworkThatLearnsAloneIsThatOfTheProjectsLoop(@TempDir Path folder) throws Exception {
    Dataset<ImageExample> train = clothes(folder);
    RandomStreams streams = new RandomStreams(7);
    Weights expected = weights();
    Training training = new Training(train, BATCH, 2, RATE, 0);
    assertThat(training.steps()).isEqualTo(STEPS);
    WeightedObjective labels = new WeightedObjective("labels", 1, new CrossEntropy());
    training.run("alone", expected, ImmutableList.of(labels), streams, manager);

    BatchPlan plan = new BatchPlan(train, BATCH, streams);
    try (Learner learner = new Learner(weights(), RATE, STEPS, manager)) {
      for (int step = 0; step < STEPS; step++) {
        try (NDManager scope = manager.newSubManager()) {
          Batch batch = train.batch(scope, plan.batch(step), null);
          Rounds.alone(
              learner, batch, logits -> new CrossEntropy().loss(logits, batch.labels()), scope);
        }
      }
      assertSame(learner.weights(), expected, 1e-6);
    }
  }

  @Test
  void aTeacherThatOnlyFollowsItsStudentSeesNoLabel(@TempDir Path folder) throws Exception {
    Dataset<ImageExample> train = clothes(folder);
    try (NDManager scope = manager.newSubManager();
        Learner student = learner(1);
        Learner teacher = learner(2);
        Learner sameStudent = learner(1);
        Learner sameTeacher = learner(2)) {
      int[] indices = {0, 1, 2, 3};
      ImageBatch batch = (ImageBatch) train.batch(scope, indices, null);
      ImageBatch wrong = new ImageBatch(
          batch.pixels(), train.batch(scope, new int[] {9, 8, 7, 6}, null).labels(), indices);
      ProKtTeacher follows = new ProKtTeacher(1);
      double apart = Rounds.progressive(follows, student, teacher, batch, scope);
      assertThat(apart).isPositive();
      assertThat(Rounds.progressive(follows, sameStudent, sameTeacher, wrong, scope))
          .isEqualTo(apart);
      assertSame(student.weights(), sameStudent.weights(), 0);
      assertSame(teacher.weights(), sameTeacher.weights(), 0);
    }
  }

  @Test
  void theStudentsLossLeavesTheTeachersStepAlone(@TempDir Path folder) throws Exception {
    Dataset<ImageExample> train = clothes(folder);
    try (NDManager scope = manager.newSubManager();
        Learner student = learner(1);
        Learner teacher = learner(2);
        Learner sameStudent = learner(1);
        Learner sameTeacher = learner(2)) {
      Batch batch = train.batch(scope, new int[] {0, 1, 2, 3}, null);
      Rounds.balanced(new BdKd(), student, teacher, batch, scope);
      Rounds.mutual(new BdKd().temperature(), sameStudent, sameTeacher, batch, scope);
      assertSame(teacher.weights(), sameTeacher.weights(), 0);
      String first =
          student.weights().architecture().blueprint().tensors().get(0).name();
      assertThat(student.weights().get(first).toFloatArray())
          .isNotEqualTo(sameStudent.weights().get(first).toFloatArray());
    }
  }
}
