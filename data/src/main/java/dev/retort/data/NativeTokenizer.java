package dev.retort.data;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Loads Hugging Face's native tokenizer from the jar of DJL: no network, no telemetry. */
final class NativeTokenizer {
  private static final Map<String, String> OPTIONS =
      Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false");

  private NativeTokenizer() {}

  /** Loads a tokenizer from the text of {@code tokenizer.json}. */
  static HuggingFaceTokenizer load(String tokenizerJson) {
    // On a machine with a GPU, DJL would download a CUDA build, which tokenizing has no use for;
    // and it reports its use home unless told not to.
    preset("RUST_FLAVOR", "cpu");
    preset("OPT_OUT_TRACKING", "true");
    byte[] bytes = tokenizerJson.getBytes(StandardCharsets.UTF_8);
    try {
      return HuggingFaceTokenizer.newInstance(new ByteArrayInputStream(bytes), OPTIONS);
    } catch (IOException e) {
      throw new UncheckedIOException("a stream in memory failed", e);
    }
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
