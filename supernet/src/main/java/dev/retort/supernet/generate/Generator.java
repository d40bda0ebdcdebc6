package dev.retort.supernet.generate;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.google.common.collect.ImmutableList;
import com.google.common.primitives.ImmutableIntArray;
import dev.retort.data.TextBatch;
import dev.retort.space.text.DecoderFamily;
import dev.retort.supernet.KeyValueCache;
import dev.retort.supernet.Network;
import dev.retort.supernet.Request;
import dev.retort.supernet.Weights;
import dev.retort.supernet.generate.Continuation.Step;
import dev.retort.supernet.kernel.Autograd;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;

/**
 * A decoder that writes on from prompts, several at a time, with a cache of keys and values. What
 * is written behind a prompt does not depend on the other prompts: shorter ones are padded on the
 * left and the padding masked, and draws are a function of the prompt itself.
 *
 * <p>B rows of a batch, S tokens of the longest prompt, V words.
 */
public final class Generator {
  private static final int MOST_ROWS = 32;

  private final Network network;
  private final Weights weights;
  private final int positions;

  /**
   * A writer.
   *
   * @param network a decoder
   * @param weights its weights; they stay the caller's
   * @throws IllegalArgumentException when the network is no decoder
   */
  public Generator(Network network, Weights weights) {
    DecoderFamily.of(network.architecture());
    this.network = network;
    this.weights = weights;
    this.positions = network.architecture().integer("positions");
  }

  /**
   * Writes on from prompts. A text ends at the latest where the network has no more positions.
   *
   * @param prompts token ids; at least one each, and no more than the network has positions
   * @param options how
   * @param listener hears of tokens on the way; of several prompts mixed
   * @return what was written, in the order of the prompts
   * @throws IllegalArgumentException when a prompt is empty, too long, or has an id of no word
   */
  public ImmutableList<Generated> generate(
      List<int[]> prompts, GenerationOptions options, GenerationListener listener) {
    List<Prompt> all = new ArrayList<>();
    Map<ImmutableIntArray, Integer> seen = new HashMap<>();
    for (int[] each : prompts) {
      check(each);
      ImmutableIntArray ids = ImmutableIntArray.copyOf(each);
      all.add(new Prompt(ids, seen.merge(ids, 1, Integer::sum) - 1));
    }
    ImmutableList.Builder<Generated> written = ImmutableList.builder();
    int together = Math.max(1, MOST_ROWS / options.beams());
    for (int from = 0; from < all.size(); from += together) {
      int to = Math.min(all.size(), from + together);
      List<Continuation> texts = new ArrayList<>();
      for (int i = from; i < to; i++) {
        texts.add(text(all.get(i), options, i, listener));
      }
      write(all.subList(from, to), texts);
      texts.forEach(each -> written.add(each.result()));
    }
    return written.build();
  }

  private void check(int[] prompt) {
    int words = network.architecture().integer("vocabulary");
    if (prompt.length == 0 || prompt.length > positions) {
      throw new IllegalArgumentException(
          "A prompt needs from 1 to " + positions + " tokens, not (" + prompt.length + ")");
    }
    for (int id : prompt) {
      if (id < 0 || id >= words) {
        throw new IllegalArgumentException(
            "A prompt needs ids from 0 to " + (words - 1) + ", not (" + id + ")");
      }
    }
  }

  private Continuation text(
      Prompt prompt, GenerationOptions options, int index, GenerationListener listener) {
    // The last token that is written is not read any more.
    int most = Math.min(options.maxTokens(), positions - prompt.ids().length() + 1);
    IntConsumer heard = token -> listener.wrote(index, token);
    return options.beams() == 1
        ? new DrawnText(options, most, prompt, heard)
        : new BeamSearch(options, most, prompt, heard);
  }

  private void write(List<Prompt> prompts, List<Continuation> texts) {
    try (Autograd off = Autograd.off();
        NDManager manager =
            weights.tensors().values().iterator().next().getManager().newSubManager();
        KeyValueCache cache = new KeyValueCache(manager)) {
      float[][] logits = read(prompts, cache, manager);
      List<Integer> owners = IntStream.range(0, prompts.size()).boxed().toList();
      while (true) {
        List<Integer> rows = new ArrayList<>();
        List<Integer> tokens = new ArrayList<>();
        List<Integer> next = new ArrayList<>();
        for (int first = 0, end; first < owners.size(); first = end) {
          int owner = owners.get(first);
          end = owners.lastIndexOf(owner) + 1;
          for (Step step : texts.get(owner).next(Arrays.copyOfRange(logits, first, end))) {
            rows.add(first + step.row());
            tokens.add(step.token());
            next.add(owner);
          }
        }
        if (rows.isEmpty()) {
          return;
        }
        if (!rows.equals(IntStream.range(0, owners.size()).boxed().toList())) {
          cache.select(rows.stream().mapToInt(each -> each).toArray());
        }
        owners = next;
        logits = read(tokens, cache, manager);
      }
    }
  }

  /** Reads whole prompts; gives the logits behind each. */
  private float[][] read(List<Prompt> prompts, KeyValueCache cache, NDManager manager) {
    int longest = prompts.stream().mapToInt(each -> each.ids().length()).max().orElseThrow();
    long[] ids = new long[prompts.size() * longest];
    float[] mask = new float[ids.length];
    long[] last = new long[prompts.size()];
    for (int row = 0; row < prompts.size(); row++) {
      ImmutableIntArray prompt = prompts.get(row).ids();
      int start = row * longest + longest - prompt.length();
      for (int i = 0; i < prompt.length(); i++) {
        ids[start + i] = prompt.get(i);
        mask[start + i] = 1;
      }
      last[row] = (row + 1L) * longest - 1;
    }
    return read(ids, mask, last, cache, manager);
  }

  /** Reads one token of each row; gives the logits behind it. */
  private float[][] read(Iterable<Integer> tokens, KeyValueCache cache, NDManager manager) {
    int rows = cache.rows();
    long[] ids = new long[rows];
    float[] mask = new float[rows];
    int row = 0;
    for (int token : tokens) {
      ids[row++] = token;
    }
    Arrays.fill(mask, 1);
    return read(ids, mask, IntStream.range(0, rows).asLongStream().toArray(), cache, manager);
  }

  private float[][] read(
      long[] ids, float[] mask, long[] last, KeyValueCache cache, NDManager manager) {
    int rows = last.length;
    Shape shape = new Shape(rows, ids.length / rows);
    try (NDManager step = manager.newSubManager()) {
      TextBatch batch = new TextBatch(
          step.create(ids, shape),
          step.zeros(shape, DataType.INT64),
          step.create(mask, shape),
          step.zeros(new Shape(rows), DataType.INT64),
          step.create(last),
          IntStream.range(0, rows).toArray());
      NDArray logits = network.forward(weights, batch, cache, Request.LOGITS).requireLogits();
      float[] all = logits.toFloatArray();
      int words = all.length / rows;
      float[][] split = new float[rows][];
      for (int row = 0; row < rows; row++) {
        split[row] = Arrays.copyOfRange(all, row * words, (row + 1) * words);
      }
      return split;
    }
  }
}
