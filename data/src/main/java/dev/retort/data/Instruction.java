package dev.retort.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A prompt and the answer to it.
 *
 * @param prompt what is asked, in full
 * @param response what should be answered
 */
public record Instruction(String prompt, String response) {
  private static final String FORMS =
      "{\"instruction\", \"input\", \"output\"}, or {\"instruction\","
          + " \"instances\": [{\"input\", \"output\"}]}, or {\"prompt\", \"completion\"} is"
          + " expected";

  /**
   * Reads JSON lines, plain or {@code .gz}: {@code {instruction, input, output}} as Alpaca has
   * them, input being optional; {@code {instruction, instances: [{input, output}, …]}} as
   * Self-Instruct has them (Wang et al., ACL 2023), each instance an example; or
   * {@code {prompt, completion}} or {@code {prompt, response}}, where the prompt is taken as it is.
   * Other keys are left out.
   *
   * @param template how an instruction becomes a prompt
   * @throws dev.retort.space.UserException for a line that has none of these forms
   */
  public static List<Instruction> read(Path file, PromptTemplate template) {
    List<Instruction> all = new ArrayList<>();
    ObjectReader json = TokenizerFiles.JSON.reader();
    TextLines.read(file, (number, line) -> {
      JsonNode node;
      try {
        node = json.readTree(line);
      } catch (IOException e) {
        throw TextLines.wrong(file, number, "is not JSON; " + FORMS + ", one a line.");
      }
      new Line(file, number, template, all).add(node);
    });
    return all;
  }

  /** One line. */
  private record Line(Path file, int number, PromptTemplate template, List<Instruction> all) {
    void add(JsonNode node) {
      if (!node.isObject()) {
        throw TextLines.wrong(file, number, "is not a JSON object; " + FORMS + ".");
      }
      if (node.has("prompt")) {
        String answer = node.has("response") ? "response" : "completion";
        all.add(new Instruction(text(node, "prompt"), text(node, answer)));
        return;
      }
      String instruction = text(node, "instruction");
      if (instruction.isBlank()) {
        throw TextLines.wrong(file, number, "the instruction is empty. Take the line out.");
      }
      JsonNode instances = node.path("instances");
      if (instances.isMissingNode()) {
        add(instruction, node);
        return;
      }
      if (!instances.isArray() || instances.isEmpty()) {
        throw TextLines.wrong(file, number, "instances must be a list of one or more.");
      }
      instances.forEach(each -> add(instruction, each));
    }

    private void add(String instruction, JsonNode node) {
      boolean none = !node.has("input") || node.path("input").isNull();
      String input = none ? "" : text(node, "input");
      all.add(new Instruction(template.prompt(instruction, input), text(node, "output")));
    }

    private String text(JsonNode node, String key) {
      if (!node.path(key).isTextual()) {
        throw TextLines.wrong(
            file,
            number,
            (node.has(key) ? "'" + key + "' is no text" : "has no '" + key + "'") + "; " + FORMS
                + ".");
      }
      return node.path(key).asText();
    }
  }
}
