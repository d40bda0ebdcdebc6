package dev.retort.pipeline.recipe;

import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/** Writes a recipe with every default filled in, as YAML that reads back to an equal recipe. */
public final class EffectiveRecipe {
  private EffectiveRecipe() {}

  /** The recipe as YAML, keys in the order of {@link Recipe}, paths absolute. */
  public static String write(Recipe recipe) {
    DumpSettings settings =
        DumpSettings.builder().setDefaultFlowStyle(FlowStyle.AUTO).setWidth(100).build();
    return new Dump(settings).dumpToString(RecipeTree.of(recipe));
  }
}
