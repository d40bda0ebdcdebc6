package dev.retort.space;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Lists;
import dev.retort.space.text.EncoderFamily;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * A small random space as the arguments of {@link SearchSpace#of}, and its members found the slow
 * way: by trying every combination.
 */
record RandomSpace(
    Map<String, Dimension> elastic, Map<String, Value> fixed, List<Constraint> constraints) {

  static RandomSpace of(RandomGenerator random) {
    Map<String, Dimension> elastic = new HashMap<>();
    Map<String, Value> fixed = new HashMap<>();
    put(random, elastic, fixed, "layers", numbers(random, 1, 4, 1), false);
    put(random, elastic, fixed, "hidden", numbers(random, 2, 9, 8), false);
    put(random, elastic, fixed, "head-size", numbers(random, 1, 4, 8), false);
    boolean bound = random.nextInt(3) == 0;
    if (!bound || random.nextBoolean()) {
      put(random, elastic, fixed, "heads", numbers(random, 1, 5, 1), random.nextBoolean());
    }
    if (random.nextBoolean()) {
      // Steps of a twentieth of a narrow width: some of these choices give the same network.
      put(random, elastic, fixed, "ratio", numbers(random, 10, 18, 0.05), random.nextBoolean());
    } else {
      put(random, elastic, fixed, "intermediate", numbers(random, 1, 40, 1), random.nextBoolean());
    }
    fixed.put("positions", Value.of(20));
    put(random, elastic, fixed, "vocabulary", List.of(Value.of(50)), false);
    if (random.nextInt(4) == 0) {
      Choices choices = Choices.of(Value.of("mean"), Value.of("pooler"));
      elastic.put("pooling", new Dimension("pooling", choices, Scope.NETWORK));
    }
    ImmutableList.Builder<Constraint> constraints = ImmutableList.builder();
    if (bound) {
      constraints.add(Constraint.named("hf-bert"));
    }
    if (random.nextBoolean()) {
      long from = random.nextInt(2000, 8000);
      constraints.add(new ParameterRange(from, from + random.nextInt(1, 20000)));
    }
    return new RandomSpace(elastic, fixed, constraints.build());
  }

  private static void put(
      RandomGenerator random,
      Map<String, Dimension> elastic,
      Map<String, Value> fixed,
      String name,
      List<Value> values,
      boolean perLayer) {
    if (values.size() == 1 && random.nextBoolean()) {
      fixed.put(name, values.get(0));
    } else {
      Choices choices = new Choices(ImmutableList.copyOf(values));
      elastic.put(name, new Dimension(name, choices, perLayer ? Scope.LAYER : Scope.NETWORK));
    }
  }

  /** One to three different numbers in random order. */
  private static List<Value> numbers(RandomGenerator random, int from, int below, double step) {
    Set<Value> values = new LinkedHashSet<>();
    int count = random.nextInt(1, 4);
    for (int i = 0; i < count; i++) {
      values.add(Value.of(Math.round(random.nextInt(from, below) * step * 100) / 100.0));
    }
    return List.copyOf(values);
  }

  SearchSpace build() {
    return SearchSpace.of(EncoderFamily.BERT, elastic, fixed, constraints);
  }

  /** Every member. */
  Set<Architecture> members() {
    Map<String, Value> start = new HashMap<>(fixed);
    Set<Architecture> members = new HashSet<>();
    extend(ImmutableList.copyOf(elastic.values()), 0, start, members);
    return ImmutableSet.copyOf(members);
  }

  private void extend(
      List<Dimension> dimensions, int done, Map<String, Value> values, Set<Architecture> members) {
    if (done == dimensions.size()) {
      complete(values, members);
      return;
    }
    Dimension dimension = dimensions.get(done);
    if (dimension.scope() == Scope.LAYER) {
      // Up to three layers; shorter networks take the leading numbers.
      for (List<Double> numbers : triples(dimension.choices())) {
        values.put(dimension.name(), new Value.Each(ImmutableList.copyOf(numbers)));
        extend(dimensions, done + 1, values, members);
      }
    } else {
      for (Value value : dimension.choices().values()) {
        values.put(dimension.name(), value);
        extend(dimensions, done + 1, values, members);
      }
    }
    values.remove(dimension.name());
  }

  private static List<List<Double>> triples(Choices choices) {
    List<Double> numbers =
        choices.values().stream().map(value -> ((Value.Number) value).value()).toList();
    return Lists.cartesianProduct(numbers, numbers, numbers);
  }

  private void complete(Map<String, Value> values, Set<Architecture> members) {
    int layers = (int) number(values, "layers");
    ImmutableMap.Builder<String, Value> whole = ImmutableMap.builder();
    values.forEach((name, value) -> whole.put(
        name,
        value instanceof Value.Each each
            ? new Value.Each(each.values().subList(0, layers))
            : value));
    if (!values.containsKey("heads")) {
      double heads = number(values, "hidden") / number(values, "head-size");
      if (heads != Math.rint(heads)) {
        return;
      }
      whole.put("heads", Value.of(heads));
    }
    Architecture architecture = Architecture.of(EncoderFamily.BERT, whole.buildOrThrow());
    if (constraints.stream().allMatch(each -> each.admits(architecture))) {
      members.add(architecture);
    }
  }

  private static double number(Map<String, Value> values, String name) {
    return values.get(name) instanceof Value.Number number ? number.value() : Double.NaN;
  }
}
