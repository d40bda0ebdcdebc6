package dev.retort.data;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import dev.retort.space.UserException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.Reference;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Hugging Face's native tokenizer, loaded from the jar of DJL: no network, no telemetry.
 *
 * <p>Ids are taken from the native library directly: DJL's own {@code batchEncode} also fetches
 * strings and character spans of every piece, which costs several times the tokenizing.
 */
final class NativeTokenizer {
  private static final Map<String, String> OPTIONS =
      Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");

  private final HuggingFaceTokenizer tokenizer;

  private NativeTokenizer(HuggingFaceTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /** Loads a tokenizer from the text of {@code tokenizer.json}. */
  static NativeTokenizer load(String tokenizerJson) {
    // On a machine with a GPU, DJL would download a CUDA build, which tokenizing has no use for;
    // and it reports its use home unless told not to.
    preset("RUST_FLAVOR", "cpu");
    preset("OPT_OUT_TRACKING", "true");
    byte[] bytes = tokenizerJson.getBytes(StandardCharsets.UTF_8);
    try {
      return new NativeTokenizer(
          HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(bytes), OPTIONS));
    } catch (IOException e) {
      throw new UncheckedIOException("a stream in memory failed", e);
    }
  }

  /**
   * Loads the tokenizer of a file.
   *
   * @param file what the text is from, for messages
   * @throws UserException if the library cannot use it
   */
  static NativeTokenizer load(Path file, String tokenizerJson) {
    try {
      return load(tokenizerJson);
    } catch (RuntimeException e) {
      // The library's own mistakes come as plain RuntimeExceptions.
      throw new UserException(
          UserException.Kind.INPUT,
          file + ": the tokenizers library cannot use this tokenizer (" + e.getMessage()
              + "). Check that the file is whole, or write it again with a newer transformers.",
          e);
    }
  }

  /** The ids of the pieces of each text, without special tokens. */
  int[][] ids(List<String> texts) {
    String[] safe = texts.stream().map(NativeTokenizer::wellFormed).toArray(String[]::new);
    int[][] all = new int[safe.length][];
    try {
      long[] encodings =
          TokenizersLibrary.LIB.batchEncode(tokenizer.getHandle(), safe, /* special= */ false);
      for (int i = 0; i < encodings.length; i++) {
        all[i] = narrow(TokenizersLibrary.LIB.getTokenIds(encodings[i]));
        TokenizersLibrary.LIB.deleteEncoding(encodings[i]);
      }
    } finally {
      // The tokenizer frees its memory when it is collected, which must not be while it works.
      Reference.reachabilityFence(tokenizer);
    }
    return all;
  }

  /** The text of ids. */
  String decode(int[] ids, boolean skipSpecial) {
    long[] wide = new long[ids.length];
    for (int i = 0; i < wide.length; i++) {
      wide[i] = ids[i];
    }
    try {
      return TokenizersLibrary.LIB.decode(tokenizer.getHandle(), wide, skipSpecial);
    } finally {
      Reference.reachabilityFence(tokenizer);
    }
  }

  private static int[] narrow(long[] wide) {
    int[] narrow = new int[wide.length];
    for (int i = 0; i < narrow.length; i++) {
      narrow[i] = Math.toIntExact(wide[i]);
    }
    return narrow;
  }

  /**
   * The text with U+FFFD for surrogates that stand alone: they have no UTF-8 form, and native code
   * would not take them.
   */
  static String wellFormed(String text) {
    StringBuilder fixed = null;
    for (int i = 0; i < text.length(); i++) {
      char each = text.charAt(i);
      if (!Character.isSurrogate(each)) {
        continue;
      }
      boolean pair = Character.isHighSurrogate(each)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1));
      if (pair) {
        i++;
      } else {
        fixed = fixed == null ? new StringBuilder(text) : fixed;
        fixed.setCharAt(i, '\uFFFD');
      }
    }
    return fixed == null ? text : fixed.toString();
  }

  private static void preset(String property, String value) {
    if (System.getenv(property) == null && System.getProperty(property) == null) {
      System.setProperty(property, value);
    }
  }
}
