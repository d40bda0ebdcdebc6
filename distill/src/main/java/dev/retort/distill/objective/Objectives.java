package dev.retort.distill.objective;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.NearestName;
import java.util.Map;
import java.util.ServiceLoader;

/**
 * The objectives that there are, by name: those that a {@link Provider} on the class path offers. A
 * program can bring objectives of its own.
 */
public final class Objectives {
  private static final ImmutableMap<String, ObjectiveKind> ALL = load();

  /** Offers objectives; named in {@code META-INF/services/}, under this interface's name. */
  public interface Provider {
    /** The objectives in the order of the docs; each name is offered once. */
    ImmutableList<ObjectiveKind> kinds();
  }

  private Objectives() {}

  private static ImmutableMap<String, ObjectiveKind> load() {
    ImmutableMap.Builder<String, ObjectiveKind> all = ImmutableMap.builder();
    for (Provider provider :
        ServiceLoader.load(Provider.class, Objectives.class.getClassLoader())) {
      provider.kinds().forEach(kind -> all.put(kind.name(), kind));
    }
    return all.buildOrThrow();
  }

  /** Every objective, in the order of the docs. */
  public static ImmutableList<ObjectiveKind> all() {
    return ALL.values().asList();
  }

  /**
   * The kind of an objective.
   *
   * @throws IllegalArgumentException when there is none of that name; the message names the nearest
   */
  public static ObjectiveKind describe(String name) {
    ObjectiveKind kind = ALL.get(name);
    if (kind == null) {
      throw new IllegalArgumentException("No objective (" + name + "); there are "
          + String.join(", ", ALL.keySet()) + NearestName.advice(name, ALL.keySet()));
    }
    return kind;
  }

  /**
   * The objective of a name with options, defaults filled in.
   *
   * @param name its name in recipes
   * @param options values as YAML gives them: numbers, booleans, strings, lists and maps of these
   * @throws IllegalArgumentException when the name or an option is unknown, or a value not allowed
   */
  public static Objective create(String name, Map<String, Object> options) {
    return describe(name).create(options);
  }

  /** A Markdown page of every objective and option, for the docs. */
  public static String markdown() {
    StringBuilder page = new StringBuilder(
        """
        | objective | what | from | reads | written after | golden vectors |
        |---|---|---|---|---|---|
        """);
    for (ObjectiveKind each : all()) {
      row(
          page,
          "`" + each.name() + "`",
          each.title(),
          each.paper(),
          each.reads(),
          each.written(),
          each.golden().isEmpty() ? "-" : String.join(", ", each.golden()));
    }
    page.append(
        "\n| objective | option | default | allowed | what it does |\n|---|---|---|---|---|\n");
    for (ObjectiveKind each : all()) {
      for (Option<?> option : each.options()) {
        row(
            page,
            "`" + each.name() + "`",
            "`" + option.name() + "`",
            option.standard(),
            option.allowed(),
            option.meaning());
      }
    }
    return page.toString();
  }

  private static void row(StringBuilder page, String... cells) {
    page.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }
}
