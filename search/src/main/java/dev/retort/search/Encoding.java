package dev.retort.search;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.Maps;
import dev.retort.space.Architecture;
import dev.retort.space.Dimension;
import dev.retort.space.LayeredFamily;
import dev.retort.space.Scope;
import dev.retort.space.SearchSpace;
import dev.retort.space.SubSpace;
import dev.retort.space.Value;
import io.jenetics.Chromosome;
import io.jenetics.Genotype;
import io.jenetics.util.ISeq;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Architectures of several sub-spaces as choices, and back: one chromosome with the sub-space, then
 * each dimension, one gene, one a stage or one a layer; the genes of layers stand stage by stage.
 *
 * <p>Where sub-spaces have different numbers of values for a dimension, the gene has the most, and
 * an index stands for its place between the first value and the last, so that a choice crossed into
 * another sub-space keeps its sense: the largest stays the largest. Each stage has genes for the
 * most layers that it may have; those of layers that a shallow architecture has not lie idle.
 */
final class Encoding {
  /** What every family of one stage calls its depth. */
  private static final String LAYERS = "layers";

  private final ImmutableList<SubSpace> subSpaces;
  private final Map<String, Locus> loci;

  /**
   * A run of genes.
   *
   * @param first its first gene's position
   * @param slots its genes by stage; one stage where the dimension does not differ by stage
   * @param choices the most choices that its dimension has
   */
  private record Locus(int first, ImmutableList<Integer> slots, int choices) {
    int genes() {
      return slots.stream().mapToInt(Integer::intValue).sum();
    }

    /** The same run from another position. */
    Locus from(int position) {
      return new Locus(position, slots, choices);
    }

    /** The least that holds both. */
    Locus with(Locus other) {
      ImmutableList.Builder<Integer> most = ImmutableList.builder();
      for (int i = 0; i < Math.max(slots.size(), other.slots.size()); i++) {
        most.add(Math.max(
            i < slots.size() ? slots.get(i) : 0, i < other.slots.size() ? other.slots.get(i) : 0));
      }
      return new Locus(first, most.build(), Math.max(choices, other.choices));
    }
  }

  Encoding(ImmutableList<SubSpace> subSpaces) {
    this.subSpaces = subSpaces;
    Map<String, Locus> found = new LinkedHashMap<>();
    for (SubSpace subSpace : subSpaces) {
      ImmutableList<Integer> depths = mostLayers(subSpace.space());
      for (Dimension dimension : subSpace.space().dimensions()) {
        ImmutableList<Integer> slots =
            switch (dimension.scope()) {
              case NETWORK -> ImmutableList.of(1);
              case STAGE -> ImmutableList.copyOf(Collections.nCopies(depths.size(), 1));
              case LAYER -> depths;
            };
        Locus locus = new Locus(0, slots, dimension.choices().size());
        found.merge(dimension.name(), locus, Locus::with);
      }
    }
    this.loci = new LinkedHashMap<>();
    int first = 1;
    for (Map.Entry<String, Locus> each : found.entrySet()) {
      loci.put(each.getKey(), each.getValue().from(first));
      first += each.getValue().genes();
    }
  }

  /** The most layers that each stage may have. */
  private static ImmutableList<Integer> mostLayers(SearchSpace space) {
    if (!differs(space)) {
      return ImmutableList.of(1);
    }
    if (!(space.family() instanceof LayeredFamily)) {
      return space.family().depths(space.envelope());
    }
    int layers = Math.max(space.largest().layers(), space.smallest().layers());
    // Under constraints neither need be the deepest.
    for (Dimension dimension : space.dimensions()) {
      for (Value value : dimension.choices().values()) {
        if (dimension.name().equals(LAYERS) && value instanceof Value.Number number) {
          layers = Math.max(layers, (int) number.value());
        }
      }
    }
    return ImmutableList.of(layers);
  }

  /** Whether stages or layers choose for themselves. */
  private static boolean differs(SearchSpace space) {
    return space.dimensions().stream().anyMatch(each -> each.scope() != Scope.NETWORK);
  }

  /** The sub-space that the choices name. */
  SubSpace subSpace(Genotype<ChoiceGene> genotype) {
    return subSpaces.get(genotype.chromosome().get(0).index());
  }

