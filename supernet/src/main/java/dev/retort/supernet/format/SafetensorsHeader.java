package dev.retort.supernet.format;

import ai.djl.ndarray.types.Shape;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.primitives.Longs;
import dev.retort.space.UserException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The JSON header of a safetensors file, read as strictly as its specification says
 * (huggingface/safetensors, README "Format" and lib.rs {@code Metadata::validate}).
 *
 * <p>Keys of a tensor other than dtype, shape and data_offsets are skipped, as the reference does.
 */
final class SafetensorsHeader {
  private static final String METADATA = "__metadata__";

  private final Path file;
  private final long dataLength;
  private final List<TensorEntry> entries = new ArrayList<>();
  private Map<String, String> metadata = Map.of();

  private SafetensorsHeader(Path file, long dataLength) {
    this.file = file;
    this.dataLength = dataLength;
  }

  /** Reads the header of a file that has so many bytes behind it. */
  static SafetensorsHeader parse(Path file, String json, long dataLength) {
    SafetensorsHeader header = new SafetensorsHeader(file, dataLength);
    try (JsonParser parser = StrictJson.parser(json)) {
      header.read(parser);
      long end = parser.currentLocation().getCharOffset();
      for (int i = (int) end; i < json.length(); i++) {
        if (" \t\r\n".indexOf(json.charAt(i)) < 0) {
          throw header.refuse("text follows the header's closing brace: "
              + Quoted.of(json.substring(i, Math.min(json.length(), i + 20))));
        }
      }
    } catch (JsonProcessingException e) {
      throw header.refuse("header is not JSON: " + StrictJson.reason(e));
    } catch (IOException e) {
      throw header.refuse("header cannot be read: " + e.getMessage());
    }
    header.checkLayout();
    return header;
  }

  /** The tensors in the order of their bytes. */
  ImmutableList<TensorEntry> entries() {
    return ImmutableList.copyOf(entries);
  }

  ImmutableMap<String, String> metadata() {
    return ImmutableMap.copyOf(metadata);
  }

