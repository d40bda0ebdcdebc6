package dev.retort.supernet.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.common.collect.ImmutableSet;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The ids of the tokens that end a text, as a Hugging Face folder names them. */
public final class EndTokens {
  private static final List<String> FILES =
      List.of("generation_config.json", HuggingFaceFolder.CONFIG);
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
}
