package dev.retort.supernet.generate;

import com.google.common.collect.ImmutableSet;

/**
 * How a decoder writes on, in the terms of Hugging Face's {@code generate}, whose order they are
 * applied in: repetition penalty, temperature, top-k, top-p.
 *
 * @param maxTokens the most tokens that are written behind a prompt; at least 1
 * @param temperature what logits are divided by before a token is drawn; 0: the likeliest token is
 *     taken
 * @param topK draws among so many of the likeliest tokens and those as likely as the last; 0: all
 * @param topP draws among the fewest likeliest tokens that have this share of the probability;
 *     above 0, 1: all
 * @param repetitionPenalty divides positive logits of tokens that have been read or written and
 *     multiplies negative ones; above 0, 1: none
 * @param beams texts that are followed side by side; 1: no beam search. Beams do not draw.
 * @param lengthPenalty a beam's score is its log-probability over its length to this power: above 0
 *     favours long ones
 * @param earlyStopping whether the search ends as soon as there are as many ended texts as beams;
 *     else when no beam is likely to become better than these
 * @param seed what draws are a function of, with the prompt and the position
 * @param stops ids of tokens that end a text; may be empty
 */
public record GenerationOptions(
    int maxTokens,
    double temperature,
    int topK,
    double topP,
    double repetitionPenalty,
    int beams,
    double lengthPenalty,
    boolean earlyStopping,
    long seed,
    ImmutableSet<Integer> stops) {
  /** Checks each value and that beams do not draw. */
  public GenerationOptions {
    require(maxTokens >= 1, "max-tokens", maxTokens, "at least 1");
    require(
        temperature >= 0 && Double.isFinite(temperature), "temperature", temperature, "0 or more");
    require(topK >= 0, "top-k", topK, "0 or more");
    require(topP > 0 && topP <= 1, "top-p", topP, "above 0 and at most 1");
    require(
        repetitionPenalty > 0 && Double.isFinite(repetitionPenalty),
        "repetition-penalty",
        repetitionPenalty,
        "above 0");
    require(beams >= 1 && beams <= 1024, "beams", beams, "from 1 to 1024");
    require(Double.isFinite(lengthPenalty), "length-penalty", lengthPenalty, "finite");
    for (int stop : stops) {
      require(stop >= 0, "stops", stop, "ids of tokens");
    }
    if (beams > 1 && temperature > 0) {
      throw new IllegalArgumentException(
          "beams (" + beams + ") do not draw: temperature (" + temperature + ") must be 0");
    }
    if (temperature == 0 && (topK > 0 || topP < 1)) {
      throw new IllegalArgumentException("top-k (" + topK + ") and top-p (" + topP
          + ") say what is drawn from: temperature must be above 0");
    }
  }

  private static void require(boolean right, String name, Object value, String allowed) {
    if (!right) {
      throw new IllegalArgumentException(name + " must be " + allowed + ", not (" + value + ")");
    }
  }

  /** The likeliest token each time, without stops. */
  public static GenerationOptions greedy(int maxTokens) {
    return new GenerationOptions(maxTokens, 0, 0, 1, 1, 1, 1, false, 0, ImmutableSet.of());
  }

  /** The same, but tokens are drawn. */
  public GenerationOptions drawing(double temperature, int topK, double topP, long seed) {
    return new GenerationOptions(
        maxTokens,
        temperature,
        topK,
        topP,
        repetitionPenalty,
        beams,
        lengthPenalty,
        earlyStopping,
        seed,
        stops);
  }

  /** The same with tokens that end a text. */
  public GenerationOptions withStops(Iterable<Integer> ids) {
    return new GenerationOptions(
        maxTokens,
        temperature,
        topK,
        topP,
        repetitionPenalty,
        beams,
        lengthPenalty,
        earlyStopping,
        seed,
        ImmutableSet.copyOf(ids));
  }
}
