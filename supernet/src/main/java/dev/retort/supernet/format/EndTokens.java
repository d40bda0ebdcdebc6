package dev.retort.supernet.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableSet;
import dev.retort.data.SpecialTokens;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The ids of the tokens that end a text, as a Hugging Face folder names them. */
public final class EndTokens {
  /** The file that says how transformers generates. */
  public static final String GENERATION_CONFIG = "generation_config.json";

  private static final List<String> FILES = List.of(GENERATION_CONFIG, HuggingFaceFolder.CONFIG);
  private static final String KEY = "eos_token_id";

  private EndTokens() {}

  /**
   * The {@code eos_token_id} of generation_config.json, else of config.json: a number or a list.
   *
   * @return the ids; empty where neither file names one
   * @throws dev.retort.space.UserException when one of the files names something else
   */
  public static ImmutableSet<Integer> read(Path folder) {
    for (String name : FILES) {
      Path file = folder.resolve(name);
      JsonNode found = Files.isRegularFile(file) ? ConfigFile.read(file).given(KEY) : null;
      if (found != null) {
        ConfigFile config = ConfigFile.read(file);
        return ImmutableSet.copyOf(
            found.isArray()
                ? config.integers(KEY, List.of(), 0, Integer.MAX_VALUE)
                : List.of(config.integer(KEY, 0, 0, Integer.MAX_VALUE)));
      }
    }
    return ImmutableSet.of();
  }

  /**
   * The ids that end a text: those that a folder names, else the tokenizer's.
   *
   * @param specials the special tokens of the folder's tokenizer
   */
  public static ImmutableSet<Integer> of(Path folder, SpecialTokens specials) {
    ImmutableSet<Integer> named = read(folder);
    return named.isEmpty() && specials.eos().isPresent()
        ? ImmutableSet.of(specials.eos().getAsInt())
        : named;
  }

  /** A generation_config.json with the tokens that begin, end and fill a text, as far as known. */
  public static String config(Path folder, SpecialTokens specials) {
    ObjectNode json = StrictJson.object();
    specials.bos().ifPresent(id -> json.put("bos_token_id", id));
    ImmutableSet<Integer> ends = of(folder, specials);
    if (!ends.isEmpty()) {
      ArrayNode list = json.putArray(KEY);
      ends.forEach(list::add);
    }
    specials.pad().ifPresent(id -> json.put("pad_token_id", id));
    return StrictJson.text(json);
  }
}
