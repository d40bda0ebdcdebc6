package dev.retort.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.google.common.base.CharMatcher;
import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * The words of a text, and a tag for each of them, as in named entities or parts of speech.
 *
 * @param words the words, one or more
 * @param tags as many tags
 */
public record TaggedText(ImmutableList<String> words, ImmutableList<String> tags) {
  private static final Splitter COLUMNS = Splitter.on(CharMatcher.anyOf(" \t")).omitEmptyStrings();

  /** Checks that each word has a tag. */
  public TaggedText {
    if (words.isEmpty() || words.size() != tags.size()) {
      throw new IllegalArgumentException(
          "as many tags as words are needed (" + words + ") (" + tags + ")");
    }
  }

  /**
   * Reads tagged texts. {@code .jsonl}, also {@code .jsonl.gz}: an object a line, with a list
   * {@code words} or {@code tokens} and a list {@code tags}. Other files: columns between spaces or
   * tabs, a word a line, the word first and its tag last, texts separated by blank lines, as in
   * CoNLL-2003 (Tjong Kim Sang and De Meulder); lines of {@code -DOCSTART-} are left out.
   *
   * @throws dev.retort.space.UserException for a line that has not this form
   */
  public static List<TaggedText> read(Path file) {
    String name = file.toString();
    boolean lines = name.endsWith(".jsonl") || name.endsWith(".jsonl.gz");
    List<TaggedText> texts = lines ? objects(file) : columns(file);
    if (texts.isEmpty()) {
      throw TextLines.wrong(file, "has no words.");
    }
    return texts;
  }

  /** All tags of some texts, in the order of their letters. */
  public static ImmutableList<String> tags(List<TaggedText> texts) {
    TreeSet<String> tags = new TreeSet<>();
    texts.forEach(each -> tags.addAll(each.tags()));
    return ImmutableList.copyOf(tags);
  }

  private static List<TaggedText> columns(Path file) {
    List<TaggedText> texts = new ArrayList<>();
    List<String> words = new ArrayList<>();
    List<String> tags = new ArrayList<>();
    TextLines.read(file, (number, line) -> {
      List<String> columns = COLUMNS.splitToList(line);
      if (columns.isEmpty()) {
        finish(texts, words, tags);
        return;
      }
      if (columns.get(0).equals("-DOCSTART-")) {
        return;
      }
      if (columns.size() < 2) {
        throw TextLines.wrong(
            file, number, "a word and its tag are expected, not '" + line + "' alone.");
      }
      words.add(columns.get(0));
      tags.add(columns.get(columns.size() - 1));
    });
    finish(texts, words, tags);
    return texts;
  }

  private static void finish(List<TaggedText> texts, List<String> words, List<String> tags) {
    if (!words.isEmpty()) {
      texts.add(new TaggedText(ImmutableList.copyOf(words), ImmutableList.copyOf(tags)));
      words.clear();
      tags.clear();
    }
  }

  private static List<TaggedText> objects(Path file) {
    List<TaggedText> texts = new ArrayList<>();
    ObjectReader json = TokenizerFiles.JSON.reader();
    TextLines.read(file, (number, line) -> {
      JsonNode node;
      try {
        node = json.readTree(line);
      } catch (IOException e) {
        throw TextLines.wrong(file, number, "is not JSON; an object a line is expected.");
      }
      ImmutableList<String> words =
          list(file, number, node.has("words") ? node.path("words") : node.path("tokens"), "words");
      ImmutableList<String> tags = list(file, number, node.path("tags"), "tags");
      if (words.isEmpty() || words.size() != tags.size()) {
        throw TextLines.wrong(
            file,
            number,
            "has " + words.size() + " words and " + tags.size() + " tags; as many are expected,"
                + " one or more.");
      }
      texts.add(new TaggedText(words, tags));
    });
    return texts;
  }

  private static ImmutableList<String> list(Path file, int number, JsonNode list, String key) {
    ImmutableList.Builder<String> texts = ImmutableList.builder();
    boolean whole = list.isArray();
    for (JsonNode each : list) {
      whole &= each.isTextual();
      texts.add(each.asText());
    }
    if (!whole) {
      throw TextLines.wrong(
          file,
          number,
          "a list of texts '" + key + "' is expected: {\"words\": […], \"tags\": […]}.");
    }
    return texts.build();
  }
}
