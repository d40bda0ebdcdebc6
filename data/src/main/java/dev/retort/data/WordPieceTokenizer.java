package dev.retort.data;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * BERT's tokenizer: text to the ids of WordPiece pieces and special tokens.
 *
 * <p>Words are cut by Hugging Face's native tokenizer, so the ids are those of
 * {@code BertTokenizerFast}. Safe for use by several threads.
 */
public final class WordPieceTokenizer {
  /** Texts handed to the native tokenizer at once. */
  private static final int CHUNK = 1024;

  private final Vocabulary vocabulary;
  private final boolean lowerCase;
  private final ImmutableMap<String, Integer> ids;
  private final NativeTokenizer pieces;
  private final int cls;
  private final int sep;

  private WordPieceTokenizer(Vocabulary vocabulary, boolean lowerCase) {
    this.vocabulary = vocabulary;
    this.lowerCase = lowerCase;
    this.ids = vocabulary.ids();
    this.pieces = NativeTokenizer.load(TokenizerFiles.tokenizerJson(vocabulary, lowerCase));
    this.cls = id("[CLS]");
    this.sep = id("[SEP]");
  }

  /**
   * Reads a vocabulary.
   *
   * @param vocabTxt one piece a line, the id being the line number from 0
   * @param lowerCase whether text is lower-cased and its accents taken off, as in BERT "uncased"
   * @throws dev.retort.space.UserException if the file is missing, too large, not UTF-8, has an
   *     empty or doubled line, or lacks a special token
   */
  public static WordPieceTokenizer read(Path vocabTxt, boolean lowerCase) {
    return new WordPieceTokenizer(Vocabulary.read(vocabTxt), lowerCase);
  }

  /**
   * Reads the tokenizer of a Hugging Face folder: {@code vocab.txt}, or the vocabulary in
   * {@code tokenizer.json}; lower-casing as {@code tokenizer_config.json} or {@code tokenizer.json}
   * say, else on, which is Hugging Face's default for BERT.
   *
   * @throws dev.retort.space.UserException if the folder has no WordPiece tokenizer
   */
  public static WordPieceTokenizer open(Path folder) {
    TokenizerFiles.Found found = TokenizerFiles.read(folder);
    return new WordPieceTokenizer(found.vocabulary(), found.lowerCase());
  }

  /** Number of pieces, special tokens included. */
  public int size() {
    return vocabulary.pieces().size();
  }

  /** Whether text is lower-cased. */
  public boolean lowerCase() {
    return lowerCase;
  }

  /** The id of {@code [PAD]}. */
  public int pad() {
    return id("[PAD]");
  }

  /** The id of {@code [UNK]}. */
  public int unknown() {
    return id("[UNK]");
  }

  /** The id of {@code [CLS]}. */
  public int cls() {
    return cls;
  }

  /** The id of {@code [SEP]}. */
  public int sep() {
    return sep;
  }

  /** The id of {@code [MASK]}. */
  public int mask() {
    return id("[MASK]");
  }

  /** The ids of the five special tokens. */
  public ImmutableSet<Integer> special() {
    return Vocabulary.SPECIAL.stream().map(this::id).collect(ImmutableSet.toImmutableSet());
  }

  /** The piece of an id from 0 to {@link #size} - 1. */
  public String token(int id) {
    return vocabulary.pieces().get(id);
  }

  /** The pieces of a text without special tokens, not cut. */
  public ImmutableList<String> tokens(String text) {
    ImmutableList.Builder<String> tokens = ImmutableList.builder();
    for (int id : pieces.ids(List.of(text))[0]) {
      tokens.add(token(id));
    }
    return tokens.build();
  }

  /**
   * Encodes a text as {@code [CLS] text [SEP]}.
   *
   * @param maxLength the most tokens, special ones included, from 3; the rest is cut off
   * @param label class index, score, or NaN without a label
   */
  public Example encode(String text, int maxLength, float label) {
    return encode(text, null, maxLength, label);
  }

  /**
   * Encodes a text as above or a pair as {@code [CLS] first [SEP] second [SEP]}, types 0 and 1.
   *
   * @param maxLength the most tokens, special ones included, from 3, for pairs from 5; of a pair
   *     the longer text is cut first
   */
  public Example encode(String first, @Nullable String second, int maxLength, float label) {
    return encodeAll(List.of(new LabeledText(first, second, label)), maxLength).get(0);
  }

  /** Encodes many texts as {@link #encode} does one, much faster. */
  public List<Example> encodeAll(List<LabeledText> texts, int maxLength) {
    List<Example> examples = new ArrayList<>(texts.size());
    for (int from = 0; from < texts.size(); from += CHUNK) {
      encodeChunk(texts.subList(from, Math.min(from + CHUNK, texts.size())), maxLength, examples);
    }
    return examples;
  }

  /**
   * Writes {@code vocab.txt}, {@code tokenizer.json}, {@code tokenizer_config.json} and
   * {@code special_tokens_map.json}, from which Hugging Face's {@code BertTokenizerFast} loads.
   *
   * @param folder an existing folder
   */
  public void write(Path folder) {
    TokenizerFiles.write(folder, vocabulary, lowerCase, null);
  }

  /** As above, with the most tokens that the model takes. */
  public void write(Path folder, int modelMaxLength) {
    TokenizerFiles.write(folder, vocabulary, lowerCase, modelMaxLength);
  }

  /**
   * The files that {@link #write} writes, as texts by name.
   *
   * @param modelMaxLength the most tokens that the model takes
   */
  public ImmutableMap<String, String> files(int modelMaxLength) {
    return TokenizerFiles.texts(vocabulary, lowerCase, modelMaxLength);
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
      examples.add(assemble(first, second, maxLength, each.label()));
    }
  }

  private Example assemble(int[] first, int @Nullable [] second, int maxLength, float label) {
    int least = second == null ? 3 : 5;
    if (maxLength < least) {
      throw new IllegalArgumentException(
          "maxLength (" + maxLength + ") must be " + least + " or more");
    }
    int room = maxLength - (second == null ? 2 : 3);
    int firstLength = first.length;
    int secondLength = second == null ? 0 : second.length;
    if (second == null) {
      firstLength = Math.min(firstLength, room);
    } else if (firstLength + secondLength > room) {
      // As Hugging Face's "longest first": cut the longer to what the shorter leaves, else halve,
      // the odd token going to the one that was longer.
      int shorter = Math.min(firstLength, secondLength);
      int longer = Math.max(shorter, room - shorter);
      if (shorter + longer > room) {
        shorter = room / 2;
        longer = room - shorter;
      }
      boolean firstIsLonger = firstLength > secondLength;
      firstLength = firstIsLonger ? longer : shorter;
      secondLength = firstIsLonger ? shorter : longer;
    }
    return join(first, firstLength, second, secondLength, label);
  }

  private Example join(
      int[] first, int firstLength, int @Nullable [] second, int secondLength, float label) {
    int length = firstLength + 2 + (second == null ? 0 : secondLength + 1);
    int[] all = new int[length];
    int[] types = new int[length];
    all[0] = cls;
    System.arraycopy(first, 0, all, 1, firstLength);
    all[firstLength + 1] = sep;
    if (second != null) {
      System.arraycopy(second, 0, all, firstLength + 2, secondLength);
      all[length - 1] = sep;
      Arrays.fill(types, firstLength + 2, length, 1);
    }
    return new Example(all, types, label);
  }

  private int id(String token) {
    Integer id = ids.get(token);
    if (id == null) {
      throw new IllegalStateException("vocabulary without special token (" + token + ")");
    }
    return id;
  }
}
