package dev.retort.pipeline;

import dev.retort.space.RandomStreams;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/** Whole jobs that ask for single words, on made-up sentences of a few words. */
final class SmallTokenJob {
  /** Words are masked. */
  static final String MASKED =
      """
      retort: 1
      name: small-masked
      seed: 5
      task: {kind: masked-language-model, masked: 0.3}
      data: .
      sequence: 16
      tokenizer: {vocabulary: vocab.txt}
      checkpoint: {every: 5, keep: 1}
      teacher:
        architecture: bert:layers=2,hidden=32,heads=2,ratio=2,head-size=16,vocabulary=15,\
      positions=16,head=words
        train: {epochs: 6, batch: 16, dropout: 0, optimizer: {rate: 1e-2}}
      corpus: {task-train: true, held-out: 24}
      space:
        sub-spaces: {small: {layers: 1..2, hidden: [16, 32], ratio: 1..2}}
        constraint: hf-bert
      train: {steps: 20, batch: 16, sandwich: {random: 1}, optimizer: {rate: 5e-3}}
      search: {budget: {macs: 60%}, examples: 24, fidelity: 4}
      finetune:
        epochs: 2
        batch: 16
        optimizer: {rate: 5e-3}
        objectives: [cross-entropy, kd]
        baselines: [scratch]
      export: [hugging-face]
      """;

  /** Words are tagged. */
  static final String TAGGED =
      """
      retort: 1
      name: small-tagged
      seed: 5
      task: {kind: token-classification, name: animals, train: train.conll, test: test.jsonl}
      sequence: 16
      tokenizer: {vocabulary: vocab.txt}
      checkpoint: {every: 5, keep: 1}
      teacher:
        architecture: bert:layers=2,hidden=32,heads=2,ratio=2,head-size=16,vocabulary=15,\
      positions=16,head=tokens,classes=3
        train: {epochs: 4, batch: 16, dropout: 0, word-dropout: 0.05, optimizer: {rate: 1e-2}}
      corpus: {text: train.txt, held-out: 24}
      space:
        sub-spaces: {small: {layers: 1..2, hidden: [16, 32], ratio: 1..2}}
        constraint: hf-bert
      train: {steps: 20, batch: 16, sandwich: {random: 1}, optimizer: {rate: 5e-3}}
      search: {budget: {macs: 60%}, examples: 24, fidelity: 4}
      finetune:
        epochs: 2
        batch: 16
        optimizer: {rate: 5e-3}
        objectives: [cross-entropy, nkd]
      export: [hugging-face]
      """;

  /** Prompts are answered; the tokenizer is that of {@link SmallLanguageJob}. */
  static final String INSTRUCTED =
      """
      retort: 1
      name: small-instructions
      seed: 5
      task: {kind: instructions, answers: 6, answer-tokens: 24}
      data: .
      sequence: 32
      tokenizer: {folder: tokenizer}
      checkpoint: {every: 5, keep: 1}
      teacher:
        architecture: llama:layers=2,hidden=32,heads=4,groups=2,head-size=8,intermediate=48,\
      vocabulary=287,positions=64,tied=yes
        train: {epochs: 16, batch: 16, optimizer: {rate: 1e-2}}
      corpus: {task-train: true, held-out: 20}
      space:
        family: llama
        sub-spaces: {small: {layers: 1..2, hidden: [24, 32], heads: 4, intermediate: 48}}
      train: {steps: 20, batch: 16, sandwich: {random: 0}, optimizer: {rate: 5e-3}}
      search: {budget: {macs: 80%}, examples: 20, fidelity: 0}
      finetune: {epochs: 2, batch: 16, optimizer: {rate: 5e-3}, objectives: [cross-entropy, kd]}
      """;

  private static final List<String> NOUNS = List.of("cat", "dog", "bird", "cow");
  private static final List<String> VERBS = List.of("sees", "likes", "hears");
  private static final List<String> SOUNDS = List.of("mews", "barks", "sings", "moos");

  private SmallTokenJob() {}

  /** Writes data, tokenizers and a recipe into a folder and gives the recipe. */
  static Path write(Path folder, String text) {
    Path recipe = SmallLanguageJob.write(folder, text);
    try {
      List<String> pieces = new ArrayList<>(List.of("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"));
      pieces.addAll(List.of("the", "big", "."));
      pieces.addAll(NOUNS);
      pieces.addAll(VERBS);
      Files.write(folder.resolve("vocab.txt"), pieces);
      Files.write(folder.resolve("train.conll"), tagged(240, 1, false));
      Files.write(folder.resolve("test.jsonl"), tagged(40, 2, true));
      List<String> lines = new ArrayList<>();
      for (int i = 0; i < 160; i++) {
        int which = i % NOUNS.size();
        lines.add("{\"prompt\": \"the " + NOUNS.get(which) + "\", \"completion\": \" "
            + SOUNDS.get(which) + " at the moon.\"}");
      }
      Files.write(folder.resolve("train.jsonl"), lines);
      return recipe;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Sentences whose animals are tagged, a big one with its adjective. */
  private static List<String> tagged(int count, long seed, boolean json) {
    RandomGenerator random = new RandomStreams(seed).at("tagged", 0);
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<String> words = new ArrayList<>();
      List<String> tags = new ArrayList<>();
      for (int half = 0; half < 2; half++) {
        words.add("the");
        tags.add("O");
        boolean big = random.nextBoolean();
        if (big) {
          words.add("big");
          tags.add("B-ANI");
        }
        words.add(NOUNS.get(random.nextInt(NOUNS.size())));
        tags.add(big ? "I-ANI" : "B-ANI");
        words.add(half == 0 ? VERBS.get(random.nextInt(VERBS.size())) : ".");
        tags.add("O");
      }
      if (json) {
        lines.add("{\"words\": [\"" + String.join("\", \"", words) + "\"], \"tags\": [\""
            + String.join("\", \"", tags) + "\"]}");
      } else {
        for (int word = 0; word < words.size(); word++) {
          lines.add(words.get(word) + " " + tags.get(word));
        }
        lines.add("");
      }
    }
    return lines;
  }
}