  /** The architecture that the choices make; null: there is none such in the sub-space. */
  @Nullable
  Architecture decode(Genotype<ChoiceGene> genotype) {
    SearchSpace space = subSpace(genotype).space();
    Chromosome<ChoiceGene> genes = genotype.chromosome();
    Map<String, Value> chosen = new HashMap<>();
    put(Scope.NETWORK, space, ImmutableList.of(), genes, chosen);
    if (chosen.size() < space.dimensions().size()) {
      // How many stages there are follows from the network, and their layers from the stages.
      ImmutableList<Integer> depths = space.depths(chosen).orElse(null);
      if (depths == null) {
        return null;
      }
      ImmutableList<Integer> stages = ImmutableList.copyOf(Collections.nCopies(depths.size(), 1));
      if (put(Scope.STAGE, space, stages, genes, chosen)) {
        depths = space.depths(chosen).orElse(null);
        if (depths == null) {
          return null;
        }
      }
      put(Scope.LAYER, space, depths, genes, chosen);
    }
    return space.complete(chosen).orElse(null);
  }

  /**
   * Puts what the dimensions of a scope chose.
   *
   * @param depths how many genes of each stage count
   * @return whether there is such a dimension
   */
  private boolean put(
      Scope scope,
      SearchSpace space,
      ImmutableList<Integer> depths,
      Chromosome<ChoiceGene> genes,
      Map<String, Value> chosen) {
    boolean any = false;
    for (Dimension dimension : space.dimensions()) {
      if (dimension.scope() == scope) {
        Locus locus = locus(dimension);
        chosen.put(
            dimension.name(),
            scope == Scope.NETWORK
                ? value(dimension, genes.get(locus.first))
                : each(dimension, locus, depths, genes));
        any = true;
      }
    }
    return any;
  }

  private static Value each(
      Dimension dimension,
      Locus locus,
      ImmutableList<Integer> depths,
      Chromosome<ChoiceGene> genes) {
    ImmutableList.Builder<Double> values = ImmutableList.builder();
    int first = locus.first;
    for (int stage = 0; stage < depths.size(); stage++) {
      for (int slot = 0; slot < depths.get(stage); slot++) {
        values.add(((Value.Number) value(dimension, genes.get(first + slot))).value());
      }
      first += locus.slots.get(stage);
    }
    return new Value.Each(values.build());
  }

  private Locus locus(Dimension dimension) {
    Locus locus = loci.get(dimension.name());
    if (locus == null) {
      throw new IllegalArgumentException("No such dimension is encoded (" + dimension + ")");
    }
    return locus;
  }

  private static Value value(Dimension dimension, ChoiceGene gene) {
    int size = dimension.choices().size();
    return dimension.choices().values().get((int) ((long) gene.index() * size / gene.choices()));
  }

  /** The choices that make a member of a sub-space. */
  Genotype<ChoiceGene> encode(SubSpace subSpace, Architecture architecture) {
    // The choices themselves, where the architecture may hold a derived value.
    Map<String, Value> chosen = subSpace.space().choices(architecture);
    ImmutableList<Integer> depths = architecture.family().depths(architecture);
    Map<String, Dimension> dimensions =
        Maps.uniqueIndex(subSpace.space().dimensions(), Dimension::name);
    List<ChoiceGene> genes = new ArrayList<>();
    genes.add(new ChoiceGene(subSpaces.indexOf(subSpace), subSpaces.size()));
    loci.forEach((name, locus) -> {
      Dimension dimension = dimensions.get(name);
      Value value = chosen.get(name);
      int first = 0;
      for (int stage = 0; stage < locus.slots.size(); stage++) {
        int depth = stage < depths.size() ? depths.get(stage) : 0;
        boolean layered = dimension != null && dimension.scope() == Scope.LAYER;
        for (int slot = 0; slot < locus.slots.get(stage); slot++) {
          // An idle gene says what the last layer before it does.
          int position = layered ? first + Math.min(slot, depth - 1) : stage;
          genes.add(new ChoiceGene(
              dimension == null || value == null
                  ? 0
                  : index(dimension, at(value, position), locus.choices),
              locus.choices));
        }
        first += depth;
      }
    });
    return Genotype.of(new ChoiceChromosome(ISeq.of(genes)));
  }

  /** The value at a position, or at the last where there are fewer. */
  private static Value at(Value value, int position) {
    return value instanceof Value.Each each
        ? Value.of(
            each.values().get(Math.max(0, Math.min(position, each.values().size() - 1))))
        : value;
  }

  private static int index(Dimension dimension, Value value, int choices) {
    int size = dimension.choices().size();
    int choice = dimension.choices().values().indexOf(value);
    if (choice < 0) {
      throw new IllegalArgumentException("No choice (" + value + ") in " + dimension);
    }
    // The least index that value() takes back to this choice.
    return (int) (((long) choice * choices + size - 1) / size);
  }
}
