package dev.retort.pipeline.recipe;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.Architecture;
import dev.retort.space.Budget;
import dev.retort.space.Partition;
import dev.retort.space.SubSpace;

/** What the students of a checked recipe may be. */
public sealed interface Candidates {
  /** Architectures that stand for them all where something is checked of each. */
  ImmutableList<Architecture> checked();

  /**
   * Those of a space.
   *
   * @param partition the sub-spaces
   * @param budgets the budgets by name, relative bounds resolved
   */
  record Searched(Partition partition, ImmutableMap<String, Budget> budgets) implements Candidates {
    @Override
    public ImmutableList<Architecture> checked() {
      ImmutableList.Builder<Architecture> all = ImmutableList.builder();
      for (SubSpace sub : partition.subSpaces()) {
        all.addAll(Members.of(sub.space()));
      }
      return all.build();
    }
  }

  /**
   * One.
   *
   * @param student what it is, with the head that the task needs
   */
  record Given(Architecture student) implements Candidates {
    @Override
    public ImmutableList<Architecture> checked() {
      return ImmutableList.of(student);
    }
  }
}