  private void read(JsonParser parser) throws IOException {
    parser.nextToken();
    Set<String> names = new HashSet<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String name = parser.currentName();
      if (!names.add(name)) {
        throw refuse("tensor " + Quoted.of(name) + " stands twice in the header");
      }
      if (Quoted.broken(name)) {
        throw refuse("name " + Quoted.of(name) + " holds half a surrogate pair");
      }
      parser.nextToken();
      if (name.equals(METADATA)) {
        metadata = readMetadata(parser);
      } else {
        entries.add(readEntry(parser, name));
      }
    }
  }

  private Map<String, String> readMetadata(JsonParser parser) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw refuse(METADATA + " is not a map of texts");
    }
    Map<String, String> read = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      if (parser.nextToken() != JsonToken.VALUE_STRING) {
        throw refuse(
            METADATA + " is not a map of texts: the value of " + Quoted.of(key) + " is no text");
      }
      if (read.put(key, parser.getText()) != null) {
        throw refuse(METADATA + " has key " + Quoted.of(key) + " twice");
      }
    }
    return read;
  }

  private TensorEntry readEntry(JsonParser parser, String name) throws IOException {
    if (parser.currentToken() != JsonToken.START_OBJECT) {
      throw refuse(name, "is not described by an object");
    }
    TensorType type = null;
    long[] shape = null;
    long[] offsets = null;
    Set<String> keys = new HashSet<>();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      String key = parser.currentName();
      if (!keys.add(key)) {
        throw refuse(name, "has key " + Quoted.of(key) + " twice");
      }
      parser.nextToken();
      switch (key) {
        case "dtype" -> type = readType(parser, name);
        case "shape" -> shape = readNumbers(parser, name, "shape");
        case "data_offsets" -> offsets = readNumbers(parser, name, "data_offsets");
        default -> parser.skipChildren();
      }
    }
    return check(name, type, shape, offsets);
  }

  private TensorType readType(JsonParser parser, String name) throws IOException {
    if (parser.currentToken() != JsonToken.VALUE_STRING) {
      throw refuse(name, "has a dtype that is no text");
    }
    TensorType type = TensorType.find(parser.getText());
    if (type == null) {
      throw refuse(name, "has the unknown dtype " + Quoted.of(parser.getText()));
    }
    return type;
  }

  private long[] readNumbers(JsonParser parser, String name, String key) throws IOException {
    if (parser.currentToken() != JsonToken.START_ARRAY) {
      throw refuse(name, key + " is not a list of whole numbers");
    }
    List<Long> numbers = new ArrayList<>();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      String found = parser.currentToken() == null ? "nothing" : parser.getText();
      if (parser.currentToken() == JsonToken.VALUE_NUMBER_FLOAT) {
        throw refuse(name, key + " holds the fraction " + Quoted.of(found));
      } else if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT) {
        throw refuse(name, key + " holds " + Quoted.of(found) + ", not a whole number");
      } else if (found.startsWith("-")) {
        throw refuse(name, key + " holds the negative number " + Quoted.of(found));
      } else if (parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
        throw refuse(name, key + " holds the oversized number " + Quoted.of(found));
      }
      numbers.add(parser.getLongValue());
    }
    return Longs.toArray(numbers);
  }

  private TensorEntry check(
      String name, @Nullable TensorType type, long @Nullable [] shape, long @Nullable [] offsets) {
    if (type == null) {
      throw refuse(name, "has no dtype");
    }
    if (shape == null) {
      throw refuse(name, "has no shape");
    }
    if (offsets == null) {
      throw refuse(name, "has no data_offsets");
    }
    if (offsets.length != 2) {
      throw refuse(name, "has " + offsets.length + " data_offsets, not two");
    }
    long begin = offsets[0];
    long end = offsets[1];
    if (begin > end) {
      throw refuse(name, "has reversed data_offsets, " + begin + " to " + end);
    }
    if (end > dataLength) {
      throw refuse(name, "ends at byte " + end + " of the data, which has " + dataLength);
    }
    long bits;
    try {
      long count = 1;
      for (long each : shape) {
        count = Math.multiplyExact(count, each);
      }
      bits = Math.multiplyExact(count, (long) type.bits());
    } catch (ArithmeticException e) {
      throw refuse(name, "has a shape whose product leaves 64 bits, " + new Shape(shape));
    }
    if (bits % 8 != 0) {
      throw refuse(
          name,
          "of dtype " + type + " and shape " + new Shape(shape) + " does not fill whole bytes");
    }
    if (bits / 8 != end - begin) {
      throw refuse(
          name,
          "of dtype " + type + " and shape " + new Shape(shape) + " needs " + bits / 8
              + " bytes, its data_offsets span " + (end - begin));
    }
    return new TensorEntry(name, type, new Shape(shape), begin, end);
  }

  /** The data is exactly the tensors, one behind the other. */
  private void checkLayout() {
    entries.sort(Comparator.comparingLong(TensorEntry::begin).thenComparingLong(TensorEntry::end));
    long next = 0;
    TensorEntry before = null;
    for (TensorEntry each : entries) {
      if (each.begin() > next) {
        throw refuse(
            each.name(),
            (before == null
                ? "is the first and starts at byte " + each.begin() + " of the data, not 0"
                : "leaves a hole before it: bytes " + next + " to " + each.begin()
                    + " of the data belong to no tensor"));
      }
      if (each.begin() < next && before != null) {
        throw refuse(each.name(), "overlaps tensor " + Quoted.of(before.name()));
      }
      next = each.end();
      before = each;
    }
    if (next != dataLength) {
      throw refuse((dataLength - next) + " bytes follow the last tensor");
    }
  }

  private UserException refuse(String name, String what) {
    return refuse("tensor " + Quoted.of(name) + " " + what);
  }

  private UserException refuse(String what) {
    return SafetensorsFile.refuse(file, what);
  }
}
