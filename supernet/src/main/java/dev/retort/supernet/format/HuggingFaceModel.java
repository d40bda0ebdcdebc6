package dev.retort.supernet.format;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.retort.data.image.Preprocessing;
import dev.retort.space.Architecture;
import dev.retort.supernet.Weights;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A kind of model as Hugging Face transformers saves it: the {@code model_type} of a config.json,
 * mapped onto architectures of one family and back. One file for each; a program can bring its own,
 * named in {@code META-INF/services/dev.retort.supernet.format.HuggingFaceModel}.
 */
public interface HuggingFaceModel {

  /** The {@code model_type} of its config.json, such as {@code bert}. */
  String type();

  /** The family of its architectures. */
  String family();

  /** Whether it looks at images; else at text, and needs a vocabulary. */
  default boolean images() {
    return false;
  }

  /**
   * Reads a config.json of this type. Each value that Retort would compute differently is refused
   * with {@link ConfigFile#refuse}.
   *
   * @throws dev.retort.space.UserException for such a value
   */
  Described read(ConfigFile config);

  /** What a config.json says. */
  interface Described {
    /**
     * The blueprint's name of a tensor of the file; empty for one that is known and not needed,
     * such as a buffer. An unknown name is given back as it is, and refused later.
     */
    Optional<String> blueprintName(String fileName);

    /**
     * The blueprint's tensors that a tensor of the file holds: none, the tensor of {@link
     * #blueprintName} as it is, or parts of the file's tensor.
     */
    default ImmutableList<TensorPart> parts(String fileName) {
      return blueprintName(fileName)
          .map(name -> ImmutableList.of(TensorPart.whole(name)))
          .orElse(ImmutableList.of());
    }

    /**
     * Tensors that files may hold although the network has them in another, by the blueprint's
     * names: a copy, and what it is a copy of. A copy that equals the other is left out, one that
     * stands alone taken for the other; one that differs is a tensor of its own, as in
     * transformers.
     */
    default ImmutableMap<String, String> copies() {
      return ImmutableMap.of();
    }

    /**
     * The architecture.
     *
     * @param contents what else the folder holds: whether there is a classifier is told by tensors
     */
    Architecture architecture(Contents contents);

    /** What users should know of how it is read, such as a head that is left out; or none. */
    default Optional<String> note() {
      return Optional.empty();
    }

    /** The same file read without its head, for another one; itself where heads stand apart. */
    default Described headless() {
      return this;
    }

    /**
     * The names of the classes in the order of the logits, whether there is a classifier or not.
     */
    ImmutableList<String> labels();

    /** {@code do_lower_case}, where the file says it. */
    default @Nullable Boolean lowerCase() {
      return null;
    }
  }

  /**
   * What a folder holds beside its config.json.
   *
   * @param tensors the tensors' names, those of the blueprint
   * @param images how images are prepared; null where the folder does not say
   */
  record Contents(ImmutableSet<String> tensors, @Nullable Preprocessing images) {
    /** Whether some tensor's name begins so. */
    public boolean hasBelow(String prefix) {
      return tensors.stream().anyMatch(each -> each.startsWith(prefix));
    }
  }

  /**
   * Why transformers' class cannot hold an architecture of the family, and what to do.
   *
   * @param why begins with what is meant, such as "its heads differ from layer to layer"
   * @param dimension the dimension to set, such as {@code heads}
   * @param constraint the constraint of a space that leaves only what fits; null: there is none
   */
  record Refusal(String why, String dimension, @Nullable String constraint) {}

  /** Whether networks are written as this kind; else it is read alone, as another kind's like. */
  default boolean written() {
    return true;
  }

  /** Why an architecture of the family cannot be written; empty when it can. */
  Optional<Refusal> refusal(Architecture architecture);

  /**
   * The config.json of an architecture that can be written, without {@code model_type}, {@code
   * dtype} and the labels, which every kind has.
   *
   * @param labels a name for each class
   */
  ObjectNode config(Architecture architecture, ImmutableList<String> labels);

  /** The file's name of a tensor of the blueprint. */
  default String fileName(String tensor, Architecture architecture) {
    return tensor;
  }

  /**
   * The tensors to write, by the file's names.
   *
   * @param scratch owns what is made for it
   */
  default Map<String, NDArray> tensors(Weights weights, NDManager scratch) {
    Map<String, NDArray> tensors = new LinkedHashMap<>();
    weights
        .tensors()
        .forEach((name, tensor) -> tensors.put(fileName(name, weights.architecture()), tensor));
    return tensors;
  }
}
