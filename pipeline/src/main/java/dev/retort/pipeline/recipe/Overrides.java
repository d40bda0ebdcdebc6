package dev.retort.pipeline.recipe;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.NearestName;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Overrides of single keys, as the command line gives them: {@code train.steps=10}.
 *
 * <p>The part before the first {@code =} is a path: keys parted by dots, and for items of a list
 * their numbers from 0 ({@code train.objectives.1.kd.weight=2} or {@code
 * train.objectives[1].kd.weight=2}). The rest is a YAML value ({@code [16, 32]}, {@code {flops:
 * 40%}}); {@code null} or nothing takes the key out, so that its default holds. Overrides apply in
 * their order, before the recipe is checked, so that an unknown key is found like one of the file.
 */
final class Overrides {
  private static final Pattern INDEX = Pattern.compile("\\[(\\d+)]");
  private final List<Mistake> mistakes;

  private Overrides(List<Mistake> mistakes) {
    this.mistakes = mistakes;
  }

  /** The recipe with the overrides applied; what cannot be is added to the mistakes. */
  static YamlTree.Mapping apply(
      YamlTree.Mapping recipe, List<String> overrides, List<Mistake> mistakes) {
    Overrides applying = new Overrides(mistakes);
    YamlTree.Mapping result = recipe;
    for (String override : overrides) {
      result = applying.apply(result, override);
    }
    return result;
  }

  private YamlTree.Mapping apply(YamlTree.Mapping recipe, String override) {
    int equals = override.indexOf('=');
    String path = equals < 0 ? override : override.substring(0, equals).strip();
    Position position = Position.of("--set " + YamlTree.shown(path));
    List<String> keys = Splitter.on('.').splitToList(INDEX.matcher(path).replaceAll(".$1"));
    if (equals < 1 || keys.contains("")) {
      mistakes.add(Mistake.at(
          position,
          "",
          "found " + YamlTree.shown(override)
              + "; allowed: KEY=VALUE; write it like --set train.steps=10"));
      return recipe;
    }
    YamlTree value;
    try {
      String text = override.substring(equals + 1);
      value = text.isBlank()
          ? new YamlTree.Scalar("", true, position)
          : moved(
              YamlReader.read(position.source(), text.getBytes(StandardCharsets.UTF_8)), position);
    } catch (RecipeErrors e) {
      e.mistakes().forEach(each -> mistakes.add(Mistake.at(position, path, each.message())));
      return recipe;
    }
    return set(recipe, keys, 0, value, position) instanceof YamlTree.Mapping changed
        ? changed
        : recipe;
  }

  private YamlTree set(
      YamlTree tree, List<String> keys, int depth, YamlTree value, Position position) {
    if (depth == keys.size()) {
      return value;
    }
    String key = keys.get(depth);
    if (tree instanceof YamlTree.Sequence sequence) {
      return setItem(sequence, keys, depth, value, position);
    }
    if (!(tree instanceof YamlTree.Mapping mapping)) {
      mistakes.add(Mistake.at(
          position,
          String.join(".", keys),
          "found " + tree.words() + " at "
              + String.join(".", keys.subList(0, depth))
              + "; allowed there: a mapping with the key "
              + YamlTree.shown(key) + "; set " + String.join(".", keys.subList(0, depth))
              + " as a whole"));
      return tree;
    }
    Map<String, YamlTree.Entry> entries = new LinkedHashMap<>(mapping.entries());
    YamlTree.Entry old = entries.get(key);
    boolean last = depth == keys.size() - 1;
    if (last && value instanceof YamlTree.Scalar scalar && scalar.isNull()) {
      if (entries.remove(key) == null) {
        mistakes.add(Mistake.at(
            position,
            String.join(".", keys),
            "found no such key to take out;"
                + " allowed: " + String.join(", ", entries.keySet())
                + NearestName.advice(key, entries.keySet())));
      }
    } else {
      YamlTree inner =
          old == null ? new YamlTree.Mapping(ImmutableMap.of(), position) : old.value();
      entries.put(
          key,
          new YamlTree.Entry(
              old == null || last ? position : old.keyPosition(),
              set(inner, keys, depth + 1, value, position)));
    }
    return new YamlTree.Mapping(ImmutableMap.copyOf(entries), mapping.position());
  }

  private YamlTree setItem(
      YamlTree.Sequence list, List<String> keys, int depth, YamlTree value, Position position) {
    String key = keys.get(depth);
    if (!key.matches("\\d{1,6}") || Integer.parseInt(key) >= list.items().size()) {
      mistakes.add(Mistake.at(
          position,
          String.join(".", keys),
          "found item "
              + YamlTree.shown(key) + " of a list; allowed: a number from 0 to "
              + (list.items().size() - 1) + "; set the whole list to add one"));
      return list;
    }
    int index = Integer.parseInt(key);
    List<YamlTree> items = new ArrayList<>(list.items());
    items.set(index, set(items.get(index), keys, depth + 1, value, position));
    return new YamlTree.Sequence(ImmutableList.copyOf(items), list.position());
  }

  /** The same tree with every value standing at one position. */
  private static YamlTree moved(YamlTree tree, Position position) {
    if (tree instanceof YamlTree.Sequence sequence) {
      return new YamlTree.Sequence(
          sequence.items().stream()
              .map(item -> moved(item, position))
              .collect(ImmutableList.toImmutableList()),
          position);
    }
    if (tree instanceof YamlTree.Mapping mapping) {
      ImmutableMap.Builder<String, YamlTree.Entry> entries = ImmutableMap.builder();
      mapping
          .entries()
          .forEach((key, entry) ->
              entries.put(key, new YamlTree.Entry(position, moved(entry.value(), position))));
      return new YamlTree.Mapping(entries.buildOrThrow(), position);
    }
    YamlTree.Scalar scalar = (YamlTree.Scalar) tree;
    return new YamlTree.Scalar(scalar.text(), scalar.plain(), position);
  }
}
