package dev.retort.pipeline;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.retort.data.Tokenizer;
import dev.retort.data.WordPieceTokenizer;
import dev.retort.space.Architecture;
import dev.retort.space.UserException;
import dev.retort.supernet.format.ModelFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How a model's folder turns texts into tokens.
 *
 * @param tokenizer its tokenizer
 * @param sequence the most tokens of a text: what its tokenizer_config.json says, at most as many
 *     as the model has positions
 */
public record ModelTexts(Tokenizer tokenizer, int sequence) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * What a folder says.
   *
   * @throws UserException when it has no tokenizer, or one of another model
   */
  public static ModelTexts of(ModelFolder model) {
    Path vocabulary = model.vocabulary();
    Tokenizer tokenizer = vocabulary == null
        ? Tokenizer.read(model.folder())
        : WordPieceTokenizer.read(vocabulary, model.lowerCase());
    int vocabularySize = model.weights().architecture().integer("vocabulary");
    if (tokenizer.size() > vocabularySize) {
      throw new UserException(
          UserException.Kind.INPUT,
          model.folder() + ": the tokenizer has " + tokenizer.size() + " pieces, the model only "
              + vocabularySize + ". Put the model's own tokenizer beside it.");
    }
    Architecture architecture = model.weights().architecture();
    int positions = architecture.family().longest(architecture);
    return new ModelTexts(
        tokenizer, Math.min(positions, longest(model.folder().resolve("tokenizer_config.json"))));
  }

  private static int longest(Path config) {
    if (!Files.isRegularFile(config)) {
      return Integer.MAX_VALUE;
    }
    try {
      JsonNode longest = JSON.readTree(Files.readString(config)).path("model_max_length");
      // Hugging Face writes 1e30 for "not known".
      return longest.canConvertToInt() && longest.asInt() > 0 ? longest.asInt() : Integer.MAX_VALUE;
    } catch (IOException e) {
      throw new UserException(
          UserException.Kind.INPUT, config + ": cannot be read (" + e.getMessage() + ").", e);
    }
  }
}
