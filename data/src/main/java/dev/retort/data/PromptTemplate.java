package dev.retort.data;

/**
 * How an instruction becomes a prompt: a text with {@code {instruction}} and {@code {input}} in it.
 *
 * @param withInput for instructions with an input
 * @param withoutInput for those without
 */
public record PromptTemplate(String withInput, String withoutInput) {
  /** Stanford Alpaca's (Taori et al., 2023), the answer beginning on a line of its own. */
  public static final PromptTemplate ALPACA = new PromptTemplate(
      "Below is an instruction that describes a task, paired with an input that provides further"
          + " context. Write a response that appropriately completes the request.\n\n"
          + "### Instruction:\n{instruction}\n\n### Input:\n{input}\n\n### Response:\n",
      "Below is an instruction that describes a task. Write a response that appropriately completes"
          + " the request.\n\n### Instruction:\n{instruction}\n\n### Response:\n");

  private static final String INSTRUCTION = "{instruction}";
  private static final String INPUT = "{input}";

  /** Checks that what is asked has a place. */
  public PromptTemplate {
    if (!withInput.contains(INSTRUCTION)
        || !withInput.contains(INPUT)
        || !withoutInput.contains(INSTRUCTION)) {
      throw new IllegalArgumentException("a template needs " + INSTRUCTION + " and, with input, "
          + INPUT + " (" + withInput + ") (" + withoutInput + ")");
    }
  }

  /**
   * The prompt.
   *
   * @param input what the instruction is about; empty: nothing
   */
  public String prompt(String instruction, String input) {
    String template = input.isEmpty() ? withoutInput : withInput;
    StringBuilder prompt = new StringBuilder();
    int at = 0;
    // In one pass, so that a text with "{input}" in it stays what it is.
    while (at < template.length()) {
      if (template.startsWith(INSTRUCTION, at)) {
        prompt.append(instruction);
        at += INSTRUCTION.length();
      } else if (template.startsWith(INPUT, at)) {
        prompt.append(input);
        at += INPUT.length();
      } else {
        prompt.append(template.charAt(at++));
      }
    }
    return prompt.toString();
  }
}
