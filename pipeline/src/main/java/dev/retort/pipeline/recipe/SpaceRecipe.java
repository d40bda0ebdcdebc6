package dev.retort.pipeline.recipe;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.Families;
import dev.retort.space.Family;
import dev.retort.space.Property;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What students may be. One of {@code sub-spaces}, {@code dimensions} and {@code preset} is given.
 * A dimension that neither varies nor is fixed is the teacher's (head size, vocabulary, positions,
 * types, classes, pooling) or follows from the others.
 *
 * @param family default {@code bert}
 * @param preset a published space, such as {@code autodistil}
 * @param subSpaces the choices of each sub-space by its name
 * @param dimensions the choices of one space, which {@code partition} cuts
 * @param partition how it is cut; default: not
 * @param fixed values that are the same in all sub-spaces
 * @param constraint rules that every student obeys, such as {@code hf-bert}
 */
public record SpaceRecipe(
    String family,
    @Nullable String preset,
    ImmutableMap<String, ImmutableMap<String, Choice>> subSpaces,
    ImmutableMap<String, Choice> dimensions,
    @Nullable PartitionRecipe partition,
    ImmutableMap<String, Choice> fixed,
    ImmutableList<String> constraint) {

  /**
   * How one space becomes several.
   *
   * @param by what its members are ordered by; {@code parameters} (default)
   * @param into how many; default 3
   */
  public record PartitionRecipe(By by, int into) {
    /** What members are ordered by. */
    public enum By {
      PARAMETERS
    }
  }

  static @Nullable SpaceRecipe read(Section recipe) {
    if (!recipe.has("space")) {
      recipe.missing(
          "space",
          "a mapping with sub-spaces, dimensions or preset; or student, one that is given");
      return null;
    }
    Section section = recipe.section("space");
    String familyName = section.word("family", "bert", Families.all().keySet());
    Family family = Objects.requireNonNull(Families.find(familyName));
    long forms =
        Stream.of("sub-spaces", "dimensions", "preset").filter(section::has).count();
    if (forms != 1) {
      section.mistake(
          "sub-spaces",
          "found " + (forms == 0 ? "none" : "several") + " of sub-spaces,"
              + " dimensions and preset; allowed: one of them; sub-spaces spells them out,"
              + " dimensions"
              + " with partition lets Retort cut");
    }
    PartitionRecipe partition = null;
    if (section.has("dimensions")) {
      Section cut = section.section("partition");
      partition = new PartitionRecipe(
          cut.word("by", PartitionRecipe.By.PARAMETERS),
          cut.integer("into", section.has("partition") ? 3 : 1, 1, 1000));
      cut.close();
    }
    String preset = section.text("preset", "the name of a published space, such as autodistil");
    ImmutableMap<String, ImmutableMap<String, Choice>> subSpaces =
        section.named("sub-spaces", (all, name) -> choices(all, name, family));
    if (section.has("sub-spaces") && subSpaces.isEmpty()) {
      section.mistake(
          "sub-spaces",
          "found no sub-space; allowed: at least one; add one such as" + " tiny: {layers: 2..4}");
    }
    SpaceRecipe read = new SpaceRecipe(
        familyName,
        preset,
        subSpaces,
        section.has("dimensions") ? choices(section, "dimensions", family) : ImmutableMap.of(),
        partition,
        choices(section, "fixed", family),
        texts(section, "constraint"));
    section.close();
    return read;
  }

  private static ImmutableMap<String, Choice> choices(Section outer, String key, Family family) {
    return Choice.read(
        outer, key, family.properties().stream().map(Property::name).toList());
  }

  private static ImmutableList<String> texts(Section section, String key) {
    ImmutableList.Builder<String> texts = ImmutableList.builder();
    section.items(key).forEach((at, item) -> {
      if (item instanceof YamlTree.Scalar scalar && !scalar.isNull()) {
        texts.add(scalar.text().strip());
      } else {
        section.reading().wrong(item, at, "the name of a constraint, such as hf-bert");
      }
    });
    return texts.build();
  }
}
