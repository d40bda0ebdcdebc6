package dev.retort.distill.evaluate;

import java.util.ArrayList;
import java.util.List;

/**
 * The entities that the tags of a text name, as conlleval (Tjong Kim Sang and Buchholz, CoNLL 2000)
 * and seqeval in its default mode read them: tags are {@code O}, or {@code B}, {@code I}, {@code E}
 * or {@code S}, a dash and a type. An {@code I} behind another type or behind {@code O} begins an
 * entity, so no tag is lost for a missing {@code B}.
 */
final class Entities {
  private static final String NO_TYPE = "_";

  private Entities() {}

  /**
   * An entity.
   *
   * @param type what it is
   * @param from its first word
   * @param to its last word
   */
  record Entity(String type, int from, int to) {}

  /** The entities of one text, in their order. */
  static List<Entity> of(List<String> tags) {
    List<Entity> entities = new ArrayList<>();
    char before = 'O';
    String typeBefore = "";
    int begin = 0;
    for (int i = 0; i <= tags.size(); i++) {
      String whole = i < tags.size() ? tags.get(i) : "O";
      char tag = whole.isEmpty() ? 'O' : whole.charAt(0);
      String type = type(whole);
      if (ends(before, tag, typeBefore, type)) {
        entities.add(new Entity(typeBefore, begin, i - 1));
      }
      if (begins(before, tag, typeBefore, type)) {
        begin = i;
      }
      before = tag;
      typeBefore = type;
    }
    return entities;
  }

  /** Whether tags are of this form, one of them naming an entity. */
  static boolean named(List<String> tags) {
    return tags.stream().allMatch(each -> each.equals("O") || each.matches("[BIES]-.+"))
        && tags.stream().anyMatch(each -> !each.equals("O"));
  }

  private static String type(String tag) {
    String type = tag.substring(tag.indexOf('-') + 1);
    return type.isEmpty() || tag.equals("O") ? NO_TYPE : type;
  }

  private static boolean inside(char tag) {
    return tag != 'O' && tag != '.';
  }

  private static boolean ends(char before, char tag, String typeBefore, String type) {
    if (before == 'E' || before == 'S') {
      return true;
    }
    boolean closed = tag == 'B' || tag == 'S' || tag == 'O';
    return ((before == 'B' || before == 'I') && closed)
        || (inside(before) && !typeBefore.equals(type));
  }

  private static boolean begins(char before, char tag, String typeBefore, String type) {
    if (tag == 'B' || tag == 'S') {
      return true;
    }
    boolean open = before == 'E' || before == 'S' || before == 'O';
    return (open && (tag == 'E' || tag == 'I')) || (inside(tag) && !typeBefore.equals(type));
  }
}
