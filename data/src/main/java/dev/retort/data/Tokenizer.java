package dev.retort.data;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.UserException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns text into token ids and back.
 *
 * <p>All cutting is done by Hugging Face's native tokenizer, so ids are those of their library. The
 * name of a special token within a text is that token, as it is there; half a surrogate pair, which
 * is no character, counts as U+FFFD. Safe for use by several threads.
 */
public abstract sealed class Tokenizer permits WordPieceTokenizer, JsonTokenizer {
  /** Texts handed to the native tokenizer at once. */
  private static final int CHUNK = 1024;

  private final NativeTokenizer pieces;
  private final Template template;
  private final SpecialTokens specials;

  /**
   * What both kinds have.
   *
   * @param pieces cuts text
   * @param template where special tokens stand
   * @param specials their ids
   */
  Tokenizer(NativeTokenizer pieces, Template template, SpecialTokens specials) {
    this.pieces = pieces;
    this.template = template;
    this.specials = specials;
  }

  /**
   * Reads the tokenizer of a model's folder: {@code tokenizer.json}; or {@code vocab.txt} (BERT's);
   * or {@code vocab.json} and {@code merges.txt} (GPT-2's, RoBERTa's), which may also be named
   * {@code encoder.json} and {@code vocab.bpe}; or {@code tokens.jsonl} or {@code tok*.bin}
   * (llama2.c's). The special tokens are those that {@code tokenizer_config.json} and
   * {@code special_tokens_map.json} name.
   *
   * @throws UserException if the folder has none of them, or one that is broken
   */
  public static Tokenizer read(Path folder) {
    return TokenizerFolder.read(folder);
  }

  /** Whether a folder has the files of a tokenizer that {@link #read} reads. */
  public static boolean standsIn(Path folder) {
    return TokenizerFolder.holdsTokenizer(folder);
  }

  /** Number of ids, special tokens included: the largest and one more. */
  public abstract int size();

  /** The piece of an id from 0 to {@link #size} - 1; empty where the vocabulary has a gap. */
  public abstract String token(int id);

  /** Whether text is lower-cased. */
  public abstract boolean lowerCase();

  /**
   * The files from which Hugging Face's library loads this tokenizer, as texts by name.
   *
   * @param modelMaxLength the most tokens that the model takes; null: not said
   */
  abstract ImmutableMap<String, String> files(@Nullable Integer modelMaxLength);

  /**
   * The files from which Hugging Face's library loads this tokenizer, as texts by name.
   *
   * @param modelMaxLength the most tokens that the model takes
   */
  public final ImmutableMap<String, String> files(int modelMaxLength) {
    return files(Integer.valueOf(modelMaxLength));
  }

  /**
   * Writes the files of {@link #files}, without saying how many tokens a model takes.
   *
   * @param folder an existing folder
   */
  public final void write(Path folder) {
    TokenizerFiles.write(folder, files(null));
  }

  /** As above, with the most tokens that the model takes. */
  public final void write(Path folder, int modelMaxLength) {
    TokenizerFiles.write(folder, files(modelMaxLength));
  }

  /** The special tokens. */
  public final SpecialTokens specials() {
    return specials;
  }

  /**
   * What rows are filled with: the padding token, else the end of text, else 0. What stands there
   * is never looked at.
   */
  public final int pad() {
    return specials.pad().orElse(specials.eos().orElse(0));
  }

  /** The pieces of a text without special tokens, not cut. */
  public final ImmutableList<String> tokens(String text) {
    ImmutableList.Builder<String> tokens = ImmutableList.builder();
    for (int id : ids(text)) {
      tokens.add(token(id));
    }
    return tokens.build();
  }

  /** The ids of a text without special tokens around it, not cut. */
  public final int[] ids(String text) {
    return pieces.ids(List.of(text))[0];
  }

  /** The ids of each text as {@link #ids(String)} gives them, much faster. */
  public final List<int[]> ids(List<String> texts) {
    List<int[]> all = new ArrayList<>(texts.size());
    for (int from = 0; from < texts.size(); from += CHUNK) {
      List<String> chunk = texts.subList(from, Math.min(from + CHUNK, texts.size()));
      all.addAll(Arrays.asList(pieces.ids(chunk)));
    }
    return all;
  }

  /**
   * The ids of each of the words of a text, as if spaces stood before them: byte-level pieces of a
   * word differ from those of its beginning a text.
   */
  public final List<int[]> words(List<String> words) {
    String before = wordPrefix();
    return before.isEmpty()
        ? ids(words)
        : ids(words.stream().map(word -> before + word).toList());
  }

  /** What is put before a word that is encoded alone. */
  abstract String wordPrefix();

  /** The special tokens that stand before a text; none for GPT-2. */
  public final int[] before() {
    return template.before();
  }

  /** The special tokens that stand behind a text; none for most decoders. */
  public final int[] behind() {
    return template.behind();
  }

  /** What a decoder continues: the special tokens that stand before a text, and its ids. */
  public final int[] prompt(String text) {
    int[] before = before();
    int[] ids = ids(text);
    int[] prompt = Arrays.copyOf(before, before.length + ids.length);
    System.arraycopy(ids, 0, prompt, before.length, ids.length);
    return prompt;
  }

  /**
   * Encodes a text with its special tokens, as {@code [CLS] text [SEP]} or {@code <s> text}.
   *
   * @param maxLength the most tokens, special ones included, from one more than these are; the rest
   *     is cut off the text's end
   * @param label class index, score, or NaN without a label
   */
  public final Example encode(String text, int maxLength, float label) {
    return encode(text, null, maxLength, label);
  }

  /**
   * Encodes a text as above or a pair, as {@code [CLS] first [SEP] second [SEP]}.
   *
   * @param maxLength as above, for pairs from two more than special tokens are; of a pair the
   *     longer text is cut first
   */
  public final Example encode(String first, @Nullable String second, int maxLength, float label) {
    return encodeAll(List.of(new LabeledText(first, second, label)), maxLength).get(0);
  }

  /** Encodes many texts as {@link #encode} does one, much faster. */
  public final List<Example> encodeAll(List<LabeledText> texts, int maxLength) {
    List<Example> examples = new ArrayList<>(texts.size());
    for (int from = 0; from < texts.size(); from += CHUNK) {
      encodeChunk(texts.subList(from, Math.min(from + CHUNK, texts.size())), maxLength, examples);
    }
    return examples;
  }

  private void encodeChunk(List<LabeledText> texts, int maxLength, List<Example> examples) {
    List<String> parts = new ArrayList<>();
    for (LabeledText each : texts) {
      parts.add(each.first());
      if (each.second() != null) {
        parts.add(each.second());
      }
    }
    int[][] encoded = pieces.ids(parts);
    int at = 0;
    for (LabeledText each : texts) {
      int[] first = encoded[at++];
      int[] second = each.second() == null ? null : encoded[at++];
      examples.add(template.example(first, second, maxLength, each.label()));
    }
  }

  /** The text of token ids, special tokens left out. */
  public final String decode(int... ids) {
    return pieces.decode(ids, /* skipSpecial= */ true);
  }

  /**
   * The text of token ids. What is not UTF-8 becomes U+FFFD; ids without a piece are left out.
   *
   * @param withSpecial whether special tokens are in it by their names
   */
  public final String decode(int[] ids, boolean withSpecial) {
    return pieces.decode(ids, !withSpecial);
  }
}
