package dev.retort.cli;

import com.google.common.collect.ImmutableMap;
import dev.retort.space.Architecture;
import dev.retort.space.Families;

/** Published models that may be named instead of spelt out: those of AutoDistil's Table 7. */
final class NamedModels {
  private static final ImmutableMap<String, String> ALL = ImmutableMap.of(
      "bert-base", "bert:layers=12,hidden=768,heads=12,ratio=4",
      "minilm-6x768", "bert:layers=6,hidden=768,heads=12,ratio=4",
      "autodistil-agnostic", "bert:layers=11,hidden=352,heads=10,ratio=4",
      "autodistil-proxy-b", "bert:layers=12,hidden=544,heads=9,ratio=3",
      "autodistil-proxy-s", "bert:layers=11,hidden=352,heads=8,ratio=4",
      "autodistil-proxy-t", "bert:layers=7,hidden=160,heads=10,ratio=3.5");

  private NamedModels() {}

  /** The architectures by name, largest first. */
  static ImmutableMap<String, String> all() {
    return ALL;
  }

  /** The architecture of a name, or the one that a text spells out. */
  static Architecture architecture(String text) {
    String known = ALL.get(text);
    if (known == null && text.indexOf(':') < 0 && Families.find(text) == null) {
      throw new IllegalArgumentException("No model of that name; there are " + ALL.keySet()
          + ", and architectures such as bert:layers=7,hidden=160,heads=10,ratio=3.5");
    }
    return Architecture.parse(known == null ? text : known);
  }
}
