package dev.retort.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Prints what Retort finds on this machine. */
@Command(
    name = "doctor",
    header = "Prints what Retort finds on this machine: versions, cores, memory, GPUs, speed.",
    synopsisHeading = "%nUsage: ",
    optionListHeading = "%nOptions:%n",
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {ExitCode.DONE_LINE, ExitCode.RESOURCE_LINE},
    footerHeading = "%nExample:%n",
    footer = "  retort doctor")
final class DoctorCommand implements Callable<Integer> {
  private final Console console;

  @Mixin
  private JsonOption json = new JsonOption();

  DoctorCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    Map<String, String> facts = new LinkedHashMap<>(Machine.system());
    facts.putAll(Machine.engine());
    if (json.asked()) {
      ObjectNode node = Json.object();
      facts.forEach(node::put);
      Json.print(console.out(), node);
      return ExitCode.DONE;
    }
    int width = facts.keySet().stream().mapToInt(String::length).max().orElse(0);
    facts.forEach((name, value) ->
        console.out().println(name + " ".repeat(width + 2 - name.length()) + value));
    return ExitCode.DONE;
  }
}
