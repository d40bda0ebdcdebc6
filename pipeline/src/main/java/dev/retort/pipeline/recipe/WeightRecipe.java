package dev.retort.pipeline.recipe;

import dev.retort.distill.train.WeightSchedule;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What an objective's loss is multiplied by: {@code 0.5}, or {@code {from: 0, to: 1, form: cosine,
 * begin: 100, end: 50%}}.
 *
 * @param from the factor at the beginning; default 1
 * @param to the factor at the end; default {@code from}
 * @param form how it goes from one to the other: {@code linear} (default) or {@code cosine}
 * @param begin the step at which it begins to move, or its share of the training's; default 0
 * @param end the step from which it stays, or its share; default 100%
 */
public record WeightRecipe(
    double from, double to, WeightSchedule.Form form, Amount begin, Amount end)
    implements RecipeTree.Written {
  private static final Amount ALL = Amount.percent(100);

  /** The factor 1. */
  public static final WeightRecipe ONE = constant(1);

  /** One factor for all steps. */
  public static WeightRecipe constant(double weight) {
    return new WeightRecipe(weight, weight, WeightSchedule.Form.LINEAR, Amount.NONE, ALL);
  }

  static WeightRecipe read(Section term) {
    if (!(term.peek("weight") instanceof YamlTree.Mapping)) {
      return constant(term.decimal("weight", 1, Interval.POSITIVE));
    }
    Section section = term.section("weight");
    double from = section.decimal("from", 1, Interval.NOT_NEGATIVE);
    WeightRecipe read = new WeightRecipe(
        from,
        section.decimal("to", from, Interval.NOT_NEGATIVE),
        section.word("form", WeightSchedule.Form.LINEAR),
        amount(section, "begin", Amount.NONE),
        amount(section, "end", ALL));
    if (read.from == 0 && read.to == 0) {
      section.mistake("to", "found 0 beside from: 0; allowed: a weight above 0 at one end");
    }
    if (read.begin.percent() == read.end.percent() && read.end.value() < read.begin.value()) {
      section.mistake(
          "end", "found " + read.end + " before begin: " + read.begin + "; allowed: a later step");
    }
    section.close();
    return read;
  }

  private static Amount amount(Section section, String key, Amount standard) {
    Amount read = section.parsed(key, "a number of steps, or a percentage", Amount::parse);
    return read == null ? standard : read;
  }

  /** The factor over a training of so many steps. */
  public WeightSchedule schedule(long steps) {
    long first = begin.of((double) steps);
    return new WeightSchedule(form, from, to, first, Math.max(first, end.of((double) steps)));
  }

  @Override
  public Object written() {
    if (from == to) {
      return from;
    }
    Map<String, Object> all = new LinkedHashMap<>();
    all.put("from", from);
    all.put("to", to);
    all.put("form", form);
    all.put("begin", begin);
    all.put("end", end);
    return all;
  }
}
