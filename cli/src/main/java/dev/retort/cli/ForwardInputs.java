package dev.retort.cli;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.retort.data.TextBatch;
import dev.retort.space.Architecture;
import dev.retort.space.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Inputs of a model as Hugging Face's tokenizers give them: an object of rectangular lists [B,S].
 *
 * @param ids token ids
 * @param mask 1 for tokens, 0 for padding; ones where the file has none
 * @param types token types; zeros where the file has none
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared, and used at once.
record ForwardInputs(long[][] ids, long[][] mask, long[][] types) {
  static final String IDS = "input_ids";
  static final String MASK = "attention_mask";
  static final String TYPES = "token_type_ids";

  /** Keys that a file may have; labels are not needed. */
  private static final List<String> KEYS = List.of(IDS, MASK, TYPES, "labels");

  private static final JsonMapper JSON = JsonMapper.builder()
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
      .configure(JsonParser.Feature.STRICT_DUPLICATE_DETECTION, true)
      .build();

  /**
   * Reads a file.
   *
   * @throws UserException when it is malformed, or holds what the model cannot take
   */
  static ForwardInputs read(Path file, Architecture architecture) {
    JsonNode root;
    try {
      root = JSON.readTree(Files.readString(file));
    } catch (JsonProcessingException e) {
      throw refuse(file, "is no JSON (" + e.getOriginalMessage() + ")");
    } catch (IOException e) {
      throw refuse(file, "cannot be read (" + e + ")");
    }
    if (!root.isObject()) {
      throw refuse(file, "must be a JSON object with " + IDS);
    }
    for (Map.Entry<String, JsonNode> each : root.properties()) {
      if (!KEYS.contains(each.getKey())) {
        throw refuse(file, "unknown key (" + each.getKey() + "); allowed are " + KEYS);
      }
    }
    long[][] ids = rows(file, root, IDS, architecture.integer("vocabulary"));
    if (ids.length == 0 || ids[0].length == 0) {
      throw refuse(file, IDS + " must have at least one row of at least one token");
    }
    int positions = architecture.integer("positions");
    if (ids[0].length > positions) {
      throw refuse(
          file,
          IDS + " has rows of " + ids[0].length + " tokens; the model takes at most " + positions);
    }
    long[][] mask = root.has(MASK) ? rows(file, root, MASK, 2) : filled(ids, 1);
    long[][] types =
        root.has(TYPES) ? rows(file, root, TYPES, architecture.integer("types")) : filled(ids, 0);
    for (long[][] each : List.of(mask, types)) {
      if (each.length != ids.length || each[0].length != ids[0].length) {
        throw refuse(file, (each == mask ? MASK : TYPES) + " must be as large as " + IDS);
      }
    }
    return new ForwardInputs(ids, mask, types);
  }

  private static UserException refuse(Path file, String what) {
    return new UserException(UserException.Kind.INPUT, file + ": " + what + ".");
  }

  private static long[][] filled(long[][] like, long value) {
    long[][] rows = new long[like.length][like[0].length];
    for (long[] row : rows) {
      Arrays.fill(row, value);
    }
    return rows;
  }

  private static long[][] rows(Path file, JsonNode root, String key, int below) {
    JsonNode list = root.path(key);
    if (!list.isArray()) {
      throw refuse(file, key + (list.isMissingNode() ? " is missing" : " must be a list of lists"));
    }
    long[][] rows = new long[list.size()][];
    for (int r = 0; r < rows.length; r++) {
      JsonNode row = list.get(r);
      if (!row.isArray() || row.size() != list.get(0).size()) {
        throw refuse(file, key + "[" + r + "] must be a list as long as the first");
      }
      rows[r] = new long[row.size()];
      for (int i = 0; i < rows[r].length; i++) {
        JsonNode value = row.get(i);
        if (!value.canConvertToExactIntegral()
            || !value.canConvertToLong()
            || value.asLong() < 0
            || value.asLong() >= below) {
          throw refuse(
              file,
              key + "[" + r + "][" + i + "] must be a whole number from 0 to " + (below - 1)
                  + ", not (" + value + ")");
        }
        rows[r][i] = value.asLong();
      }
    }
    return rows;
  }

  /** As a model takes them. */
  TextBatch batch(NDManager manager) {
    return new TextBatch(
        array(manager, ids),
        array(manager, types),
        array(manager, mask).toType(DataType.FLOAT32, false),
        manager.zeros(new Shape(ids.length), DataType.INT64),
        IntStream.range(0, ids.length).toArray());
  }

  private static NDArray array(NDManager manager, long[][] rows) {
    return manager.create(
        Arrays.stream(rows).flatMapToLong(Arrays::stream).toArray(),
        new Shape(rows.length, rows[0].length));
  }

  /** Writes them as they came. */
  void write(ObjectNode into) {
    into.set(IDS, Json.of(ids));
    into.set(MASK, Json.of(mask));
    into.set(TYPES, Json.of(types));
  }
}
