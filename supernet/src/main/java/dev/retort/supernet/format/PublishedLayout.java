package dev.retort.supernet.format;

import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Maps;
import dev.retort.data.image.Filter;
import dev.retort.data.image.PixelScaling;
import dev.retort.data.image.Preprocessing;
import dev.retort.space.Architecture;
import dev.retort.space.Axis;
import dev.retort.space.Families;
import dev.retort.space.TensorSpec;
import dev.retort.space.Value;
import java.util.Arrays;
import java.util.Optional;

/**
 * Published networks whose blueprints have their publishers' names, recognised by having exactly
 * their tensors: MobileNetV3 and ShuffleNetV2 by torchvision's names, wide ResNets by those of
 * szagoruyko's and xternalz's. Classes may be of another number. Where several have the same
 * tensors, such as a ShuffleNet for photos and one for CIFAR, it is the one that was published with
 * as many classes, else the first.
 */
final class PublishedLayout implements WeightLayout {
  private static final ImmutableSet<String> FAMILIES =
      ImmutableSet.of("mobilenet-v3", "shufflenet-v2", "wrn");
  private static final String CLASSES = "classes";

  @Override
  public String name() {
    return "MobileNetV3, ShuffleNetV2 (torchvision's names) and wide ResNets as published";
  }

  @Override
  public Optional<Recognised> recognise(TensorShapes shapes) {
    Architecture first = null;
    for (String text : Families.models().values()) {
      if (!FAMILIES.contains(text.substring(0, Math.max(0, text.indexOf(':'))))) {
        continue;
      }
      Architecture published = Architecture.parse(text);
      Architecture found = withClasses(published, shapes);
      if (!has(found, shapes)) {
        continue;
      }
      if (found.equals(published)) {
        return Optional.of(recognised(found, shapes));
      }
      first = first == null ? found : first;
    }
    return Optional.ofNullable(first).map(found -> recognised(found, shapes));
  }

  private static Architecture withClasses(Architecture published, TensorShapes shapes) {
    for (TensorSpec each : published.blueprint().tensors()) {
      boolean classifier =
          each.axes().size() == 2 && each.axes().stream().map(Axis::name).anyMatch(CLASSES::equals);
      if (classifier) {
        TensorEntry entry = shapes.entries().get(each.name());
        int classes =
            entry == null || entry.shape().dimension() != 2 ? 0 : shapes.length(each.name(), 0, 2);
        return published.with(CLASSES, Value.of(classes));
      }
    }
    return published;
  }

  private static boolean has(Architecture architecture, TensorShapes shapes) {
    ImmutableMap<String, TensorEntry> entries = shapes.entries();
    return architecture.blueprint().tensors().size() == entries.size()
        && architecture.blueprint().tensors().stream().allMatch(each -> {
          TensorEntry entry = entries.get(each.name());
          return entry != null && Arrays.equals(entry.shape().getShape(), each.shape());
        });
  }

  private static Recognised recognised(Architecture architecture, TensorShapes shapes) {
    int side = architecture.integer("resolution");
    return new Recognised(
        architecture,
        Maps.toMap(shapes.names(), each -> each),
        side > 32
            ? Preprocessing.photo(side, Filter.BILINEAR, PixelScaling.IMAGENET)
            : Preprocessing.of(3, PixelScaling.IMAGENET));
  }
}
