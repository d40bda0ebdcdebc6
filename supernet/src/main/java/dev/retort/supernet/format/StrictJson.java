package dev.retort.supernet.format;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.retort.space.UserException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * Reads small JSON files as RFC 8259 has them: UTF-8 without BOM, one object, no name twice,
 * nothing behind it, at most 64 levels deep and 16 MiB long.
 */
final class StrictJson {
  private static final long LONGEST_FILE = 16L << 20;

  /** Names are not interned: they come from files that nobody has checked yet. */
  static final JsonFactory FACTORY = JsonFactory.builder()
      .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
      .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
      .streamReadConstraints(StreamReadConstraints.builder()
          .maxNestingDepth(64)
          .maxNumberLength(400)
          .maxStringLength(100_000_000)
          .build())
      .build();

  private static final ObjectMapper MAPPER = JsonMapper.builder(FACTORY.copy())
      .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
      .build();

  /** The same newline on every machine, so that files have the same bytes. */
  private static final DefaultPrettyPrinter PRINTER = new DefaultPrettyPrinter()
      .withObjectIndenter(new DefaultIndenter("  ", "\n"))
      .withArrayIndenter(new DefaultIndenter("  ", "\n"));

  private StrictJson() {}

  /** The object that a file holds. */
  static ObjectNode readObject(Path file) {
    try {
      long size = Files.size(file);
      if (size > LONGEST_FILE) {
        throw refuse(file, "is " + size + " bytes long; at most " + LONGEST_FILE + " are read");
      }
      return parseObject(file, Files.readAllBytes(file));
    } catch (NoSuchFileException e) {
      throw new UserException(
          UserException.Kind.INPUT, file + ": there is no such file. Check the path.", e);
    } catch (IOException e) {
      throw new UserException(UserException.Kind.INPUT, file + ": cannot be read: " + e, e);
    }
  }

  /** The object that the bytes of a file hold. */
  static ObjectNode parseObject(Path file, byte[] bytes) {
    if (bytes.length == 0) {
      throw refuse(file, "is empty");
    }
    if (bytes.length >= 3
        && bytes[0] == (byte) 0xEF
        && bytes[1] == (byte) 0xBB
        && bytes[2] == (byte) 0xBF) {
      throw refuse(file, "begins with a byte order mark; save it as UTF-8 without BOM");
    }
    String text;
    try {
      text = decode(ByteBuffer.wrap(bytes));
    } catch (CharacterCodingException e) {
      throw refuse(file, "is not UTF-8");
    }
    try {
      JsonNode node = MAPPER.readTree(text);
      if (node instanceof ObjectNode object) {
        return object;
      }
      throw refuse(file, "holds no JSON object; it must begin with '{'");
    } catch (JsonProcessingException e) {
      throw refuse(file, "is not strict JSON: " + reason(e));
    }
  }

  /** UTF-8 to text; malformed bytes are an error. */
  static String decode(ByteBuffer bytes) throws CharacterCodingException {
    return StandardCharsets.UTF_8
        .newDecoder()
        .onMalformedInput(CodingErrorAction.REPORT)
        .onUnmappableCharacter(CodingErrorAction.REPORT)
        .decode(bytes)
        .toString();
  }

  /** What Jackson found, in one line, with line and column. */
  static String reason(JsonProcessingException e) {
    String where = e.getLocation() == null
        ? ""
        : " (line " + e.getLocation().getLineNr() + ", column "
            + e.getLocation().getColumnNr() + ")";
    String first = e.getOriginalMessage().lines().findFirst().orElse("unreadable");
    String shown = Quoted.of(first.replace('"', '\''));
    return shown.substring(1, shown.length() - 1) + where;
  }

  /** A strict parser over text. */
  static JsonParser parser(String text) throws IOException {
    return FACTORY.createParser(text);
  }

  /** An empty object to fill. */
  static ObjectNode object() {
    return MAPPER.createObjectNode();
  }

  /** The text of an object, two spaces a level, with a newline at the end. */
  static String text(ObjectNode node) {
    try {
      return MAPPER.writer(PRINTER).writeValueAsString(node) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("A tree of plain nodes has no text", e);
    }
  }

  private static UserException refuse(Path file, String what) {
    return new UserException(UserException.Kind.INPUT, file + ": " + what + ".");
  }
}
