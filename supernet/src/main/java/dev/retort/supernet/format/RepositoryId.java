package dev.retort.supernet.format;

import dev.retort.space.UserException;
import java.util.regex.Pattern;

/**
 * The name of a model on the Hugging Face hub, such as {@code google-bert/bert-base-uncased}, after
 * the hub's own rules ({@code huggingface_hub.utils.validate_repo_id}).
 *
 * @param name the name
 */
record RepositoryId(String name) {
  private static final Pattern VALID = Pattern.compile("\\w[\\w.-]{0,95}(/\\w[\\w.-]{0,95})?");

  RepositoryId {
    if (!isValid(name)) {
      throw new UserException(
          UserException.Kind.INPUT,
          Quoted.of(name) + " is neither a folder that exists nor the name of a model on the hub."
              + " Such a name is OWNER/MODEL, each of letters, digits, '-', '_' and '.'.");
    }
  }

  private static boolean isValid(String name) {
    return name.length() <= 96
        && VALID.matcher(name).matches()
        && !name.contains("--")
        && !name.contains("..")
        && !name.contains("./")
        && !name.endsWith(".")
        && !name.endsWith("-")
        && !name.endsWith(".git");
  }

  /** The folder that the hub's own cache uses: {@code models--OWNER--MODEL}. */
  String folderName() {
    return "models--" + name.replace("/", "--");
  }
}
