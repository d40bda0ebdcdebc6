package dev.retort.distill.objective;

import com.google.common.collect.ImmutableList;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * What an objective is, for recipes, {@code retort objectives} and the docs, and how it is made of
 * a recipe's options.
 *
 * @param name its name in recipes
 * @param title what it is, in a few words
 * @param paper where it comes from
 * @param reads what it is computed from
 * @param origin what it was written after
 * @param source whose code that is, or what had to be reconstructed; empty for a textbook's
 * @param golden the golden-vector files that hold it, without {@code .json}; empty where it is held
 *     by finite differences and hand-computed values alone
 * @param options its options
 * @param maker makes it of options
 */
public record ObjectiveKind(
    String name,
    String title,
    String paper,
    String reads,
    Origin origin,
    String source,
    ImmutableList<String> golden,
    ImmutableList<Option<?>> options,
    Function<Given, Objective> maker) {

  /** What an objective was written after. */
  public enum Origin {
    /** A formula that every textbook has. */
    TEXTBOOK,
    /** The code that the authors released. */
    AUTHORS_CODE,
    /** Released code of others. */
    THIRD_PARTY_CODE,
    /** The paper, which says all that is needed. */
    PAPER,
    /** What the paper says; the rest is our choice, and no figure of the paper is claimed. */
    RECONSTRUCTION;

    /** In words. */
    public String text() {
      return this == AUTHORS_CODE
          ? "the authors' code"
          : name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
  }

  /** A kind without options yet; give the rest below. */
  public static Unfinished named(String name, String title) {
    return new Unfinished(name, title);
  }

  /** What it was written after, in a few words. */
  public String written() {
    return source.isEmpty() ? origin.text() : origin.text() + ": " + source;
  }

  /**
   * The objective with options, defaults filled in.
   *
   * @param values as YAML gives them: numbers, booleans, strings, lists and maps of these
   * @throws IllegalArgumentException when an option is unknown or a value not allowed
   */
  public Objective create(Map<String, Object> values) {
    return maker.apply(Given.of(name, values, options));
  }

  /** What is told of a kind, one thing a call, {@link #make} last. */
  public static final class Unfinished {
    private final String name;
    private final String title;
    private String paper = "";
    private String reads = "";
    private Origin origin = Origin.TEXTBOOK;
    private String source = "";
    private ImmutableList<String> golden = ImmutableList.of();
    private ImmutableList<Option<?>> options = ImmutableList.of();

    private Unfinished(String name, String title) {
      this.name = name;
      this.title = title;
    }

    /** Where it comes from. */
    public Unfinished from(String where) {
      this.paper = where;
      return this;
    }

    /** What it is computed from. */
    public Unfinished reads(String what) {
      this.reads = what;
      return this;
    }

    /** What it was written after; whose code, or what had to be reconstructed. */
    public Unfinished after(Origin what, String detail) {
      this.origin = what;
      this.source = detail;
      return this;
    }

    /** The golden-vector files that hold it. */
    public Unfinished golden(String... files) {
      this.golden = ImmutableList.copyOf(files);
      return this;
    }

    /** Its options, in the order of the docs. */
    public Unfinished options(Option<?>... all) {
      this.options = ImmutableList.<Option<?>>builder().addAll(options).add(all).build();
      return this;
    }

    /** Further options, in the order of the docs. */
    public Unfinished options(ImmutableList<Option<?>> all) {
      this.options =
          ImmutableList.<Option<?>>builder().addAll(options).addAll(all).build();
      return this;
    }

    /** The kind, with what makes an objective of options. */
    public ObjectiveKind make(Function<Given, Objective> maker) {
      return new ObjectiveKind(name, title, paper, reads, origin, source, golden, options, maker);
    }
  }
}
