package dev.retort.pipeline.recipe;

import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** Recipes for the tests. */
final class Recipes {
  /** The shortest recipe that says something. */
  static final String SHORT =
      """
      retort: 1
      teacher: {model: models/teacher}
      corpus: {text: corpus.txt}
      space:
        sub-spaces:
          tiny: {layers: 2..4, hidden: 64..128/32, heads: 2..4, ratio: 2..4}
      search: {budget: {flops: 50%}}
      """;

  /** One that gives nearly every key. */
  static final String LONG =
      """
      retort: 1
      name: everything
      seed: -3
      device: cpu
      precision: bf16
      workers: 2
      task: {name: authors, labels: l.txt, train: train.tsv, dev: dev.tsv, test: test.tsv}
      sequence: 48
      tokenizer: {vocabulary: vocab.txt, lower-case: false}
      checkpoint: {every: 50, keep: 3}
      teacher:
        architecture: bert:layers=4,hidden=160,heads=10,ratio=4,head-size=16,classes=12
        train:
          epochs: 1.5
          batch: 64
          word-dropout: 0.15
          optimizer: {name: sgd, rate: 1e-3, momentum: 0.8, warmup: 20, decay: cosine, clip: 0}
      teachers:
        large: {model: models/large, pooling: mean}
        all: {ensemble: [teacher, large], mean: logits}
      corpus: {task-train: true, held-out: 1000, limit: 30000}
      space:
        family: bert
        fixed: {head-size: 16}
        constraint: [hf-bert, parameters=..9M]
        dimensions: {layers: 2..4, hidden: [16, 32], ratio: {per-layer: 2.0..3.0/0.5}}
        partition: {by: parameters, into: 2}
      train:
        steps: 300
        sandwich: {smallest: true, largest: false, random: 1}
        initial: random
        mask-inputs: 0.15
        optimizer: {rate: 0.00001, weight-decay: 0, decay: steps, milestones: [9, 60%], factor: 0.5}
        objectives:
          - self-attention-relation: {weight: 0.5, heads: 8, of: [query, key]}
          - hidden-state: {fit: false}
          - kd
        per-sub-space: {part-1: {steps: 900, optimizer: {clip: 0.5}}}
      search:
        budgets: {half: {flops: 50%}, small: {macs: 3M, parameters: 1e6}}
        method: {name: random, samples: 30, timeout: 2.5}
        objectives: [distillation-loss, flops]
        accounting: autodistil
        top: 2
      finetune:
        labels-per-class: 100
        epochs: 3
        objectives: [cross-entropy, {nkd: {gamma: 1.5, temperature: 1}}]
        compare: {uskd: [cross-entropy, uskd], plain: cross-entropy}
        baselines: [scratch, teacher-slices]
        baseline-train: {scratch: {epochs: 10, optimizer: {rate: 1e-3}}}
      evaluate: {splits: [dev, test], metrics: accuracy, batch: 8}
      export: hugging-face
      output: runs/everything
      """;

  /** The shortest recipe about images. */
  static final String IMAGES_SHORT =
      """
      retort: 1
      task: cifar-10
      data: images
      teacher: {model: resnet56.safetensors}
      corpus: {task-train: true}
      space:
        family: resnet
        fixed: {width: 16/32/64, shortcut: padding}
        sub-spaces: {tiny: {depth: {per-stage: 1..3}}}
      search: {budget: {macs: 50%}}
      finetune: {}
      """;

  /** One about images that gives nearly every key that text has not. */
  static final String IMAGES =
      """
      retort: 1
      task: cifar-10
      data: images
      teacher:
        architecture: resnet:depth=9/9/9,width=16/32/64,shortcut=padding
        train: {augment: {resized-crop: 0.3, rand-augment: {operations: 2, magnitude: 12}}}
      corpus: {task-train: true, held-out: 512}
      space:
        family: resnet
        fixed: {width: 16/32/64, shortcut: padding}
        sub-spaces: {tiny: {depth: {per-stage: 1..3}, scale: [0.5, 0.75]}}
      train:
        recalibrate: 3
        augment: {crop: 4, flip: 0.5, mixup: 0.2, cutmix: 1, erase: 0.1}
        per-sub-space: {tiny: {recalibrate: 5}}
      search: {budgets: {half: {macs: 30M}}, examples: 100}
      finetune:
        augment: {crop: 4}
        objectives: [cross-entropy]
        baselines: [scratch]
        baseline-train: {scratch: {epochs: 2}}
      evaluate: {dev: 500}
      """;

  /** The shortest recipe about language models. */
  static final String LANGUAGE_SHORT =
      """
      retort: 1
      task: language-model
      teacher: {model: models/stories}
      corpus: {generated: {}}
      space:
        family: llama
        sub-spaces: {tiny: {layers: 1..2, hidden: 32, heads: 4}}
      search: {budget: {macs: 50%}}
      finetune: {}
      """;

