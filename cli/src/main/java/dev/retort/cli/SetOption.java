package dev.retort.cli;

import java.util.List;
import picocli.CommandLine.Option;

/** The option that sets keys over a recipe's. */
final class SetOption {
  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "Sets a key of the recipe, such as train.steps=10; may be given again.")
  private List<String> overrides = List.of();

  /** The keys and values, in their order. */
  List<String> overrides() {
    return overrides;
  }
}
