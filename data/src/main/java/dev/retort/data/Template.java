package dev.retort.data;

import com.google.common.collect.ImmutableList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where special tokens stand around a text or a pair, and the token types of each part.
 *
 * @param single the parts of a text
 * @param pair the parts of a pair
 */
record Template(ImmutableList<Part> single, ImmutableList<Part> pair) {
  /** What a part is. */
  enum Kind {
    /** A special token. */
    SPECIAL,
    /** The text, or the first of a pair. */
    FIRST,
    /** The second of a pair. */
    SECOND
  }

  /**
   * A part.
   *
   * @param kind what it is
   * @param id the id of a special token
   * @param type the token type of all of it
   */
  record Part(Kind kind, int id, int type) {
    static Part special(int id, int type) {
      return new Part(Kind.SPECIAL, id, type);
    }

    static Part first(int type) {
      return new Part(Kind.FIRST, -1, type);
    }

    static Part second(int type) {
      return new Part(Kind.SECOND, -1, type);
    }
  }

  /** BERT's: {@code [CLS] A [SEP]}, {@code [CLS] A [SEP] B [SEP]}, the second with type 1. */
  static Template bert(int cls, int sep) {
    return new Template(
        ImmutableList.of(Part.special(cls, 0), Part.first(0), Part.special(sep, 0)),
        ImmutableList.of(
            Part.special(cls, 0),
            Part.first(0),
            Part.special(sep, 0),
            Part.second(1),
            Part.special(sep, 1)));
  }

  /** RoBERTa's: {@code <s> A </s>}, {@code <s> A </s></s> B </s>}, all of type 0. */
  static Template roberta(int cls, int sep) {
    return new Template(
        ImmutableList.of(Part.special(cls, 0), Part.first(0), Part.special(sep, 0)),
        ImmutableList.of(
            Part.special(cls, 0),
            Part.first(0),
            Part.special(sep, 0),
            Part.special(sep, 0),
            Part.second(0),
            Part.special(sep, 0)));
  }

  /** No special tokens. */
  static Template plain() {
    return new Template(
        ImmutableList.of(Part.first(0)), ImmutableList.of(Part.first(0), Part.second(1)));
  }

  /** The ids of the special tokens before a text. */
  int[] before() {
    return single.stream()
        .takeWhile(part -> part.kind() == Kind.SPECIAL)
        .mapToInt(Part::id)
        .toArray();
  }

  /** The ids of the special tokens behind a text. */
  int[] behind() {
    return single.stream()
        .dropWhile(part -> part.kind() == Kind.SPECIAL)
        .filter(part -> part.kind() == Kind.SPECIAL)
        .mapToInt(Part::id)
        .toArray();
  }

  /**
   * Puts pieces together, the special tokens around them.
   *
   * @param maxLength the most tokens; of a pair the longer text is cut first
   */
  Example example(int[] first, int @Nullable [] second, int maxLength, float label) {
    List<Part> parts = second == null ? single : pair;
    int special =
        (int) parts.stream().filter(part -> part.kind() == Kind.SPECIAL).count();
    int least = special + (second == null ? 1 : 2);
    if (maxLength < least) {
      throw new IllegalArgumentException(
          "maxLength (" + maxLength + ") must be " + least + " or more");
    }
    int room = maxLength - special;
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
    int[] ids = new int[special + firstLength + secondLength];
    int[] types = new int[ids.length];
    int at = 0;
    for (Part part : parts) {
      int from = at;
      switch (part.kind()) {
        case SPECIAL -> ids[at++] = part.id();
        case FIRST -> {
          System.arraycopy(first, 0, ids, at, firstLength);
          at += firstLength;
        }
        case SECOND -> {
          if (second != null) {
            System.arraycopy(second, 0, ids, at, secondLength);
            at += secondLength;
          }
        }
      }
      Arrays.fill(types, from, at, part.type());
    }
    return new Example(ids, types, label);
  }
}
