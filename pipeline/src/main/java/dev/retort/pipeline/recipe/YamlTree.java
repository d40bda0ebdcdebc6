package dev.retort.pipeline.recipe;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.Locale;
import java.util.regex.Pattern;

/** A YAML document as values that know where they stand. Immutable. */
public sealed interface YamlTree {
  /** Where the value begins. */
  Position position();

  /** What it is, for a message: {@code abc}, {@code a list}, {@code a mapping}. */
  String words();

  /**
   * A scalar.
   *
   * @param text its text after unquoting
   * @param plain whether it stood without quotes, so that it may be a number, a truth value or null
   * @param position where it begins
   */
  record Scalar(String text, boolean plain, Position position) implements YamlTree {
    private static final Pattern NULL = Pattern.compile("|~|null|Null|NULL");

    /** Whether it is YAML's null: nothing, {@code ~} or {@code null}. */
    public boolean isNull() {
      return plain && NULL.matcher(text).matches();
    }

    @Override
    public String words() {
      return isNull() ? "nothing" : plain ? shown(text) : '"' + shown(text) + '"';
    }
  }

  /**
   * A list.
   *
   * @param items its items
   * @param position where it begins
   */
  record Sequence(ImmutableList<YamlTree> items, Position position) implements YamlTree {
    @Override
    public String words() {
      return "a list";
    }
  }

  /**
   * A mapping.
   *
   * @param entries its entries by key, in their order
   * @param position where it begins
   */
  record Mapping(ImmutableMap<String, Entry> entries, Position position) implements YamlTree {
    @Override
    public String words() {
      return "a mapping";
    }
  }

  /**
   * One entry of a mapping.
   *
   * @param keyPosition where the key stands
   * @param value the value
   */
  record Entry(Position keyPosition, YamlTree value) {}

  /** A text fit for one line of a message: short, without control characters. */
  static String shown(String text) {
    StringBuilder builder = new StringBuilder();
    text.codePoints().limit(60).forEach(point -> {
      if (Character.isISOControl(point) || !Character.isDefined(point)) {
        builder.append(String.format(Locale.ROOT, "\\u%04x", point));
      } else {
        builder.appendCodePoint(point);
      }
    });
    return text.codePointCount(0, text.length()) > 60 ? builder + "…" : builder.toString();
  }
}
