package dev.retort.cli;

import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.retort.data.Batch;
import dev.retort.space.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Inputs of a model as Hugging Face's tools give them: an object of rectangular lists. */
interface ForwardInputs {
  /** Reads JSON strictly: no name twice, nothing behind it. */
  JsonMapper JSON = JsonMapper.builder()
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
      .configure(JsonParser.Feature.STRICT_DUPLICATE_DETECTION, true)
      .build();

  /** As a model takes them. */
  Batch batch(NDManager manager);

  /** Writes them as they came. */
  void write(ObjectNode into);

  /**
   * Reads an object.
   *
   * @param keys the keys that it may have; the first is the one that it must have
   * @throws UserException when it is malformed or has another key
   */
  static JsonNode object(Path file, List<String> keys) {
    JsonNode root;
    try {
      root = JSON.readTree(Files.readString(file));
    } catch (JsonProcessingException e) {
      throw refuse(file, "is no JSON (" + e.getOriginalMessage() + ")");
    } catch (IOException e) {
      throw refuse(file, "cannot be read (" + e + ")");
    }
    if (!root.isObject()) {
      throw refuse(file, "must be a JSON object with " + keys.get(0));
    }
    for (Map.Entry<String, JsonNode> each : root.properties()) {
      if (!keys.contains(each.getKey())) {
        throw refuse(file, "unknown key (" + each.getKey() + "); allowed are " + keys);
      }
    }
    return root;
  }

  /** What is wrong with a file of inputs. */
  static UserException refuse(Path file, String what) {
    return new UserException(UserException.Kind.INPUT, file + ": " + what + ".");
  }
}
