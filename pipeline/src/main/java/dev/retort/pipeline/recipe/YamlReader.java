package dev.retort.pipeline.recipe;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.parser.ParserImpl;
import org.snakeyaml.engine.v2.scanner.StreamReader;

/**
 * Reads one YAML 1.2 document strictly: no tags, anchors, aliases or duplicate keys, one document,
 * UTF-8 (a byte-order mark and CRLF are fine), at most {@value #MAX_BYTES} bytes and {@value
 * #MAX_DEPTH} levels.
 *
 * <p>It works on the parser's events, so that nothing is built from what the text says but lists,
 * mappings and texts, and memory stays in proportion to the file.
 */
final class YamlReader {
  static final int MAX_BYTES = 1 << 20;
  static final int MAX_DEPTH = 32;
  private static final ImmutableMap<String, String> DEFAULT_TAGS =
      ImmutableMap.of("!", "!", "!!", "tag:yaml.org,2002:");
  private static final String SPELL_OUT = "; write the value out where it is wanted";

  private final String source;
  private final ParserImpl parser;
  private final List<Mistake> mistakes = new ArrayList<>();

  private YamlReader(String source, String text) {
    this.source = source;
    LoadSettings settings =
        LoadSettings.builder().setLabel(source).setCodePointLimit(MAX_BYTES).build();
    this.parser = new ParserImpl(settings, new StreamReader(settings, text));
  }

  /**
   * Reads a file's bytes.
   *
   * @throws RecipeErrors when it is no such document
   */
  static YamlTree read(String source, byte[] bytes) {
    if (bytes.length > MAX_BYTES) {
      throw refusal(
          Position.of(source),
          "found a file of " + bytes.length + " bytes; allowed: at" + " most " + MAX_BYTES
              + "; a recipe holds settings, put data into files of its own");
    }
    String text;
    try {
      text = StandardCharsets.UTF_8
          .newDecoder()
          .onMalformedInput(CodingErrorAction.REPORT)
          .onUnmappableCharacter(CodingErrorAction.REPORT)
          .decode(ByteBuffer.wrap(bytes))
          .toString();
    } catch (CharacterCodingException e) {
      throw refusal(
          undecodable(source, bytes),
          "found bytes that are not UTF-8; allowed: UTF-8 text; save the file as UTF-8");
    }
    return read(source, text);
  }

  /** Reads a text. */
  static YamlTree read(String source, String text) {
    String whole = text.startsWith("\uFEFF") ? text.substring(1) : text;
    try {
      return new YamlReader(source, whole).document();
    } catch (ReaderException e) {
      throw refusal(
          position(source, whole, e.getPosition()),
          String.format(
              Locale.ROOT,
              "found the character U+%04X; allowed: printable characters; take it out",
              e.getCodePoint()));
    } catch (MarkedYamlEngineException e) {
      throw refusal(at(source, e.getProblemMark().or(e::getContextMark)), syntax(e));
    } catch (YamlEngineException e) {
      throw refusal(
          Position.of(source),
          "found no YAML: " + YamlTree.shown(String.valueOf(e.getMessage()))
              + "; allowed: one YAML 1.2 document");
    }
  }

  private YamlTree document() {
    parser.next();
    if (parser.checkEvent(Event.ID.StreamEnd)) {
      throw refusal(
          new Position(source, 1, 1),
          "found an empty file; allowed: a mapping that"
              + " begins with retort: 1; see examples/quickstart.yaml");
    }
    DocumentStartEvent start = (DocumentStartEvent) parser.next();
    boolean otherVersion = start
        .getSpecVersion()
        .map(version -> version.getMajor() != 1 || version.getMinor() != 2)
        .orElse(false);
    if (otherVersion || !DEFAULT_TAGS.entrySet().containsAll(start.getTags().entrySet())) {
      mistake(start, "found a directive; allowed: none but %YAML 1.2; take it out");
    }
    YamlTree root = node(0);
    parser.next();
    if (!parser.checkEvent(Event.ID.StreamEnd)) {
      mistake(
          parser.peekEvent(),
          "found a second document; allowed: one; put it into a file of" + " its own");
    }
    if (!mistakes.isEmpty()) {
      throw new RecipeErrors(mistakes);
    }
    return root;
  }

