package dev.retort.pipeline.report;

import com.google.errorprone.annotations.CanIgnoreReturnValue;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Writes HTML that is well-formed XML too: every element is closed, every text and attribute value
 * escaped. Not safe for use by several threads.
 */
final class HtmlWriter {
  private final StringBuilder out = new StringBuilder(1 << 16);
  private final Deque<String> open = new ArrayDeque<>();

  /** Opens an element; the attributes are names and values by turns. */
  @CanIgnoreReturnValue
  HtmlWriter open(String tag, String... attributes) {
    start(tag, attributes);
    out.append('>');
    open.push(tag);
    return this;
  }

  /** Closes the innermost open element, which must be the given one. */
  @CanIgnoreReturnValue
  HtmlWriter close(String tag) {
    String innermost = open.isEmpty() ? "nothing" : open.pop();
    if (!innermost.equals(tag)) {
      throw new IllegalStateException("Closing (" + tag + ") but open is (" + innermost + ")");
    }
    out.append("</").append(tag).append('>');
    return this;
  }

  /** An element that holds nothing. */
  @CanIgnoreReturnValue
  HtmlWriter empty(String tag, String... attributes) {
    start(tag, attributes);
    out.append("/>");
    return this;
  }

  /** An element that holds only text. */
  @CanIgnoreReturnValue
  HtmlWriter element(String tag, String text, String... attributes) {
    return open(tag, attributes).text(text).close(tag);
  }

  /** An architecture or path as code that may break after its commas and slashes. */
  @CanIgnoreReturnValue
  HtmlWriter code(String text) {
    open("code");
    int from = 0;
    for (int i = 0; i < text.length(); i++) {
      if (",/".indexOf(text.charAt(i)) >= 0 && i + 1 < text.length()) {
        text(text.substring(from, i + 1)).empty("wbr");
        from = i + 1;
      }
    }
    return text(text.substring(from)).close("code");
  }

  /** Text, escaped. */
  @CanIgnoreReturnValue
  HtmlWriter text(String text) {
    escape(text);
    return this;
  }

  /** A line break in the source, for those who read it. */
  @CanIgnoreReturnValue
  HtmlWriter line() {
    out.append('\n');
    return this;
  }

  /** Our own style or script, which must need no escaping so that HTML and XML read it alike. */
  @CanIgnoreReturnValue
  HtmlWriter verbatim(String source) {
    if (source.indexOf('<') >= 0 || source.indexOf('&') >= 0 || source.contains("]]>")) {
      throw new IllegalArgumentException("Style and script must hold neither < nor & nor ]]>");
    }
    out.append(source);
    return this;
  }

  /** All that was written; every element must be closed. */
  String finish() {
    if (!open.isEmpty()) {
      throw new IllegalStateException("Not closed (" + open.peek() + ")");
    }
    return out.toString();
  }

  private void start(String tag, String... attributes) {
    if (attributes.length % 2 != 0) {
      throw new IllegalArgumentException("Attributes of (" + tag + ") must be names and values");
    }
    out.append('<').append(tag);
    for (int i = 0; i < attributes.length; i += 2) {
      out.append(' ').append(attributes[i]).append("=\"");
      escape(attributes[i + 1]);
      out.append('"');
    }
  }

  private void escape(String text) {
    text.codePoints().forEach(this::escape);
  }

  private void escape(int character) {
    switch (character) {
      case '&' -> out.append("&amp;");
      case '<' -> out.append("&lt;");
      case '>' -> out.append("&gt;");
      case '"' -> out.append("&quot;");
      case '\'' -> out.append("&#39;");
      default -> out.appendCodePoint(isLegal(character) ? character : 0xFFFD);
    }
  }

  /** Whether XML 1.0 may hold it, and browsers show it: no control character, no half of a pair. */
  private static boolean isLegal(int character) {
    return character == '\t'
        || character == '\n'
        || (character >= 0x20
            && !(character >= 0x7F && character < 0xA0)
            && !(character >= 0xD800 && character < 0xE000)
            && (character & 0xFFFE) != 0xFFFE);
  }

  /**
   * A link target that stays below or beside the report: each part of the path percent-encoded, so
   * that no path can be read as a scheme. Empty for absolute paths, which no other machine has.
   */
  static String href(String path) {
    if (path.isBlank() || path.startsWith("/") || path.startsWith("\\")) {
      return "";
    }
    StringBuilder encoded = new StringBuilder();
    for (byte unit : path.getBytes(StandardCharsets.UTF_8)) {
      char character = (char) (unit & 0xFF);
      boolean plain = (character >= 'a' && character <= 'z')
          || (character >= 'A' && character <= 'Z')
          || (character >= '0' && character <= '9')
          || "-._~/=,".indexOf(character) >= 0;
      if (plain) {
        encoded.append(character);
      } else {
        encoded.append('%').append(HEX.charAt(character >> 4)).append(HEX.charAt(character & 15));
      }
    }
    return encoded.toString();
  }

  private static final String HEX = "0123456789ABCDEF";
}
