package dev.retort.pipeline;

import dev.retort.space.RandomStreams;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.random.RandomGenerator;

/** Whole jobs on made-up images, stripes of five widths in two directions, that end in seconds. */
final class SmallImageJob {
  private static final int SIDE = 16;
  private static final int CLASSES = 10;
  private static final int WIDTHS = 5;

  /** A residual network, whose sub-networks' statistics are measured anew. */
  static final String RESNET =
      """
      retort: 1
      name: small-resnet
      seed: 5
      workers: 2
      task: mnist
      data: .
      checkpoint: {every: 5, keep: 1}
      teacher:
        architecture: resnet:depth=2/2,width=8/16,channels=1,resolution=16,shortcut=padding
        train: {epochs: 4, batch: 32, augment: {crop: 1}, optimizer: {rate: 1e-2}}
      corpus: {task-train: true, held-out: 60}
      space:
        family: resnet
        fixed: {width: 8/16, shortcut: padding}
        sub-spaces:
          thin: {depth: {per-stage: 1..2}, scale: [0.5], resolution: [12, 16]}
          wide: {depth: {per-stage: 1..2}, scale: 1}
      train:
        steps: 20
        batch: 32
        sandwich: {random: 1}
        augment: {crop: 1, mixup: 0.2}
        optimizer: {rate: 5e-3}
        objectives: [{kd: {temperature: 2}}]
      search:
        budgets: {half: {macs: 50%}, few: {parameters: 1500}}
        examples: 40
        fidelity: 4
      finetune:
        epochs: 2
        batch: 32
        augment: {crop: 1}
        optimizer: {rate: 5e-3}
        objectives: [cross-entropy, nkd]
        compare: {uskd: [cross-entropy, uskd]}
        baselines: [scratch]
      evaluate: {dev: 20%}
      """;

  /** A vision Transformer, which has relations to learn from and can be exported. */
  static final String VIT =
      """
      retort: 1
      name: small-vit
      seed: 5
      workers: 2
      task: mnist
      data: .
      teacher:
        architecture: vit:layers=2,hidden=32,heads=2,ratio=2,head-size=16,patch=4,resolution=16,\
      channels=1,classes=10
        train: {epochs: 6, batch: 32, dropout: 0, optimizer: {rate: 3e-3}}
      corpus: {task-train: true, held-out: 60}
      space:
        family: vit
        sub-spaces: {only: {layers: 1..2, hidden: [16, 32], ratio: 1..2}}
        constraint: hf-bert
      train:
        steps: 20
        batch: 32
        sandwich: {random: 1}
        optimizer: {rate: 2e-3}
        objectives:
          - self-attention-relation: {heads: 2, form: kl-relations}
          - kd: {temperature: 2}
      search: {budget: {macs: 50%}, examples: 40, fidelity: 4}
      finetune:
        epochs: 2
        batch: 32
        optimizer: {rate: 1e-3}
        objectives: [cross-entropy, nkd]
        compare: {uskd: [cross-entropy, uskd]}
      evaluate: {dev: 20%}
      export: [hugging-face]
      """;

  private SmallImageJob() {}

  /** Writes images and a recipe into a folder and gives the recipe. */
  static Path write(Path folder, String text) {
    try {
      Files.createDirectories(folder);
      images(folder, "train", 400, 1);
      images(folder, "test", 100, 2);
      return Files.writeString(folder.resolve("recipe.yaml"), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void images(Path folder, String part, int count, long seed) throws IOException {
    RandomGenerator random = new RandomStreams(seed).at("images", 0);
    try (DataOutputStream pixels = new DataOutputStream(
            Files.newOutputStream(folder.resolve(part + "-images-idx3-ubyte")));
        DataOutputStream labels = new DataOutputStream(
            Files.newOutputStream(folder.resolve(part + "-labels-idx1-ubyte")))) {
      pixels.writeInt(0x803);
      pixels.writeInt(count);
      pixels.writeInt(SIDE);
      pixels.writeInt(SIDE);
      labels.writeInt(0x801);
      labels.writeInt(count);
      for (int i = 0; i < count; i++) {
        int label = i % CLASSES;
        labels.writeByte(label);
        for (int row = 0; row < SIDE; row++) {
          for (int column = 0; column < SIDE; column++) {
            int across = label < WIDTHS ? row : column;
            boolean bright = across / (1 + label % WIDTHS) % 2 == 0;
            pixels.writeByte(random.nextInt(80) + (bright ? 120 : 0));
          }
        }
      }
    }
  }
}