  private YamlTree node(int depth) {
    Event event = parser.next();
    if (depth > MAX_DEPTH) {
      throw refusal(
          at(source, event.getStartMark()),
          "found more than " + MAX_DEPTH + " levels; allowed: at most " + MAX_DEPTH
              + "; close the brackets or lessen the indentation");
    }
    if (event instanceof AliasEvent alias) {
      mistake(
          event,
          "found the alias *" + YamlTree.shown(alias.getAlias().getValue())
              + "; allowed: no anchors and aliases" + SPELL_OUT);
      return new YamlTree.Scalar("", true, at(source, event.getStartMark()));
    }
    ((NodeEvent) event)
        .getAnchor()
        .ifPresent(anchor -> mistake(
            event,
            "found the anchor &" + YamlTree.shown(anchor.getValue())
                + "; allowed: no anchors and aliases" + SPELL_OUT));
    if (event instanceof ScalarEvent scalar) {
      tag(event, scalar.getTag());
      return new YamlTree.Scalar(
          scalar.getValue(), scalar.isPlain(), at(source, event.getStartMark()));
    }
    tag(event, ((CollectionStartEvent) event).getTag());
    return event.getEventId() == Event.ID.SequenceStart
        ? sequence(event, depth)
        : mapping(event, depth);
  }

  private YamlTree.Sequence sequence(Event start, int depth) {
    ImmutableList.Builder<YamlTree> items = ImmutableList.builder();
    while (!parser.checkEvent(Event.ID.SequenceEnd)) {
      items.add(node(depth + 1));
    }
    parser.next();
    return new YamlTree.Sequence(items.build(), at(source, start.getStartMark()));
  }

  private YamlTree.Mapping mapping(Event start, int depth) {
    Map<String, YamlTree.Entry> entries = new LinkedHashMap<>();
    while (!parser.checkEvent(Event.ID.MappingEnd)) {
      Event keyEvent = parser.peekEvent();
      YamlTree key = node(depth + 1);
      YamlTree.Entry entry = new YamlTree.Entry(key.position(), node(depth + 1));
      if (!(key instanceof YamlTree.Scalar scalar) || scalar.isNull()) {
        mistake(
            keyEvent,
            "found " + key.words() + " as a key; allowed: a word; if a value was"
                + " meant, put it after a colon");
        continue;
      }
      YamlTree.Entry first = entries.putIfAbsent(scalar.text(), entry);
      if (first != null) {
        mistake(
            keyEvent,
            "found the key " + YamlTree.shown(scalar.text()) + " twice; allowed: once;"
                + " it stands first in line " + first.keyPosition().line() + ", take one out");
      }
    }
    parser.next();
    return new YamlTree.Mapping(ImmutableMap.copyOf(entries), at(source, start.getStartMark()));
  }

  private void tag(Event event, Optional<String> tag) {
    tag.ifPresent(value -> mistake(
        event, "found the tag " + YamlTree.shown(value) + "; allowed: no tags; take it out"));
  }

  private void mistake(Event event, String message) {
    mistakes.add(Mistake.at(at(source, event.getStartMark()), "", message));
  }

  private static RecipeErrors refusal(Position position, String message) {
    return new RecipeErrors(ImmutableList.of(Mistake.at(position, "", message)));
  }

  private static String syntax(MarkedYamlEngineException e) {
    String problem = YamlTree.shown(String.valueOf(e.getProblem()));
    if (problem.contains("(TAB)")) {
      return "found a tab; allowed: spaces before a value; put spaces in its place";
    }
    String context = e.getContext() == null ? "" : " " + YamlTree.shown(e.getContext());
    return "found broken YAML" + context + ": " + problem
        + "; allowed: YAML 1.2; look for a bracket, quote or colon that is missing here or above";
  }

  private static Position at(String source, Optional<Mark> mark) {
    return mark.map(each -> new Position(source, each.getLine() + 1, each.getColumn() + 1))
        .orElseGet(() -> Position.of(source));
  }

  /** The position of a code point, counted from 0. */
  private static Position position(String source, String text, int point) {
    int[] points = text.codePoints().limit(point).toArray();
    int line = 1;
    int column = 1;
    for (int each : points) {
      column = each == '\n' ? 1 : column + 1;
      line += each == '\n' ? 1 : 0;
    }
    return new Position(source, line, column);
  }

  /** The position of the first byte that is not UTF-8. */
  private static Position undecodable(String source, byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    StandardCharsets.UTF_8.newDecoder().decode(in, out, true);
    String read = out.flip().toString();
    return position(source, read, read.codePointCount(0, read.length()));
  }
}
