package dev.retort.supernet.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import dev.retort.space.UserException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads config.json strictly. Keys that say nothing of what an encoder computes are skipped; absent
 * keys have the defaults of transformers' BertConfig.
 */
final class HuggingFaceConfigReader {
  private static final String KNOWN = "Retort reads models of type \"bert\"";

  private final Path file;
  private final ObjectNode json;

  HuggingFaceConfigReader(Path file, ObjectNode json) {
    this.file = file;
    this.json = json;
  }

  HuggingFaceConfig read() {
    checkType();
    requireWord("hidden_act", "gelu", "the exact GELU is the only activation that Retort computes");
    requireWord("position_embedding_type", "absolute", "relative positions are not computed");
    requireFalse("is_decoder", "a decoder is no encoder");
    requireFalse("add_cross_attention", "cross-attention needs an encoder beside it");
    requireNothing("pruned_heads", "heads were pruned from single layers");
    requireNothing("quantization_config", "the weights are quantized; use the float model");
    int vocabulary = integer("vocab_size", 30522, 1, 1 << 24);
    int hidden = integer("hidden_size", 768, 1, 1 << 16);
    int layers = integer("num_hidden_layers", 12, 1, 1000);
    int heads = integer("num_attention_heads", 12, 1, 1024);
    int intermediate = integer("intermediate_size", 3072, 1, 1 << 20);
    int positions = integer("max_position_embeddings", 512, 1, 1 << 24);
    int types = integer("type_vocab_size", 2, 1, 1 << 16);
    int padding = integer("pad_token_id", 0, 0, vocabulary - 1);
    double eps = decimal("layer_norm_eps", HuggingFaceConfig.LAYER_NORM_EPS, Double.MIN_VALUE, 0.1);
    double hiddenDropout = decimal("hidden_dropout_prob", 0.1, 0, Math.nextDown(1));
    double attentionDropout = decimal("attention_probs_dropout_prob", 0.1, 0, Math.nextDown(1));
    if (hidden % heads != 0) {
      throw refuse("num_attention_heads", heads + ", which does not divide hidden_size " + hidden);
    }
    return new HuggingFaceConfig(
        vocabulary,
        hidden,
        layers,
        heads,
        intermediate,
        positions,
        types,
        eps,
        hiddenDropout,
        attentionDropout,
        padding,
        labels(),
        truth("do_lower_case"));
  }

  private void checkType() {
    JsonNode type = json.get("model_type");
    if (type == null) {
      throw refuse(file + ": has no model_type; " + KNOWN + ". If it is one, add"
          + " \"model_type\": \"bert\".");
    }
    if (!type.isTextual()) {
      throw refuse("model_type", shown(type) + "; a text is needed");
    }
    if (!type.textValue().equals("bert")) {
      throw refuse("model_type", shown(type) + "; " + KNOWN);
    }
  }

  private void requireWord(String key, String needed, String why) {
    JsonNode found = given(key);
    if (found != null && !found.isTextual()) {
      throw refuse(key, shown(found) + "; a text is needed");
    }
    if (found != null && !found.textValue().equals(needed)) {
      throw refuse(key, shown(found) + "; \"" + needed + "\" is needed: " + why);
    }
  }

  private void requireFalse(String key, String why) {
    if (Boolean.TRUE.equals(truth(key))) {
      throw refuse(key, "true; false is needed: " + why);
    }
  }

  private void requireNothing(String key, String why) {
    JsonNode found = given(key);
    if (found != null && !found.isEmpty()) {
      throw refuse(key, shown(found) + "; none is needed: " + why);
    }
    if (found != null && !found.isObject()) {
      throw refuse(key, shown(found) + "; an object is needed");
    }
  }

  private @Nullable Boolean truth(String key) {
    JsonNode found = given(key);
    if (found == null) {
      return null;
    }
    if (!found.isBoolean()) {
      throw refuse(key, shown(found) + "; true or false is needed");
    }
    return found.booleanValue();
  }

  private int integer(String key, int standard, int least, int most) {
    JsonNode found = given(key);
    if (found == null) {
      return standard;
    }
    if (!found.isInt() || found.intValue() < least || found.intValue() > most) {
      throw refuse(
          key, shown(found) + "; a whole number from " + least + " to " + most + " is needed");
    }
    return found.intValue();
  }

  private double decimal(String key, double standard, double least, double most) {
    JsonNode found = given(key);
    if (found == null) {
      return standard;
    }
    double value = found.doubleValue();
    if (!found.isNumber() || !(value >= least && value <= most)) {
      throw refuse(
          key,
          shown(found) + "; a number "
              + (least == 0 ? "from 0 to below 1" : "above 0 and at most " + most) + " is needed");
    }
    return value;
  }

  /** Names of the classes: id2label, else num_labels of them, else two. */
  private ImmutableList<String> labels() {
    JsonNode names = given("id2label");
    int count = integer("num_labels", -1, 0, 1 << 20);
    if (names == null) {
      return HuggingFaceConfig.numbered(count < 0 ? 2 : count);
    }
    if (!names.isObject()) {
      throw refuse("id2label", shown(names) + "; an object is needed");
    }
    if (count >= 0 && count != names.size()) {
      throw refuse("num_labels", count + ", but id2label has " + names.size());
    }
    ImmutableList.Builder<String> labels = ImmutableList.builder();
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < names.size(); i++) {
      JsonNode name = names.get(Integer.toString(i));
      if (name == null || !name.isTextual()) {
        throw refuse(
            "id2label",
            (name == null ? "without" : shown(name) + " at") + " class " + i
                + "; a text for each class from 0 to " + (names.size() - 1) + " is needed");
      }
      if (!seen.add(name.textValue())) {
        throw refuse("id2label", "naming two classes " + shown(name));
      }
      labels.add(name.textValue());
    }
    return labels.build();
  }

  /** The value of a key; null and absent are the same, as in transformers. */
  private @Nullable JsonNode given(String key) {
    JsonNode found = json.get(key);
    return found == null || found.isNull() ? null : found;
  }

  private static String shown(JsonNode node) {
    if (node.isTextual()) {
      return Quoted.of(node.textValue());
    }
    String quoted = Quoted.of(node.toString().replace("\"", "'"));
    return quoted.substring(1, quoted.length() - 1);
  }

  private UserException refuse(String key, String what) {
    return refuse(file + ": " + key + " is " + what + ".");
  }

  private static UserException refuse(String message) {
    return new UserException(UserException.Kind.INPUT, message);
  }
}
