package dev.retort.pipeline.recipe;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.retort.space.Architecture;
import dev.retort.space.UserException;
import dev.retort.supernet.format.HuggingFaceFolder;
import dev.retort.supernet.format.WeightFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What the model in a folder or file is, told from its headers alone: no weight is read. */
public final class TeacherFolder {
  private static final String OURS = "architecture.json";

  private TeacherFolder() {}

  /**
   * The architecture of the model in a folder, one of ours or Hugging Face's.
   *
   * @throws UserException when the folder is missing or holds no model that can be read
   */
  public static Architecture architecture(Path folder) {
    if (Files.isRegularFile(folder)) {
      return WeightFile.architecture(folder);
    }
    if (!Files.isDirectory(folder)) {
      throw refuse(
          folder,
          "there is no such folder; give the folder of a model, or its name on the" + " hub");
    }
    if (Files.exists(folder.resolve(OURS))) {
      return ours(folder.resolve(OURS));
    }
    if (!Files.exists(folder.resolve("config.json"))) {
      throw refuse(
          folder,
          "has neither config.json (Hugging Face) nor " + OURS + " (Retort); give"
              + " the folder of a model");
    }
    return HuggingFaceFolder.architecture(folder);
  }

  private static Architecture ours(Path file) {
    try {
      String text = new ObjectMapper()
          .readTree(Files.readString(file))
          .path("architecture")
          .asText();
      return Architecture.parse(text);
    } catch (JsonProcessingException e) {
      throw refuse(file, "is not JSON (" + e.getOriginalMessage() + ")");
    } catch (IllegalArgumentException e) {
      throw refuse(file, "has no architecture (" + e.getMessage() + ")");
    } catch (IOException e) {
      throw refuse(file, "cannot be read (" + e.getMessage() + ")");
    }
  }

  private static UserException refuse(Path path, String message) {
    return new UserException(UserException.Kind.INPUT, path + ": " + message);
  }
}
