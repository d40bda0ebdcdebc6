package dev.retort.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import dev.retort.space.Architecture;
import dev.retort.space.InputShape;
import dev.retort.space.Operation;
import dev.retort.space.Quantity;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** What each operation of a network does; operations of layers that are alike count together. */
final class CostByOperation {
  private record Part(String name, Operation.Kind kind, long macs, long outputs) {}

  private final Map<Part, Integer> times = new LinkedHashMap<>();
  private long macs;

  CostByOperation(Architecture architecture, InputShape input) {
    for (Operation each : architecture.blueprint().operations()) {
      long own = each.macs().at(input);
      Part part = new Part(
          each.block().replaceAll("[0-9]+$", "*") + "/" + each.name(),
          each.kind(),
          own,
          each.outputs().at(input));
      times.merge(part, 1, Integer::sum);
      macs += own;
    }
  }

  void print(PrintWriter out, boolean json) {
    if (json) {
      ArrayNode array = Json.array();
      times.forEach((part, count) -> array
          .addObject()
          .put("operation", part.name())
          .put("kind", kind(part))
          .put("times", count)
          .put("macs", part.macs())
          .put("outputs", part.outputs()));
      Json.print(out, array);
      return;
    }
    Table table = new Table("operation", "kind", ">times", ">MACs each", ">share", ">outputs each");
    times.forEach((part, count) -> table.row(
        part.name(),
        kind(part),
        Integer.toString(count),
        Quantity.text(part.macs()),
        String.format(Locale.ROOT, "%.1f %%", macs == 0 ? 0 : 100.0 * count * part.macs() / macs),
        Quantity.text(part.outputs())));
    table.print(out, "");
    out.println();
    out.println(Quantity.text(macs) + " multiply-accumulates in all");
  }

  private static String kind(Part part) {
    return part.kind().name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
