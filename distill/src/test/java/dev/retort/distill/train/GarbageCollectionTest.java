package dev.retort.distill.train;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import dev.retort.distill.objective.LossInputs;
import dev.retort.distill.objective.Objective;
import dev.retort.distill.objective.attention.SelfAttentionRelation;
import dev.retort.distill.objective.feature.HiddenState;
import dev.retort.distill.objective.logit.CrossEntropy;
import dev.retort.distill.objective.logit.LogitKd;
import dev.retort.distill.objective.logit.Nkd;
import dev.retort.distill.objective.logit.Uskd;
import dev.retort.space.Architecture;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A garbage collection between forward and backward pass changes nothing: whatever the graph reads
 * from Java memory is still held.
 */
class GarbageCollectionTest {
  /** A loss after which the collector runs and what it freed is overwritten. */
  private record Collecting(boolean collects) implements Objective {
    @Override
    public String name() {
      return "collecting";
    }

    @Override
    public Needs needs(Architecture student, Architecture teacher) {
      return new CrossEntropy().needs(student, teacher);
    }

    @Override
    public NDArray loss(LossInputs inputs) {
      NDArray loss = new CrossEntropy(0.1).loss(inputs);
      if (collects) {
        List<ByteBuffer> overwriting = new ArrayList<>();
        System.gc();
        for (int i = 0; i < 20_000; i++) {
          ByteBuffer buffer = ByteBuffer.allocateDirect(4);
          buffer.putFloat(0, Float.NaN);
          overwriting.add(buffer);
        }
        assertThat(overwriting).hasSize(20_000);
      }
      return loss;
    }
  }

  private static String train(boolean collects) {
    try (NDManager manager = NDManager.newBaseManager()) {
      TinyTraining tiny = TinyTraining.everything(manager);
      tiny.steps = 3;
      tiny.accumulate = 2;
      tiny.objectives = TinyTraining.terms(
          new LogitKd(2),
          new Nkd(),
          new Uskd(),
          new HiddenState(true),
          new SelfAttentionRelation(SelfAttentionRelation.Form.KL_RELATIONS, 2),
          new Collecting(collects));
      return tiny.train();
    }
  }

  @Test
  void aCollectionBeforeTheBackwardPassChangesNothing() {
    assertThat(train(true)).isEqualTo(train(false));
  }
}
