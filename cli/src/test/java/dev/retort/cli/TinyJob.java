package dev.retort.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A job that ends in a few seconds: sentences of two authors, one giveaway word each. */
final class TinyJob {
  private static final List<String> VOCABULARY = List.of(
      "[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "the", "was", "a", "whale", "castle", "old");

  private TinyJob() {}

  /** Writes data and recipe and gives the recipe. */
  static Path write(Path folder) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(folder.resolve("labels.txt"), "melville\nmalory\n");
    Files.writeString(folder.resolve("train.tsv"), sentences(48));
    Files.writeString(folder.resolve("dev.tsv"), sentences(12));
    Files.writeString(folder.resolve("vocab.txt"), String.join("\n", VOCABULARY) + "\n");
    return Files.writeString(
        folder.resolve("recipe.yaml"),
        """
        retort: 1
        name: tiny
        task: {name: authors, labels: labels.txt, train: train.tsv, dev: dev.tsv, test: dev.tsv}
        sequence: 8
        tokenizer: {vocabulary: vocab.txt, lower-case: true}
        teacher:
          architecture: bert:layers=2,hidden=16,heads=2,ratio=2,head-size=8,vocabulary=11,\
        positions=8,classes=2,pooling=first
          train: {epochs: 2, batch: 8}
        corpus: {task-train: true, held-out: 8}
        space:
          sub-spaces: {only: {layers: 1..2, hidden: [8, 16], ratio: 1..2}}
          constraint: hf-bert
        train: {steps: 4, batch: 8, objectives: [kd]}
        search: {budget: {macs: 90%}, examples: 8}
        finetune: {epochs: 1, batch: 8, objectives: [cross-entropy]}
        export: [hugging-face]
        """);
  }

  private static String sentences(int count) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      boolean first = i % 2 == 0;
      text.append(first ? "melville\t" : "malory\t")
          .append("the ".repeat(1 + i % 3))
          .append(first ? "whale" : "castle")
          .append(" was old\n");
    }
    return text.toString();
  }
}
