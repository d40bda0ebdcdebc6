package dev.retort.supernet.generate;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.IntConsumer;

/**
 * Beam search as Hugging Face's {@code generate} has it: the likeliest continuations of all beams
 * together; texts that end among the first {@code beams} of these are kept by their probability
 * over a power of their length.
 */
final class BeamSearch implements Continuation {
  private final GenerationOptions options;
  private final int most;
  private final ImmutableIntArray prompt;
  private final IntConsumer listener;
  private final int width;
  private List<Beam> running = List.of(new Beam(ImmutableIntArray.of(), 0));
  private List<Beam> ended = List.of();
  private boolean hopeful = true;

  /**
   * A text.
   *
   * @param tokens what is written behind the prompt
   * @param score the sum of the tokens' log-probabilities; of an ended one over a power of its
   *     length
   */
  private record Beam(ImmutableIntArray tokens, double score) {}

  /** A beam's row, a token behind it, and the score with it. */
  private record Candidate(int row, int token, double score) {}

  private static final Comparator<Candidate> BEST_FIRST = Comparator.comparingDouble(
          Candidate::score)
      .reversed()
      .thenComparingInt(Candidate::row)
      .thenComparingInt(Candidate::token);

  /**
   * A search.
   *
   * @param most the most tokens that are written
   * @param listener hears of the tokens at the end
   */
  BeamSearch(GenerationOptions options, int most, Prompt prompt, IntConsumer listener) {
    this.options = options;
    this.most = most;
    this.prompt = prompt.ids();
    this.listener = listener;
    // As many as leave enough to go on with when the best all end.
    this.width = Math.max(2, 1 + options.stops().size()) * options.beams();
  }

  @Override
  public ImmutableList<Step> next(float[][] logits) {
    List<Candidate> candidates = candidates(logits);
    int length = running.get(0).tokens().length() + 1;
    List<Beam> going = new ArrayList<>();
    List<Beam> ending = new ArrayList<>(ended);
    ImmutableList.Builder<Step> steps = ImmutableList.builder();
    boolean full = ended.size() == options.beams();
    for (int i = 0; i < candidates.size(); i++) {
      Candidate each = candidates.get(i);
      boolean ends = length == most || options.stops().contains(each.token());
      if (ends && i < options.beams() && hopeful && !(full && options.earlyStopping())) {
        ending.add(
            new Beam(written(each), each.score() / Math.pow(length, options.lengthPenalty())));
      } else if (!ends && going.size() < options.beams()) {
        going.add(new Beam(written(each), each.score()));
        steps.add(new Step(each.row(), each.token()));
      }
    }
    ending.sort(Comparator.comparingDouble(Beam::score).reversed());
    ended = ending.subList(0, Math.min(ending.size(), options.beams()));
    running = going;
    full = ended.size() == options.beams();
    if (full && !going.isEmpty()) {
      double best = going.get(0).score() / Math.pow(length, options.lengthPenalty());
      hopeful &= best > ended.get(ended.size() - 1).score();
    }
    boolean over = going.isEmpty() || !hopeful || (full && options.earlyStopping());
    if (over) {
      ended.get(0).tokens().forEach(listener::accept);
    }
    return over ? ImmutableList.of() : steps.build();
  }

  private ImmutableIntArray written(Candidate candidate) {
    ImmutableIntArray before = running.get(candidate.row()).tokens();
    return ImmutableIntArray.builder(before.length() + 1)
        .addAll(before)
        .add(candidate.token())
        .build();
  }

  /** The best continuations of all beams, the best first. */
  private List<Candidate> candidates(float[][] logits) {
    PriorityQueue<Candidate> best = new PriorityQueue<>(BEST_FIRST.reversed());
    for (int row = 0; row < running.size(); row++) {
      Beam beam = running.get(row);
      double[] scores = Scores.penalised(
          Scores.logProbabilities(Scores.of(logits[row])),
          known(beam),
          options.repetitionPenalty());
      for (int token = 0; token < scores.length; token++) {
        double score = beam.score() + scores[token];
        if (best.size() < width || score > best.element().score()) {
          best.add(new Candidate(row, token, score));
          if (best.size() > width) {
            best.remove();
          }
        }
      }
    }
    List<Candidate> sorted = new ArrayList<>(best);
    sorted.sort(BEST_FIRST);
    return sorted;
  }

  private BitSet known(Beam beam) {
    BitSet known = new BitSet();
    prompt.forEach(known::set);
    beam.tokens().forEach(known::set);
    return known;
  }

  @Override
  public Generated result() {
    ImmutableIntArray tokens = ended.get(0).tokens();
    boolean stopped = options.stops().contains(tokens.get(tokens.length() - 1));
    return new Generated(tokens, stopped ? Generated.Ending.STOP : Generated.Ending.LENGTH);
  }
}
