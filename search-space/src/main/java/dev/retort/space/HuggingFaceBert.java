package dev.retort.space;

import com.google.common.collect.ImmutableMap;
import java.util.Map;
import java.util.Optional;

/**
 * What Hugging Face's BertModel can hold: heads times head-size is the hidden width in every layer.
 *
 * <p>Where a space gives no heads, they follow: hidden / head-size; a hidden width that the head
 * size does not divide is then no member of the space.
 */
record HuggingFaceBert() implements LayerConstraint {
  static final String NAME = "hf-bert";

  @Override
  public String name() {
    return NAME;
  }

  @Override
  public boolean admits(Architecture architecture, int layer) {
    return (long) architecture.integer("heads", layer) * architecture.integer("head-size")
        == architecture.integer("hidden");
  }

  @Override
  public Optional<ImmutableMap<String, Value>> derive(Family family, Map<String, Value> known) {
    if (known.containsKey("heads")
        || !(known.get("hidden") instanceof Value.Number hidden)
        || !(known.get("head-size") instanceof Value.Number size)) {
      return Optional.of(ImmutableMap.of());
    }
    double heads = hidden.value() / size.value();
    return heads == Math.rint(heads)
        ? Optional.of(ImmutableMap.of("heads", Value.of(heads)))
        : Optional.empty();
  }
}
