package dev.retort.data;

import com.google.common.collect.ImmutableList;
import dev.retort.space.UserException;
import java.util.Arrays;
import java.util.List;

/**
 * Texts for a network that tags each word: the first piece of a word has its tag for a label, its
 * other pieces and the special tokens have none, as in BERT (Devlin et al., NAACL 2019).
 *
 * <p>Words are encoded as if spaces stood between them. A word without a piece, one of control
 * characters alone, has no label. Immutable, so safe for use by several threads.
 */
public final class TokenLabels implements LabeledTokens {
  private static final int CHUNK = 1 << 12;

  private final ImmutableList<String> classes;
  private final int[] tokens;
  private final int[] labels;
  private final int[] starts;
  private final int pad;

  private TokenLabels(ImmutableList<String> classes, TokenPool ids, TokenPool labels, int pad) {
    this.classes = classes;
    this.tokens = ids.tokens();
    this.starts = ids.starts();
    this.labels = labels.tokens();
    this.pad = pad;
  }

  /**
   * Encodes texts.
   *
   * @param classes the names of the tags in the order of the logits
   * @param maxLength the most tokens, special ones included; the words behind have no label. Texts
   *     without any label are left out
   * @throws UserException if a tag is none of the classes, or no text has a label
   */
  public static TokenLabels of(
      Tokenizer tokenizer, List<TaggedText> texts, ImmutableList<String> classes, int maxLength) {
    TokenPool ids = new TokenPool();
    TokenPool labels = new TokenPool();
    int[] before = tokenizer.before();
    int[] behind = tokenizer.behind();
    int room = maxLength - before.length - behind.length;
    if (room < 1) {
      throw new IllegalArgumentException(
          "maxLength (" + maxLength + ") leaves no room for words beside special tokens");
    }
    for (int from = 0; from < texts.size(); from += CHUNK) {
      List<TaggedText> chunk = texts.subList(from, Math.min(from + CHUNK, texts.size()));
      List<int[]> words =
          tokenizer.words(chunk.stream().flatMap(each -> each.words().stream()).toList());
      int at = 0;
      for (TaggedText text : chunk) {
        List<int[]> own = words.subList(at, at += text.words().size());
        add(ids, labels, before, behind, room, own, classes(text, classes));
      }
    }
    TokenLabels all = new TokenLabels(classes, ids, labels, tokenizer.pad());
    if (all.size() == 0) {
      throw new UserException(
          UserException.Kind.INPUT,
          "None of " + texts.size() + " texts has a word with a piece and a tag. Check the file.");
    }
    return all;
  }

  private static int[] classes(TaggedText text, ImmutableList<String> classes) {
    return text.tags().stream()
        .mapToInt(tag -> {
          int label = classes.indexOf(tag);
          if (label < 0) {
            throw new UserException(
                UserException.Kind.INPUT,
                "The tag '" + tag + "' in '" + String.join(" ", text.words())
                    + "' is none of the labels " + classes
                    + ". Correct it, or name it as a label.");
          }
          return label;
        })
        .toArray();
  }

  private static void add(
      TokenPool ids,
      TokenPool labels,
      int[] before,
      int[] behind,
      int room,
      List<int[]> words,
      int[] classes) {
    int pieces = Math.min(room, words.stream().mapToInt(each -> each.length).sum());
    int[] row = new int[before.length + pieces + behind.length];
    int[] own = new int[row.length];
    Arrays.fill(own, IGNORED);
    System.arraycopy(before, 0, row, 0, before.length);
    int at = before.length;
    int end = before.length + pieces;
    for (int word = 0; word < words.size() && at < end; word++) {
      int[] each = words.get(word);
      if (each.length > 0) {
        own[at] = classes[word];
      }
      int count = Math.min(each.length, end - at);
      System.arraycopy(each, 0, row, at, count);
      at += count;
    }
    System.arraycopy(behind, 0, row, end, behind.length);
    if (pieces > 0) {
      ids.add(row);
      labels.add(own);
    }
  }

  /** The names of the tags in the order of the logits. */
  public ImmutableList<String> classes() {
    return classes;
  }

  @Override
  public int size() {
    return starts.length - 1;
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
    return labels[starts[index] + position];
  }
}
