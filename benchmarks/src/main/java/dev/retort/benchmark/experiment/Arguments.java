package dev.retort.benchmark.experiment;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Maps;
import dev.retort.space.NearestName;
import dev.retort.space.UserException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The arguments of an experiment: pairs of a flag and its value. */
final class Arguments {
  private final ImmutableMap<String, String> given;

  private Arguments(Map<String, String> given) {
    this.given = ImmutableMap.copyOf(given);
  }

  /**
   * Reads arguments.
   *
   * @param defaults the flags that there are, without dashes, and their defaults
   * @throws UserException when a flag is unknown or has no value
   */
  static Arguments parse(List<String> arguments, ImmutableMap<String, String> defaults) {
    Map<String, String> values = new LinkedHashMap<>(defaults);
    for (int i = 0; i < arguments.size(); i += 2) {
      String flag = arguments.get(i).replaceFirst("^--", "");
      if (!defaults.containsKey(flag) || i + 1 == arguments.size()) {
        throw usage("found " + arguments.get(i)
            + (defaults.containsKey(flag) ? " without a value" : "") + "; allowed: --"
            + String.join(", --", defaults.keySet()) + ", each with a value"
            + NearestName.advice(flag, defaults.keySet()));
      }
      values.put(flag, arguments.get(i + 1));
    }
    return new Arguments(values);
  }

  private static UserException usage(String what) {
    return new UserException(UserException.Kind.USAGE, "experiment: " + what + ".");
  }

  /** A text, which may be empty. */
  String text(String flag) {
    return given.getOrDefault(flag, "");
  }

  /** A folder. */
  Path folder(String flag) {
    if (text(flag).isEmpty()) {
      throw usage("--" + flag + " is missing; give a folder");
    }
    return Path.of(text(flag));
  }

  /** A whole number from 1. */
  int count(String flag) {
    try {
      int value = Integer.parseInt(text(flag));
      if (value >= 1) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw usage(wrong(flag, "a whole number from 1"));
    }
    throw usage(wrong(flag, "a whole number from 1"));
  }

  /** A number above 0. */
  double positive(String flag) {
    try {
      double value = Double.parseDouble(text(flag));
      if (value > 0 && Double.isFinite(value)) {
        return value;
      }
    } catch (NumberFormatException e) {
      throw usage(wrong(flag, "a number above 0"));
    }
    throw usage(wrong(flag, "a number above 0"));
  }

  private String wrong(String flag, String allowed) {
    return "--" + flag + ": found " + text(flag) + "; allowed: " + allowed;
  }

  /** The entrants that are asked for, with all that they are compared with; all where none is. */
  ImmutableList<Entrant> chosen(ImmutableList<Entrant> all) {
    if (text("only").isEmpty()) {
      return all;
    }
    ImmutableMap<String, Entrant> byName = Maps.uniqueIndex(all, Entrant::name);
    Set<String> wanted = new LinkedHashSet<>();
    for (String each : text("only").split(",")) {
      if (!byName.containsKey(each)) {
        throw usage("--only: found " + each + "; allowed: " + String.join(",", byName.keySet())
            + NearestName.advice(each, byName.keySet()));
      }
      want(each, byName, wanted);
    }
    return all.stream()
        .filter(each -> wanted.contains(each.name()))
        .collect(ImmutableList.toImmutableList());
  }

  private static void want(String name, ImmutableMap<String, Entrant> byName, Set<String> wanted) {
    Entrant entrant = byName.get(name);
    if (entrant == null || !wanted.add(name)) {
      return;
    }
    want(entrant.against(), byName, wanted);
    entrant.checks().forEach(each -> want(each.other(), byName, wanted));
  }
}
