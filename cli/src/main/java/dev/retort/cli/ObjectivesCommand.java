package dev.retort.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.retort.distill.objective.ObjectiveKind;
import dev.retort.distill.objective.Objectives;
import dev.retort.distill.objective.Option;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Prints the objectives that recipes can name. */
@Command(
    name = "objectives",
    header = "Prints the objectives that recipes can name, with their options.",
    synopsisHeading = "%nUsage: ",
    synopsisSubcommandLabel = "[check FILE...]",
    optionListHeading = "%nOptions:%n",
    commandListHeading = "%nVerbs:%n",
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {ExitCode.DONE_LINE, ExitCode.USAGE_LINE},
    footerHeading = "%nExample:%n",
    footer = "  retort objectives")
final class ObjectivesCommand implements Callable<Integer> {
  private final Console console;

  @Mixin
  private JsonOption json = new JsonOption();

  @picocli.CommandLine.Option(
      names = "--markdown",
      description = "Prints the page of the documentation instead.")
  private boolean markdown;

  ObjectivesCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    if (json.asked()) {
      printJson();
    } else if (markdown) {
      console.out().print(Objectives.markdown());
      console.out().flush();
    } else {
      Objectives.all().forEach(this::print);
    }
    return ExitCode.DONE;
  }

  private void print(ObjectiveKind each) {
    console.out().println(each.name() + ": " + each.title());
    console.out().println("  from " + each.paper() + "; reads " + each.reads());
    console
        .out()
        .println("  written after: " + each.written()
            + (each.golden().isEmpty()
                ? ""
                : "; held by the vectors of " + String.join(", ", each.golden())));
    for (Option<?> option : each.options()) {
      console
          .out()
          .println("  " + option.name() + " (" + option.standard() + "): " + option.meaning() + "; "
              + option.allowed());
    }
    console.out().println();
  }

  private void printJson() {
    ArrayNode array = Json.array();
    for (ObjectiveKind each : Objectives.all()) {
      ObjectNode node = array.addObject();
      node.put("name", each.name())
          .put("title", each.title())
          .put("paper", each.paper())
          .put("reads", each.reads())
          .put("origin", each.origin().name().toLowerCase(Locale.ROOT).replace('_', '-'))
          .put("source", each.source());
      ArrayNode golden = node.putArray("golden");
      each.golden().forEach(golden::add);
      ArrayNode options = node.putArray("options");
      for (Option<?> option : each.options()) {
        options
            .addObject()
            .put("name", option.name())
            .put("default", option.standard())
            .put("allowed", option.allowed())
            .put("meaning", option.meaning());
      }
    }
    Json.print(console.out(), array);
  }
}
