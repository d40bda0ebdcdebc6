package dev.retort.supernet.format;

import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import dev.retort.data.image.Preprocessing;
import dev.retort.space.UserException;
import dev.retort.supernet.Weights;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A model with its weights, read from a folder of either kind or from a file of weights. */
public sealed interface ModelFolder permits HuggingFaceFolder, StudentFolder, WeightFile {
  /**
   * Reads a folder: one of ours when it has an architecture.json, else Hugging Face's; or a file of
   * weights.
   *
   * @param folder the folder or file
   * @param manager what the weights are attached to
   * @throws UserException when it is neither, damaged, or holds what Retort cannot compute
   */
  static ModelFolder read(Path folder, NDManager manager) {
    if (Files.isRegularFile(folder)) {
      return WeightFile.read(folder, manager);
    }
    if (!Files.isDirectory(folder)) {
      throw new UserException(
          UserException.Kind.INPUT, folder + ": there is no such folder. Check the path.");
    }
    if (Files.exists(folder.resolve(StudentFolder.ARCHITECTURE))) {
      return StudentFolder.read(folder, manager);
    }
    return HuggingFaceFolder.read(folder, manager);
  }

  /** Where it was read: a folder, or a file of weights. */
  Path folder();

  /** The weights, float32, with the architecture. */
  Weights weights();

  /** The classes' names in the order of the logits; empty for an encoder alone. */
  ImmutableList<String> labels();

  /** The WordPiece vocabulary, one piece a line; null when the folder has none. */
  @Nullable
  Path vocabulary();

  /** Whether texts are lower-cased before they are cut into pieces. */
  boolean lowerCase();

  /** How images are prepared; null for text, and where nothing says it. */
  @Nullable
  Preprocessing images();
}
