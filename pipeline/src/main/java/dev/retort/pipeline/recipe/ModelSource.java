package dev.retort.pipeline.recipe;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where a model is read from. */
public sealed interface ModelSource extends RecipeTree.Written {

  /**
   * A folder in Hugging Face's form: config.json, model.safetensors, vocab.txt.
   *
   * @param path the folder
   */
  record Folder(Path path) implements ModelSource {
    @Override
    public Object written() {
      return path;
    }
  }

  /**
   * A model of the Hugging Face hub.
   *
   * @param name such as {@code google-bert/bert-base-uncased}
   */
  record Hub(String name) implements ModelSource {
    @Override
    public Object written() {
      return name;
    }
  }

  /** A folder where there is one, beside the recipe or here; else a hub name if it can be one. */
  static @Nullable ModelSource read(Section section, String key) {
    Pattern hub =
        Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,95}/[A-Za-z0-9][A-Za-z0-9._-]{0,95}");
    Path path = section.path(key, "a folder or a hub name such as google-bert/bert-base-uncased");
    String text = section.text(key, "");
    if (path == null || text == null) {
      return null;
    }
    return !Files.exists(path) && hub.matcher(text).matches() ? new Hub(text) : new Folder(path);
  }
}
