package dev.retort.supernet.format;

import java.util.Locale;

/** Text of a file inside a message: in quotes, cut to a line, without control characters. */
final class Quoted {
  private static final int LONGEST = 120;

  private Quoted() {}

  /** The text as a message shows it. */
  static String of(String text) {
    StringBuilder shown = new StringBuilder("\"");
    int codePoints = 0;
    for (int i = 0; i < text.length() && codePoints < LONGEST; codePoints++) {
      int c = text.codePointAt(i);
      i += Character.charCount(c);
      if (c == '"' || c == '\\') {
        shown.append('\\').appendCodePoint(c);
      } else if (printable(c)) {
        shown.appendCodePoint(c);
      } else {
        shown.append(String.format(Locale.ROOT, "\\u%04x", c));
      }
    }
    if (text.codePointCount(0, text.length()) > LONGEST) {
      shown.append("...");
    }
    return shown.append('"').toString();
  }

  private static boolean printable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.UNASSIGNED,
          Character.PRIVATE_USE,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR -> false;
      default -> true;
    };
  }

  /** Whether the text has half a surrogate pair, which no UTF-8 file can hold. */
  static boolean broken(String text) {
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < text.length()
          && Character.isLowSurrogate(text.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        return true;
      }
    }
    return false;
  }
}