  /** One about language models that gives nearly every key that others have not. */
  static final String LANGUAGE =
      """
      retort: 1
      task: {name: stories, train: train.txt, dev: dev.txt}
      sequence: 64
      tokenizer: {folder: models/stories}
      teacher:
        architecture: llama:layers=4,hidden=64,heads=8,groups=4,ratio=3,head-size=8,vocabulary=512
        train: {epochs: 2, limit: 1000}
      corpus:
        generated: {texts: 500, tokens: 48, temperature: 0.9, top-k: 9, top-p: 0.95, prompt: "I"}
        held-out: 50
      space:
        family: llama
        sub-spaces: {tiny: {layers: 1..2, hidden: 32, heads: [2, 4]}}
      train: {steps: 100, objectives: [{kd: {temperature: 1}}]}
      search: {budgets: {half: {macs: 50%}}, cached: 40}
      finetune:
        objectives: [cross-entropy, kd]
        baselines: [scratch]
        baseline-train: {scratch: {epochs: 2}}
      evaluate: {metrics: perplexity, dev: 20, test: 5%}
      """;

  /** One about masked words. */
  static final String MASKED =
      """
      retort: 1
      task: {kind: masked-language-model, name: words, train: text, dev: dev.txt, masked: 0.2}
      tokenizer: {vocabulary: vocab.txt}
      teacher: {model: models/bert, train: {epochs: 1}}
      corpus: {text: more, documents: blank-line}
      space:
        sub-spaces: {tiny: {layers: 2..4, hidden: 64..128/32, heads: 2..4, ratio: 2..4}}
      search: {budget: {flops: 50%}}
      finetune: {objectives: [cross-entropy, kd], baselines: [scratch]}
      evaluate: {metrics: perplexity, test: 5%}
      """;

  /** One about tagged words. */
  static final String TAGGED =
      """
      retort: 1
      task: {kind: token-classification, name: ner, labels: tags.txt, train: train.conll}
      teacher: {model: models/bert, train: {word-dropout: 0.1}}
      corpus: {task-train: true}
      space:
        sub-spaces: {tiny: {layers: 2..4, hidden: 64..128/32, heads: 2..4, ratio: 2..4}}
      train: {mask-inputs: 0.1}
      search: {budget: {flops: 50%}}
      finetune: {baselines: [scratch]}
      evaluate: {metrics: entity-f1, dev: 100, test: 5%}
      """;

  /** One about instructions. */
  static final String INSTRUCTIONS =
      """
      retort: 1
      task: {kind: instructions, answers: 7, answer-tokens: 30}
      data: instructions
      teacher: {model: models/stories}
      corpus: {task-train: true}
      space:
        family: llama
        sub-spaces: {tiny: {layers: 1..2, hidden: 32, heads: 4}}
      search: {budget: {macs: 50%}}
      finetune: {baselines: [scratch]}
      evaluate: {metrics: rouge-l}
      """;

  /** One of a student that is given, of another family than its teacher. */
  static final String GIVEN =
      """
      retort: 1
      task: {name: authors, labels: l.txt, train: train.tsv, dev: dev.tsv}
      tokenizer: {vocabulary: vocab.txt}
      teacher: {model: models/teacher}
      student: {architecture: "distilbert:layers=2,hidden=64,heads=4,ratio=4", initial: random}
      finetune:
        before: [{objectives: [hidden-state], epochs: 1}]
        objectives: [kd]
        baselines: [scratch]
      """;

  /** One of a student that learns on what its teacher writes. */
  static final String GIVEN_WRITER =
      """
      retort: 1
      task: language-model
      teacher: {model: models/stories}
      student: {model: models/smaller, family: gpt2}
      corpus: {generated: {texts: 100}}
      finetune: {objectives: [kd]}
      """;

  private Recipes() {}

  /** What a recipe says whose students are searched. */
  static Students.Searched searched(Recipe recipe) {
    return (Students.Searched) recipe.students();
  }

  static RecipeFile read(String text, String... overrides) {
    return RecipeReader.parse("r.yaml", text, Path.of("recipes"), List.of(overrides));
  }

  /** Every mistake of a text, one line each. */
  static List<String> mistakes(String text, String... overrides) {
    return mistakes(text.getBytes(StandardCharsets.UTF_8), overrides);
  }

  static List<String> mistakes(byte[] bytes, String... overrides) {
    RecipeErrors errors = catchThrowableOfType(
        RecipeErrors.class,
        () -> RecipeReader.read("r.yaml", bytes, Path.of("recipes"), List.of(overrides)));
    return Objects.requireNonNull(errors, "The recipe is accepted").mistakes().stream()
        .map(Mistake::toString)
        .toList();
  }
}
