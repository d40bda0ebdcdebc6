package dev.retort.pipeline;

import dev.retort.space.RandomStreams;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** A whole job on made-up sentences of three authors that ends in seconds. */
final class SmallJob {
  private static final String[][] WORDS = {
    {"sea", "ship", "whale", "storm", "sail"},
    {"king", "sword", "castle", "horse", "crown"},
    {"tea", "garden", "letter", "ball", "visit"}
  };
  private static final String[] COMMON = {"the", "a", "and", "of", "was", "in", "it", "to"};

  private SmallJob() {}

  /** Writes data and recipe into a folder and gives the recipe. */
  static Path write(Path folder) {
    try {
      Files.createDirectories(folder);
      Files.writeString(folder.resolve("labels.txt"), "melville\nmalory\nausten\n");
      Files.writeString(folder.resolve("train.tsv"), sentences(240, 1));
      Files.writeString(folder.resolve("dev.tsv"), sentences(60, 2));
      Files.writeString(folder.resolve("test.tsv"), sentences(60, 3));
      List<String> vocabulary =
          new ArrayList<>(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"));
      vocabulary.addAll(List.of(COMMON));
      for (String[] words : WORDS) {
        vocabulary.addAll(List.of(words));
      }
      Files.writeString(folder.resolve("vocab.txt"), String.join("\n", vocabulary) + "\n");
      Path recipe = folder.resolve("recipe.yaml");
      Files.writeString(
          recipe,
          """
          retort: 1
          name: small
          seed: 5
          workers: 2
          task: {name: authors, labels: labels.txt, train: train.tsv, dev: dev.tsv, test: test.tsv}
          sequence: 16
          tokenizer: {vocabulary: vocab.txt, lower-case: true}
          checkpoint: {every: 5, keep: 2}
          teacher:
            architecture: bert:layers=2,hidden=32,heads=2,ratio=2,head-size=16,vocabulary=%d,\
          positions=16,classes=3,pooling=first
            train: {epochs: 4, batch: 16, word-dropout: 0.1, dropout: 0.1, optimizer: {rate: 3e-3}}
          corpus: {task-train: true, held-out: 40}
          space:
            sub-spaces:
              narrow: {layers: 1..2, hidden: [16], ratio: 1..2}
              wide: {layers: 1..2, hidden: [32], ratio: 1..2}
            constraint: hf-bert
          train:
            steps: 30
            batch: 16
            sandwich: {random: 1}
            dropout: 0.1
            optimizer: {rate: 2e-3}
            objectives:
              - self-attention-relation: {heads: 2, form: kl-relations}
              - kd: {temperature: 2}
              - hidden-state
          search:
            budgets: {half: {flops: 50%%}, small: {macs: 40k}}
            examples: 40
            fidelity: 6
          finetune:
            labels-per-class: 20
            epochs: 2
            batch: 16
            optimizer: {rate: 1e-3}
            objectives: [cross-entropy, nkd]
            compare: {uskd: [cross-entropy, uskd]}
            baselines: [scratch, teacher-slices]
          evaluate: {splits: [dev, test]}
          export: [hugging-face]
          """
              .formatted(vocabulary.size()));
      return recipe;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String sentences(int count, long seed) {
    RandomGenerator random = new RandomStreams(seed).at("sentences", 0);
    String[] labels = {"melville", "malory", "austen"};
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < count; i++) {
      int author = i % 3;
      text.append(labels[author]).append('\t');
      int length = 5 + random.nextInt(7);
      for (int word = 0; word < length; word++) {
        boolean own = random.nextInt(4) == 0;
        String[] from = own ? WORDS[author] : COMMON;
        text.append(word == 0 ? "" : " ").append(from[random.nextInt(from.length)]);
      }
      text.append('\n');
    }
    return text.toString();
  }
}
