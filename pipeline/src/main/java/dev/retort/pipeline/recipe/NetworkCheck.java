package dev.retort.pipeline.recipe;

import dev.retort.space.Architecture;
import dev.retort.space.Value;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Finds out what a network is that a recipe gives, and whether its task fits it. */
final class NetworkCheck {
  private final Findings findings;
  private final Recipe recipe;
  private final Function<String, Optional<Path>> hub;
  private final @Nullable Integer outputs;

  /**
   * A check.
   *
   * @param hub the folder of a hub model that has been fetched
   * @param outputs logits of the task; null without a task
   */
  NetworkCheck(Findings findings, Function<String, Optional<Path>> hub, @Nullable Integer outputs) {
    this.findings = findings;
    this.recipe = findings.recipe();
    this.hub = hub;
    this.outputs = outputs;
  }

  /**
   * The network as it will be, with a head of its own for the task where it is trained; null where
   * that cannot be told.
   *
   * @param key where it stands in the recipe
   * @param trained whether it is trained on the task
   */
  @Nullable
  Architecture of(String key, NetworkRecipe network, boolean trained) {
    Architecture scratch = network.architecture();
    return scratch != null ? scratch : read(key + ".model", network, trained);
  }

  /** Where the network is said to be. */
  static String at(String key, NetworkRecipe network) {
    return key + (network.architecture() != null ? ".architecture" : ".model");
  }

  /** Whether the network has the logits that the task needs; notes where it has not. */
  boolean head(Architecture found, String at, String advice) {
    if (EncoderHead.of(recipe.subject()) != null) {
      return TokenCheck.head(findings, found, at, outputs, advice);
    }
    if (outputs != null && found.has("classes") && found.integer("classes") != outputs) {
      findings.mistake(
          at,
          "found " + found.integer("classes") + " classes; allowed: " + outputs
              + ", the labels of the task "
              + Objects.requireNonNull(recipe.task()).name()
              + (advice.isEmpty()
                  ? "; write classes=" + outputs
                  : "; " + advice + " with a classifier of its own"));
      return false;
    }
    return true;
  }

  /** Whether the network is of the same subject as the recipe; notes where it is not. */
  boolean alike(Architecture found, String at, String advice) {
    String name = found.family().name();
    Subject wanted = Subject.of(recipe.family());
    if (Subject.of(found.family()) == wanted) {
      return true;
    }
    findings.mistake(
        at,
        "found a network of the family " + name + "; allowed: one that "
            + switch (wanted) {
              case TEXT, WORDS, TAGS -> "tells texts apart";
              case LANGUAGE -> "writes text";
              case IMAGES -> "looks at images";
            }
            + ", as those of the family " + recipe.students().family() + "; " + advice);
    return false;
  }

  /** Notes where a network reads no texts as long as the recipe's. */
  void longest(Architecture found, String whose) {
    int longest = found.family().longest(found);
    if (!recipe.images() && recipe.pieces() > longest) {
      findings.mistake(
          "sequence",
          "found " + recipe.pieces() + "; allowed: at most " + longest + ", the " + whose
              + "'s positions; shorten it");
    }
  }

  private @Nullable Architecture read(String key, NetworkRecipe network, boolean trained) {
    ModelSource source = Objects.requireNonNull(network.model());
    Path folder = source instanceof ModelSource.Hub named
        ? hub.apply(named.name()).orElse(null)
        : ((ModelSource.Folder) source).path();
    if (folder == null) {
      return null;
    }
    Architecture found = findings.attempt(key, "", () -> TeacherFolder.architecture(folder));
    if (found == null || !trained) {
      return found;
    }
    EncoderHead head = EncoderHead.of(recipe.subject());
    if (head != null && found.has("head")) {
      return head == EncoderHead.TAGS && outputs == null
          ? found
          : head.on(found, outputs == null ? 0 : outputs);
    }
    if (outputs == null || found.has("classes") && found.integer("classes") == outputs) {
      return found;
    }
    Architecture headed = found.family().classifier(found, outputs);
    NetworkRecipe.Pooling pooling = network.pooling();
    return pooling == null || !found.has("pooling")
        ? headed
        : headed.with("pooling", Value.of(RecipeTree.word(pooling)));
  }
}
