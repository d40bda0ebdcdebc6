package dev.retort.space;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableMap;
import java.util.HashSet;
import java.util.Set;
import java.util.stream.Collectors;

/** Published models that may be named instead of spelt out: those that families offer. */
public final class NamedModels {
  private static final int NEAREST = 5;

  private NamedModels() {}

  /** The architectures, as text, by name. */
  public static ImmutableMap<String, String> all() {
    return Families.models();
  }

  /**
   * The accounting that the figures of a model were published with; exact where the text is no
   * model's name, with or without other values behind it.
   */
  public static Accounting accounting(String text) {
    int colon = text.indexOf(':');
    String name = colon < 0 ? text : text.substring(0, colon);
    String accounting = Families.accountings().get(name);
    return accounting == null ? Accounting.EXACT : Accounting.named(accounting);
  }

  /**
   * Reads a name ({@code resnet18}), a name with other values in some dimensions ({@code
   * resnet18:resolution=288,classes=10}) or an architecture that is spelt out ({@code
   * resnet:depth=2/2/2,width=16/32/64}). Where a model has its family's name ({@code gpt2}), an
   * architecture that is spelt out still means itself, since it gives all that the model does.
   *
   * @throws IllegalArgumentException when it is none of them; the message has the nearest names
   */
  public static Architecture parse(String text) {
    int colon = text.indexOf(':');
    String name = colon < 0 ? text : text.substring(0, colon);
    String known = all().get(name);
    if (known != null) {
      return Architecture.parse(colon < 0 ? known : overridden(known, text.substring(colon + 1)));
    }
    if (Families.find(name) == null) {
      throw new IllegalArgumentException("No model or family (" + name + "); the nearest names are "
          + NearestName.several(name, all().keySet(), NEAREST) + " of " + all().size()
          + " models, and the families are "
          + Families.all().keySet()
          + ", to be followed by their dimensions as in"
          + " bert:layers=7,hidden=160,heads=10,ratio=3.5");
    }
    return Architecture.parse(text);
  }

  /** The text of a model without the dimensions that are given anew, and these. */
  private static String overridden(String known, String given) {
    int colon = known.indexOf(':');
    if (colon < 0) {
      return known + ":" + given; // a family at its defaults
    }
    Set<String> names = new HashSet<>();
    for (String part : Splitter.on(',').split(given)) {
      names.add(dimension(part));
    }
    String kept = Splitter.on(',')
        .splitToStream(known.substring(colon + 1))
        .filter(part -> !names.contains(dimension(part)))
        .map(part -> part + ",")
        .collect(Collectors.joining());
    return known.substring(0, colon + 1) + kept + given;
  }

  /** What a part gives, by one name where there are two for the same. */
  private static String dimension(String part) {
    int equals = part.indexOf('=');
    String name = equals < 0 ? part : part.substring(0, equals);
    return switch (name) {
      case "intermediate" -> "ratio";
      case "groups" -> "heads-per-group";
      default -> name;
    };
  }
}
