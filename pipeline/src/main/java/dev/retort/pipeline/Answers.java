package dev.retort.pipeline;

import com.google.common.collect.ImmutableSet;
import dev.retort.data.Instructions;
import dev.retort.data.Tokenizer;
import dev.retort.distill.evaluate.RougeL;
import dev.retort.distill.evaluate.Score;
import dev.retort.supernet.Network;
import dev.retort.supernet.Weights;
import dev.retort.supernet.generate.Generated;
import dev.retort.supernet.generate.GenerationListener;
import dev.retort.supernet.generate.GenerationOptions;
import dev.retort.supernet.generate.Generator;
import dev.retort.supernet.kernel.Kernels;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What a decoder answers to prompts, each token the likeliest, held against the answers that are
 * given by ROUGE-L.
 *
 * @param examples how many of a data set's first prompts are answered
 * @param tokens the most tokens of an answer
 */
record Answers(int examples, int tokens) {
  /**
   * The mean ROUGE-L of the answers.
   *
   * @param ends the tokens that end an answer
   */
  Score rouge(
      Instructions data,
      Tokenizer tokenizer,
      Weights weights,
      Kernels kernels,
      ImmutableSet<Integer> ends) {
    int count = Math.min(examples, data.size());
    List<Generated> written = new Generator(Network.of(weights.architecture(), kernels), weights)
        .generate(
            IntStream.range(0, count).mapToObj(data::prompt).toList(),
            GenerationOptions.greedy(tokens).withStops(ends),
            GenerationListener.NONE);
    return new RougeL()
        .of(
            written.stream()
                .map(each -> tokenizer.decode(each.text().toArray()))
                .toList(),
            IntStream.range(0, count)
                .mapToObj(i -> data.instruction(i).response())
                .toList());
  }
}
