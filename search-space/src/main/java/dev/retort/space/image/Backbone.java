package dev.retort.space.image;

import com.google.common.collect.ImmutableList;
import dev.retort.space.Architecture;
import dev.retort.space.Family;
import dev.retort.space.Operation;
import dev.retort.space.TensorSpec;

/** A family whose networks give planes before their head, so that a decoder can stand over them. */
public interface Backbone extends Family {

  /**
   * What a stage gives.
   *
   * @param block the stage's last block
   * @param feature its planes; of a Transformer, the tokens of its patches
   */
  record Stage(String block, ImagePlan.Feature feature) {}

  /**
   * A network without its head.
   *
   * @param tensors its tensors
   * @param operations its operations
   * @param stages what each stage gives, the first first; one, where there are no stages
   */
  record Trunk(
      ImmutableList<TensorSpec> tensors,
      ImmutableList<Operation> operations,
      ImmutableList<Stage> stages) {}

  /** The network without its head. */
  Trunk trunk(Architecture architecture);
}
