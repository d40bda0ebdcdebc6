package dev.retort.data;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * BERT's tokenizer: text to the ids of WordPiece pieces and special tokens.
 *
 * <p>The ids are those of {@code BertTokenizerFast}, and a text is {@code [CLS] text [SEP]}, a pair
 * {@code [CLS] first [SEP] second [SEP]} with types 0 and 1.
 */
public final class WordPieceTokenizer extends Tokenizer {
  private final Vocabulary vocabulary;
  private final boolean lowerCase;
  private final ImmutableMap<String, Integer> ids;

  private WordPieceTokenizer(
      Vocabulary vocabulary, boolean lowerCase, ImmutableMap<String, Integer> ids) {
    super(
        NativeTokenizer.load(TokenizerFiles.tokenizerJson(vocabulary, lowerCase)),
        Template.bert(id(ids, "[CLS]"), id(ids, "[SEP]")),
        specials(ids));
    this.vocabulary = vocabulary;
    this.lowerCase = lowerCase;
    this.ids = ids;
  }

  private static WordPieceTokenizer of(Vocabulary vocabulary, boolean lowerCase) {
    return new WordPieceTokenizer(vocabulary, lowerCase, vocabulary.ids());
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
    return of(Vocabulary.read(vocabTxt), lowerCase);
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
    return of(found.vocabulary(), found.lowerCase());
  }

  @Override
  public int size() {
    return vocabulary.pieces().size();
  }

  @Override
  public boolean lowerCase() {
    return lowerCase;
  }

  /** The id of {@code [UNK]}. */
  public int unknown() {
    return id(ids, "[UNK]");
  }

  /** The id of {@code [CLS]}. */
  public int cls() {
    return id(ids, "[CLS]");
  }

  /** The id of {@code [SEP]}. */
  public int sep() {
    return id(ids, "[SEP]");
  }

  /** The id of {@code [MASK]}. */
  public int mask() {
    return id(ids, "[MASK]");
  }

  @Override
  public String token(int id) {
    return vocabulary.pieces().get(id);
  }

  @Override
  ImmutableMap<String, String> files(@Nullable Integer modelMaxLength) {
    return TokenizerFiles.texts(vocabulary, lowerCase, modelMaxLength);
  }

  @Override
  String wordPrefix() {
    return "";
  }

  private static SpecialTokens specials(Map<String, Integer> ids) {
    return new SpecialTokens(
        OptionalInt.empty(),
        OptionalInt.empty(),
        OptionalInt.of(id(ids, "[UNK]")),
        OptionalInt.of(id(ids, "[SEP]")),
        OptionalInt.of(id(ids, "[PAD]")),
        OptionalInt.of(id(ids, "[CLS]")),
        OptionalInt.of(id(ids, "[MASK]")),
        Vocabulary.SPECIAL.stream()
            .map(token -> id(ids, token))
            .collect(ImmutableSet.toImmutableSet()));
  }

  private static int id(Map<String, Integer> ids, String token) {
    Integer id = ids.get(token);
    if (id == null) {
      throw new IllegalStateException("vocabulary without special token (" + token + ")");
    }
    return id;
  }
}
