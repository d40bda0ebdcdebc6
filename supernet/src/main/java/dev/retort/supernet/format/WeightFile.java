package dev.retort.supernet.format;

import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.data.image.Preprocessing;
import dev.retort.space.Architecture;
import dev.retort.space.UserException;
import dev.retort.space.Value;
import dev.retort.supernet.Weights;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Weights alone: a safetensors file without a config, recognised by the names and shapes of its
 * tensors. What these do not tell, such as padding and preparation, is what is usual for the
 * layout.
 *
 * @param folder the file
 * @param weights float32, under the blueprint's names whatever the file's were
 * @param images how images are prepared for such networks as a rule
 */
public record WeightFile(Path folder, Weights weights, Preprocessing images)
    implements ModelFolder {
  /** Such as mobilenet_v1_0.25_128: multiplier and resolution. */
  private static final Pattern MOBILE_NET =
      Pattern.compile("^mobilenet_v[12]_[0-9.]+_([1-9][0-9]{1,2})\\b");

  /**
   * Reads a file.
   *
   * @param manager what the weights are attached to
   * @throws UserException when it is damaged or of no known layout; the message says what was seen
   *     and what is known
   */
  public static WeightFile read(Path file, NDManager manager) {
    SafetensorsFile whole = SafetensorsFile.open(file);
    WeightLayout.Recognised recognised = recognise(whole);
    TensorStore store = new FusedTensors(whole, recognised.fused());
    ImmutableMap<String, TensorEntry> entries = TensorShapes.of(store).entries();
    Map<String, StoredTensor> found = new LinkedHashMap<>();
    recognised.names().forEach((name, blueprint) -> {
      TensorEntry entry = Objects.requireNonNull(entries.get(name));
      StoredTensor other = found.put(blueprint, StoredTensor.whole(blueprint, entry));
      if (other != null) {
        throw refuse(
            whole,
            "holds one tensor under two names, " + Quoted.of(other.entry().name()) + " and "
                + Quoted.of(name) + ". Remove one of them.");
      }
    });
    Weights weights = StoredWeights.load(recognised.architecture(), store, found, manager);
    return new WeightFile(file, weights, recognised.images());
  }

  /** What a file is, told from its header alone. */
  public static Architecture architecture(Path file) {
    return recognise(SafetensorsFile.open(file)).architecture();
  }

  private static WeightLayout.Recognised recognise(SafetensorsFile store) {
    TensorShapes shapes = TensorShapes.of(store);
    for (WeightLayout layout : WeightLayout.ALL) {
      try {
        Optional<WeightLayout.Recognised> recognised = layout.recognise(shapes);
        if (recognised.isPresent()) {
          return named(store.path(), recognised.get());
        }
      } catch (WeightLayout.Unfit | IllegalArgumentException e) {
        throw refuse(
            store,
            "has the names of " + layout.name() + ", but " + e.getMessage()
                + ". Give a folder whose config.json says what it is.");
      }
    }
    if (shapes.names().stream().anyMatch(each -> each.contains("word_embeddings"))) {
      throw refuse(
          store,
          "has the names of a BERT, whose number of heads no tensor tells. Give"
              + " the folder that has its config.json too.");
    }
    String seen =
        shapes.names().stream().limit(5).map(Quoted::of).collect(Collectors.joining(", "));
    throw refuse(
        store,
        "is of no layout that is known by its names. It has " + shapes.names().size()
            + " tensors, such as " + seen + "; known are "
            + WeightLayout.ALL.stream().map(WeightLayout::name).collect(Collectors.joining("; "))
            + ". Give a folder whose config.json says what it is.");
  }

  /** The same at the resolution that the file's name has as TensorFlow names MobileNets, if any. */
  private static WeightLayout.Recognised named(Path file, WeightLayout.Recognised recognised) {
    Matcher name = MOBILE_NET.matcher(file.getFileName().toString());
    if (!name.find()) {
      return recognised;
    }
    int side = Integer.parseInt(name.group(1));
    return new WeightLayout.Recognised(
        recognised.architecture().with("resolution", Value.of(side)),
        recognised.names(),
        recognised.images().withSide(side),
        recognised.fused());
  }

  private static UserException refuse(SafetensorsFile store, String what) {
    return new UserException(UserException.Kind.INPUT, store.path() + ": " + what);
  }

  /** No file of weights has names of classes. */
  @Override
  public ImmutableList<String> labels() {
    return ImmutableList.of();
  }

  @Override
  public @Nullable Path vocabulary() {
    return null;
  }

  @Override
  public boolean lowerCase() {
    return true;
  }
}
