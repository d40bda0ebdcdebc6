package dev.retort.distill.train;

import com.google.common.collect.ImmutableSet;
import dev.retort.data.Batch;
import dev.retort.space.Architecture;
import dev.retort.supernet.Outputs;
import dev.retort.supernet.Tap;

/** A teacher that counts how often it is run. */
final class CountingTeacher implements Teacher {
  private final Teacher teacher;
  private int runs;

  CountingTeacher(Teacher teacher) {
    this.teacher = teacher;
  }

  /** How often it was run. */
  int runs() {
    return runs;
  }

  @Override
  public Architecture architecture() {
    return teacher.architecture();
  }

  @Override
  public Outputs outputs(Batch batch, boolean logits, ImmutableSet<Tap> taps) {
    runs++;
    return teacher.outputs(batch, logits, taps);
  }
}
