package dev.retort.pipeline;

import dev.retort.space.RandomStreams;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;

/** Whole jobs on made-up sentences of a few words, with a tokenizer of letters. */
final class SmallLanguageJob {
  /** The teacher is trained on files; students are distilled on what it then writes. */
  static final String TAUGHT =
      """
      retort: 1
      name: small-language
      seed: 5
      workers: 2
      task: language-model
      data: .
      sequence: 32
      tokenizer: {folder: tokenizer}
      checkpoint: {every: 5, keep: 1}
      teacher:
        architecture: llama:layers=2,hidden=32,heads=4,groups=2,head-size=8,intermediate=48,\
      vocabulary=287,positions=64,tied=yes
        train: {epochs: 6, batch: 16, optimizer: {rate: 1e-2}}
      corpus: {generated: {texts: 120, temperature: 0.8, top-k: 40}, held-out: 24}
      space:
        family: llama
        sub-spaces:
          thin: {layers: 1..2, hidden: 16, heads: 2, intermediate: [16, 24]}
          wide: {layers: 1..2, hidden: [24, 32], heads: 4, intermediate: 48}
      train:
        steps: 20
        batch: 16
        sandwich: {random: 1}
        optimizer: {rate: 5e-3}
      search:
        budgets: {half: {macs: 50%}, few: {macs: 9k}}
        cached: 20
        examples: 24
        fidelity: 4
      finetune:
        epochs: 2
        batch: 16
        optimizer: {rate: 5e-3}
        objectives: [cross-entropy, kd]
        baselines: [scratch]
      export: [hugging-face]
      """;

  /** The teacher is read, and what it writes is all the text there is. */
  static final String ALONE =
      """
      retort: 1
      name: alone
      seed: 6
      task: language-model
      sequence: 24
      teacher: {model: teacher}
      corpus: {generated: {texts: 60, prompt: the}, held-out: 10}
      space:
        family: llama
        sub-spaces: {only: {layers: 1, hidden: [16, 24], heads: 2, intermediate: 24}}
      train: {steps: 4, batch: 8, sandwich: {random: 0}, optimizer: {rate: 5e-3}}
      search: {budget: {macs: 90%}, examples: 10, fidelity: 2}
      finetune: {epochs: 1, batch: 16, objectives: [{nkd: {gamma: 1}}]}
      """;

  /** The same with fewer steps of everything, for tests that run it several times. */
  static final String QUICK = TAUGHT
      .replace("epochs: 6", "epochs: 1")
      .replace("texts: 120", "texts: 60")
      .replace("steps: 20", "steps: 8")
      .replace("epochs: 2", "epochs: 1");

  private static final List<String> NOUNS = List.of("cat", "dog", "bird", "cow");
  private static final List<String> VERBS = List.of("sees", "likes", "hears");

  private SmallLanguageJob() {}

  /** Writes text, a tokenizer and a recipe into a folder and gives the recipe. */
  static Path write(Path folder, String text) {
    try {
      Files.createDirectories(folder.resolve("tokenizer"));
      Files.write(folder.resolve("train.txt"), sentences(300, 1));
      Files.write(folder.resolve("test.txt"), sentences(40, 2));
      Files.write(folder.resolve("tokenizer").resolve("tokens.jsonl"), tokens());
      return Files.writeString(folder.resolve("recipe.yaml"), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<String> sentences(int count, long seed) {
    RandomGenerator random = new RandomStreams(seed).at("sentences", 0);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      lines.add("the " + NOUNS.get(random.nextInt(NOUNS.size())) + " "
          + VERBS.get(random.nextInt(VERBS.size())) + " the "
          + NOUNS.get(random.nextInt(NOUNS.size())) + ".");
    }
    return lines;
  }

  /** A tokenizer in llama2.c's form: three special tokens, the bytes, space, letters and a stop. */
  private static List<String> tokens() {
    List<String> names = new ArrayList<>(List.of("<unk>", "\\n<s>\\n", "\\n</s>\\n"));
    for (int i = 0; i < 256; i++) {
      names.add(String.format(Locale.ROOT, "<0x%02X>", i));
    }
    names.add(" ");
    "abcdefghijklmnopqrstuvwxyz.".chars().forEach(each -> names.add(Character.toString(each)));
    List<String> lines = new ArrayList<>();
    for (int id = 0; id < names.size(); id++) {
      lines.add(String.format(
          Locale.ROOT, "{\"id\": %d, \"text\": \"%s\", \"score\": 0.0}", id, names.get(id)));
    }
    return lines;
  }
}
