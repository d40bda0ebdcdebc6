package dev.retort.search;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.Maps;
import dev.retort.space.Architecture;
import dev.retort.space.Dimension;
import dev.retort.space.Scope;
import dev.retort.space.SearchSpace;
import dev.retort.space.SubSpace;
import dev.retort.space.Value;
import io.jenetics.Genotype;
import io.jenetics.util.ISeq;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Architectures of several sub-spaces as choices, and back: one chromosome with the sub-space, then
 * each dimension, one gene or one a layer.
 *
 * <p>Where sub-spaces have different numbers of values for a dimension, the gene has the most, and
 * an index stands for its place between the first value and the last, so that a choice crossed into
 * another sub-space keeps its sense: the largest stays the largest. Genes of layers that a shallow
 * architecture has not lie idle.
 */
final class Encoding {
  /** What every family calls its depth. */
  private static final String LAYERS = "layers";

  private final ImmutableList<SubSpace> subSpaces;
  private final ImmutableList<Locus> loci;

  /** A run of genes: a dimension's name, its number of genes, and the most choices it has. */
  private record Locus(String dimension, int genes, int choices) {}

  Encoding(ImmutableList<SubSpace> subSpaces) {
    this.subSpaces = subSpaces;
    Map<String, Locus> found = new LinkedHashMap<>();
    for (SubSpace subSpace : subSpaces) {
      int layers = mostLayers(subSpace);
      for (Dimension dimension : subSpace.space().dimensions()) {
        Locus locus = new Locus(
            dimension.name(),
            dimension.scope() == Scope.LAYER ? layers : 1,
            dimension.choices().size());
        found.merge(
            dimension.name(),
            locus,
            (a, b) ->
                new Locus(a.dimension, Math.max(a.genes, b.genes), Math.max(a.choices, b.choices)));
      }
    }
    this.loci = ImmutableList.copyOf(found.values());
  }

  private static int mostLayers(SubSpace subSpace) {
    int layers = Math.max(
        subSpace.space().largest().layers(), subSpace.space().smallest().layers());
    // Under constraints neither need be the deepest.
    for (Dimension dimension : subSpace.space().dimensions()) {
      for (Value value : dimension.choices().values()) {
        if (dimension.name().equals(LAYERS) && value instanceof Value.Number number) {
          layers = Math.max(layers, (int) number.value());
        }
      }
    }
    return layers;
  }

  /** The sub-space that the choices name. */
  SubSpace subSpace(Genotype<ChoiceGene> genotype) {
    return subSpaces.get(genotype.chromosome().get(0).index());
  }

  /** The architecture that the choices make; null: there is none such in the sub-space. */
  @Nullable
  Architecture decode(Genotype<ChoiceGene> genotype) {
    SearchSpace space = subSpace(genotype).space();
    Map<String, Value> chosen = new HashMap<>();
    for (Dimension dimension : space.dimensions()) {
      if (dimension.scope() == Scope.NETWORK) {
        chosen.put(dimension.name(), value(dimension, gene(genotype, dimension, 0)));
      }
    }
    int layers = chosen.get(LAYERS) instanceof Value.Number number
        ? (int) number.value()
        : space.smallest().layers();
    for (Dimension dimension : space.dimensions()) {
      if (dimension.scope() == Scope.LAYER) {
        chosen.put(dimension.name(), perLayer(genotype, dimension, layers));
      }
    }
    return space.complete(chosen).orElse(null);
  }

  private Value perLayer(Genotype<ChoiceGene> genotype, Dimension dimension, int layers) {
    ImmutableList.Builder<Double> values = ImmutableList.builder();
    for (int layer = 0; layer < layers; layer++) {
      values.add(((Value.Number) value(dimension, gene(genotype, dimension, layer))).value());
    }
    return new Value.Each(values.build());
  }

  private ChoiceGene gene(Genotype<ChoiceGene> genotype, Dimension dimension, int layer) {
    int start = 1;
    for (Locus locus : loci) {
      if (locus.dimension.equals(dimension.name())) {
        return genotype.chromosome().get(start + layer);
      }
      start += locus.genes;
    }
    throw new IllegalArgumentException("No such dimension is encoded (" + dimension + ")");
  }

  private static Value value(Dimension dimension, ChoiceGene gene) {
    int size = dimension.choices().size();
    return dimension.choices().values().get((int) ((long) gene.index() * size / gene.choices()));
  }

  /** The choices that make a member of a sub-space. */
  Genotype<ChoiceGene> encode(SubSpace subSpace, Architecture architecture) {
    Map<String, List<String>> chosen = new HashMap<>();
    // The label has the choices themselves, where the architecture may hold a derived value.
    for (String part : Splitter.on(',').split(subSpace.space().label(architecture))) {
      int equals = part.indexOf('=');
      chosen.put(
          part.substring(0, equals), Splitter.on('/').splitToList(part.substring(equals + 1)));
    }
    Map<String, Dimension> dimensions =
        Maps.uniqueIndex(subSpace.space().dimensions(), Dimension::name);
    List<ChoiceGene> genes = new ArrayList<>();
    genes.add(new ChoiceGene(subSpaces.indexOf(subSpace), subSpaces.size()));
    for (Locus locus : loci) {
      Dimension dimension = dimensions.get(locus.dimension);
      List<String> values = chosen.getOrDefault(locus.dimension, List.of());
      for (int layer = 0; layer < locus.genes; layer++) {
        String value = values.isEmpty() ? "" : values.get(Math.min(layer, values.size() - 1));
        genes.add(new ChoiceGene(
            dimension == null ? 0 : index(dimension, value, locus.choices), locus.choices));
      }
    }
    return Genotype.of(new ChoiceChromosome(ISeq.of(genes)));
  }

  private static int index(Dimension dimension, String text, int choices) {
    int size = dimension.choices().size();
    for (int choice = 0; choice < size; choice++) {
      if (dimension.choices().values().get(choice).toString().equals(text)) {
        // The least index that value() takes back to this choice.
        return (int) (((long) choice * choices + size - 1) / size);
      }
    }
    throw new IllegalArgumentException("No choice (" + text + ") in " + dimension);
  }
}
