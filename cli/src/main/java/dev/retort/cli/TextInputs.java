package dev.retort.cli;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.retort.data.TextBatch;
import dev.retort.space.Architecture;
import dev.retort.space.UserException;
import dev.retort.space.text.DecoderFamily;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Texts as Hugging Face's tokenizers give them, B rows of S tokens [B,S].
 *
 * @param ids token ids
 * @param mask 1 for tokens, 0 for padding; ones where the file has none
 * @param types token types; zeros where the file has none
 * @param typed whether the model tells types apart; else they are all 0
 */
@SuppressWarnings("ArrayRecordComponent") // Never compared, and used at once.
record TextInputs(long[][] ids, long[][] mask, long[][] types, boolean typed)
    implements ForwardInputs {
  static final String IDS = "input_ids";
  static final String MASK = "attention_mask";
  static final String TYPES = "token_type_ids";

  /** Keys that a file may have; labels are not needed. */
  private static final List<String> KEYS = List.of(IDS, MASK, TYPES, "labels");

  /**
   * Reads a file.
   *
   * @throws UserException when it is malformed, or holds what the model cannot take
   */
  static TextInputs read(Path file, Architecture architecture) {
    JsonNode root = ForwardInputs.object(file, KEYS);
    long[][] ids = rows(file, root, IDS, architecture.integer("vocabulary"));
    if (ids.length == 0 || ids[0].length == 0) {
      throw ForwardInputs.refuse(file, IDS + " must have at least one row of at least one token");
    }
    int positions = architecture.family().longest(architecture);
    if (ids[0].length > positions) {
      throw ForwardInputs.refuse(
          file,
          IDS + " has rows of " + ids[0].length + " tokens; the model takes at most " + positions);
    }
    long[][] mask = root.has(MASK) ? rows(file, root, MASK, 2) : filled(ids, 1);
    boolean typed = architecture.has("types");
    long[][] types =
        root.has(TYPES) ? rows(file, root, TYPES, kinds(architecture)) : filled(ids, 0);
    for (long[][] each : List.of(mask, types)) {
      if (each.length != ids.length || each[0].length != ids[0].length) {
        throw ForwardInputs.refuse(
            file, (each == mask ? MASK : TYPES) + " must be as large as " + IDS);
      }
    }
    return new TextInputs(ids, mask, types, typed);
  }

  /**
   * The types that tokens may have. An encoder without types takes those of a tokenizer of pairs
   * and reads none; to a decoder all but 0 would mean something that it does not compute.
   */
  private static int kinds(Architecture architecture) {
    if (architecture.has("types")) {
      return architecture.integer("types");
    }
    return architecture.family() instanceof DecoderFamily ? 1 : 2;
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
      throw ForwardInputs.refuse(
          file, key + (list.isMissingNode() ? " is missing" : " must be a list of lists"));
    }
    long[][] rows = new long[list.size()][];
    for (int r = 0; r < rows.length; r++) {
      JsonNode row = list.get(r);
      if (!row.isArray() || row.size() != list.get(0).size()) {
        throw ForwardInputs.refuse(file, key + "[" + r + "] must be a list as long as the first");
      }
      rows[r] = new long[row.size()];
      for (int i = 0; i < rows[r].length; i++) {
        JsonNode value = row.get(i);
        if (!value.canConvertToExactIntegral()
            || !value.canConvertToLong()
            || value.asLong() < 0
            || value.asLong() >= below) {
          throw ForwardInputs.refuse(
              file,
              key + "[" + r + "][" + i + "] must be a whole number from 0 to " + (below - 1)
                  + ", not (" + value + ")");
        }
        rows[r][i] = value.asLong();
      }
    }
    return rows;
  }

  @Override
  public TextBatch batch(NDManager manager) {
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

  @Override
  public void write(ObjectNode into) {
    into.set(IDS, Json.of(ids));
    into.set(MASK, Json.of(mask));
    if (typed) {
      into.set(TYPES, Json.of(types));
    }
  }
}
