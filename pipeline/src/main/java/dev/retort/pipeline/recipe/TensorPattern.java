package dev.retort.pipeline.recipe;

import com.google.common.collect.ImmutableSet;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;

/** Tensors by their state-dict names, in which {@code *} stands for anything. */
public final class TensorPattern {
  private TensorPattern() {}

  /** The names that match one of the patterns. */
  public static ImmutableSet<String> matching(List<String> patterns, Collection<String> names) {
    List<Pattern> all = patterns.stream().map(TensorPattern::compiled).toList();
    return names.stream()
        .filter(name -> all.stream().anyMatch(each -> each.matcher(name).matches()))
        .collect(ImmutableSet.toImmutableSet());
  }

  private static Pattern compiled(String pattern) {
    return Pattern.compile("\\Q" + pattern.replace("*", "\\E.*\\Q") + "\\E");
  }
}
