package dev.retort.benchmark.objective;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.distill.objective.Objective;
import dev.retort.distill.objective.ObjectiveKind;
import dev.retort.distill.objective.Objectives;
import java.util.List;
import java.util.Map;

/**
 * An objective with options on a material; one line of the table.
 *
 * @param material what it is measured on
 * @param objective its name in recipes
 * @param options its options
 */
record Subject(Material material, String objective, ImmutableMap<String, Object> options) {
  /** What everything stands beside. */
  static final String PLAIN = "cross-entropy";

  /** Options of objectives that cannot be made, or not measured, without; and further forms. */
  private static final ImmutableList<Map.Entry<String, ImmutableMap<String, Object>>> STATED =
      ImmutableList.of(
          Map.entry("cmkd", ImmutableMap.of("rank", "l2")),
          Map.entry("self-attention-relation", ImmutableMap.of("form", "mse-scores")),
          Map.entry("hidden-state", ImmutableMap.of("map", "uniform")),
          Map.entry("hidden-state", ImmutableMap.of("map", "emd")));

  /** Everything that can be measured: each objective wherever its inputs are. */
  static ImmutableList<Subject> all() {
    ImmutableList.Builder<Subject> all = ImmutableList.builder();
    for (Material material : Material.values()) {
      for (ObjectiveKind kind : Objectives.all()) {
        add(new Subject(material, kind.name(), ImmutableMap.of()), all);
        for (Map.Entry<String, ImmutableMap<String, Object>> each : STATED) {
          if (each.getKey().equals(kind.name())) {
            add(new Subject(material, kind.name(), each.getValue()), all);
          }
        }
      }
    }
    return all.build();
  }

  private static void add(Subject subject, ImmutableList.Builder<Subject> all) {
    if (subject.fits()) {
      all.add(subject);
    }
  }

  /** Whether the material has what the objective reads, and is the place to measure it. */
  private boolean fits() {
    Objective.Needs needs;
    try {
      Objective made = make();
      needs = made.needs(material.student(), material.teacher());
      made.extras(material.student(), material.teacher());
    } catch (IllegalArgumentException e) {
      return false; // it says that it is not for such networks
    }
    String reads = Objectives.describe(objective).reads();
    boolean coordinates = reads.contains("coordinates") || reads.contains("outputs");
    boolean scores = reads.contains("scores");
    boolean areas = reads.contains("areas");
    return switch (material.kind()) {
      case CLASSES -> needs.logits() && !coordinates && !scores && !areas;
      case TOKENS ->
        needs.logits() && needs.studentTaps().isEmpty() && !coordinates && !scores && !areas;
      case SCORES -> scores;
      case COORDINATES -> coordinates;
      case AREAS -> areas;
      case FEATURES -> !needs.studentTaps().isEmpty() && !needs.logits();
    };
  }

  /** The objective. */
  Objective make() {
    return Objectives.create(objective, options);
  }

  /** As the table has it. */
  String title() {
    return options.isEmpty() ? objective : objective + " " + options;
  }

  /** As a parameter of a benchmark: what {@link #parse} reads. */
  String text() {
    return material + "|" + title();
  }

  /** The subject that a text stands for. */
  static Subject parse(String text) {
    List<String> parts = Splitter.on('|').splitToList(text);
    Material material = Material.valueOf(parts.get(0));
    return all().stream()
        .filter(each -> each.material() == material && each.title().equals(parts.get(1)))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("No subject (" + text + ")"));
  }
}
