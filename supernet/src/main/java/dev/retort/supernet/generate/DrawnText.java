package dev.retort.supernet.generate;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import dev.retort.space.RandomStreams;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.function.IntConsumer;

/**
 * One text whose tokens are the likeliest or drawn. A draw is a function of the seed, the prompt,
 * how many prompts like it came before, and the position.
 */
final class DrawnText implements Continuation {
  private final GenerationOptions options;
  private final int most;
  private final String purpose;
  private final int occurrence;
  private final IntConsumer listener;
  private final BitSet known = new BitSet();
  private final List<Integer> tokens = new ArrayList<>();

  /**
   * A text.
   *
   * @param most the most tokens that are written
   * @param prompt its ids, and how many prompts before it are the same
   * @param listener hears of each token
   */
  DrawnText(GenerationOptions options, int most, Prompt prompt, IntConsumer listener) {
    this.options = options;
    this.most = most;
    this.purpose = "generate " + prompt.digest();
    this.occurrence = prompt.occurrence();
    this.listener = listener;
    prompt.ids().forEach(known::set);
  }

  @Override
  public ImmutableList<Step> next(float[][] logits) {
    double[] scores = Scores.penalised(Scores.of(logits[0]), known, options.repetitionPenalty());
    int token = options.temperature() == 0
        ? Scores.greatest(scores)
        : Scores.at(
            new RandomStreams(options.seed())
                .at(purpose, tokens.size(), occurrence)
                .nextDouble(),
            Scores.probabilities(scores, options));
    tokens.add(token);
    known.set(token);
    listener.accept(token);
    return stopped() || tokens.size() == most
        ? ImmutableList.of()
        : ImmutableList.of(new Step(0, token));
  }

  private boolean stopped() {
    return options.stops().contains(tokens.get(tokens.size() - 1));
  }

  @Override
  public Generated result() {
    return new Generated(
        ImmutableIntArray.copyOf(tokens),
        stopped() ? Generated.Ending.STOP : Generated.Ending.LENGTH);
  }
}
