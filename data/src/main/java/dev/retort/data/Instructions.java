package dev.retort.data;

import com.google.common.collect.ImmutableList;
import dev.retort.space.UserException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Instructions for a language model, prompt and answer one behind the other: the labels are the
 * tokens of the answer and the end of text behind it, the prompt has none.
 *
 * <p>Both are encoded apart, so that a network is asked just what it will be asked when it
 * generates. Immutable, so safe for use by several threads.
 */
public final class Instructions implements LabeledTokens {
  private static final int CHUNK = 1 << 12;

  private final ImmutableList<Instruction> kept;
  private final int[] tokens;
  private final int[] starts;
  private final int[] prompts;
  private final int leftOut;
  private final int pad;

  private Instructions(
      List<Instruction> kept, TokenPool pool, List<Integer> prompts, int leftOut, int pad) {
    this.kept = ImmutableList.copyOf(kept);
    this.tokens = pool.tokens();
    this.starts = pool.starts();
    this.prompts = prompts.stream().mapToInt(each -> each).toArray();
    this.leftOut = leftOut;
    this.pad = pad;
  }

  /**
   * Encodes instructions.
   *
   * @param maxLength the most tokens of prompt and answer; what is more is cut off the answer, and
   *     an instruction of which no answer would be left is left out
   * @throws UserException if all are left out
   */
  public static Instructions of(
      Tokenizer tokenizer, List<Instruction> instructions, int maxLength) {
    TokenPool pool = new TokenPool();
    List<Instruction> kept = new ArrayList<>();
    List<Integer> prompts = new ArrayList<>();
    int[] before = tokenizer.before();
    int[] end = tokenizer.specials().eos().stream().toArray();
    for (int from = 0; from < instructions.size(); from += CHUNK) {
      List<Instruction> chunk =
          instructions.subList(from, Math.min(from + CHUNK, instructions.size()));
      List<int[]> asked = tokenizer.ids(chunk.stream().map(Instruction::prompt).toList());
      List<int[]> answers =
          tokenizer.ids(chunk.stream().map(Instruction::response).toList());
      for (int i = 0; i < chunk.size(); i++) {
        int prompt = before.length + asked.get(i).length;
        int[] all = joined(before, asked.get(i), answers.get(i), end);
        if (Math.min(all.length, maxLength) > Math.max(1, prompt)) {
          pool.add(all.length > maxLength ? Arrays.copyOf(all, maxLength) : all);
          kept.add(chunk.get(i));
          prompts.add(prompt);
        }
      }
    }
    if (kept.isEmpty()) {
      throw new UserException(
          UserException.Kind.INPUT,
          "None of " + instructions.size() + " instructions leaves room for an answer within "
              + maxLength + " tokens. Allow more tokens or give shorter instructions.");
    }
    return new Instructions(
        kept, pool, prompts, instructions.size() - kept.size(), tokenizer.pad());
  }

  private static int[] joined(int[]... parts) {
    return Arrays.stream(parts).flatMapToInt(Arrays::stream).toArray();
  }

  /** How many instructions were left out, since they had no room for an answer. */
  public int leftOut() {
    return leftOut;
  }

  /** The texts of an example. */
  public Instruction instruction(int index) {
    return kept.get(index);
  }

  /** The tokens of an example's prompt: what a network continues. */
  public int[] prompt(int index) {
    return Arrays.copyOfRange(tokens, starts[index], starts[index] + prompts[index]);
  }

  @Override
  public int size() {
    return kept.size();
  }

  @Override
  public Example get(int index) {
    int[] ids = Arrays.copyOfRange(tokens, starts[index], starts[index + 1]);
    return new Example(ids, new int[ids.length], Float.NaN);
  }

  @Override
  public int length(int index) {
    return starts[index + 1] - starts[index];
  }

  @Override
  public int pad() {
    return pad;
  }

  @Override
  public int tokenLabel(int index, int position) {
    int next = position + 1;
    return next < prompts[index] || next >= length(index) ? IGNORED : tokens[starts[index] + next];
  }
}
