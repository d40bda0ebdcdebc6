package dev.retort.cli.bench;

import ai.djl.ndarray.NDManager;
import dev.retort.distill.objective.Attachment;
import dev.retort.distill.objective.attention.SelfAttentionRelation;
import dev.retort.distill.train.FrozenTeacher;
import dev.retort.distill.train.WeightedObjective;
import dev.retort.space.Architecture;
import dev.retort.space.RandomStreams;
import dev.retort.supernet.InitialWeights;
import dev.retort.supernet.LeadingSlicing;
import dev.retort.supernet.Network;
import dev.retort.supernet.SharedWeights;
import dev.retort.supernet.kernel.Kernels;
import dev.retort.supernet.kernel.ScriptedKernels;

/**
 * What the benchmarks work on: a SuperLM of 6 layers x 384 and the MiniLMv2 relations of the last
 * layers to a teacher of 6 layers x 512, in 8 heads. All weights are random.
 *
 * @param kernels what networks compute with
 * @param relations the loss, with its teacher
 * @param shared the SuperLM
 */
record TaughtSuperLm(Kernels kernels, WeightedObjective relations, SharedWeights shared) {
  static final String RELATIONS = "relations";

  /**
   * With random weights.
   *
   * @param bf16 whether matrix products are of brain floats
   * @param manager what the weights belong to
   */
  static TaughtSuperLm of(boolean bf16, RandomStreams streams, NDManager manager) {
    Kernels kernels = bf16 ? ScriptedKernels.bf16() : ScriptedKernels.float32();
    Architecture teacher = GridNet.TEACHER.architecture();
    WeightedObjective relations = new WeightedObjective(
            RELATIONS,
            1,
            new SelfAttentionRelation(
                SelfAttentionRelation.Form.KL_RELATIONS,
                8,
                SelfAttentionRelation.ALL,
                Attachment.LAST,
                SelfAttentionRelation.Remainder.BY_FORM))
        .from(new FrozenTeacher(
            Network.of(teacher, kernels), InitialWeights.random(teacher, streams, manager)));
    return new TaughtSuperLm(
        kernels,
        relations,
        new SharedWeights(
            InitialWeights.random(GridNet.LARGEST.architecture(), streams, manager),
            new LeadingSlicing()));
  }
}
