package dev.retort.pipeline.recipe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.retort.distill.objective.Objectives;
import dev.retort.distill.train.OptimizerOptions;
import dev.retort.space.Architecture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The recipes of docs/torchdistill.md, validated with models that are there as architectures alone
 * and with data of the right form.
 */
final class TorchdistillDocsTest {
  private static final String WIDTHS = "width=64/128/256/512,stem=imagenet,resolution=224";
  private static Path folder = Path.of("");
  private static List<String> recipes = List.of();

  @BeforeAll
  static void write(@TempDir Path temporary) throws IOException {
    folder = temporary;
    Path page = Path.of(System.getProperty("retort.root")).resolve("docs/torchdistill.md");
    Matcher block = Pattern.compile("```yaml\n(retort: 1\n.*?)```", Pattern.DOTALL)
        .matcher(Files.readString(page));
    recipes = new ArrayList<>();
    while (block.find()) {
      recipes.add(block.group(1));
    }
    for (int i = 0; i < 1000; i++) {
      Path images = folder.resolve("imagenet/train/class" + i);
      Files.createDirectories(images);
      Files.createFile(images.resolve("image.jpg"));
    }
    Files.createDirectories(folder.resolve("glue"));
    for (String part : List.of("train", "dev")) {
      Files.writeString(folder.resolve("glue/" + part + ".tsv"), "sentence\tlabel\nfine\t1\n");
    }
    String large = "bert:layers=24,hidden=1024,heads=16,ratio=4,head-size=64";
    model("resnet34.safetensors", "resnet:depth=3/4/6/3," + WIDTHS + ",classes=1000");
    model(
        "resnet152.safetensors",
        "resnet:depth=3/8/36/3," + WIDTHS + ",block=bottleneck,classes=1000");
    model("bert-large-uncased-sst2", large + ",classes=2");
    model("bert-base-uncased", "bert:layers=12,hidden=768,heads=12,ratio=4,classes=0");
  }

  private static void model(String name, String architecture) throws IOException {
    Files.createDirectories(folder.resolve(name));
    Files.writeString(
        folder.resolve(name).resolve("architecture.json"),
        "{\"architecture\": \"" + Architecture.parse(architecture) + "\"}");
  }

  private static Validation validated(int number) {
    return Validation.of(
        RecipeReader.parse("r.yaml", recipes.get(number), folder, List.of()),
        Objectives::create,
        name -> Optional.of(folder.resolve(name.substring(name.indexOf('/') + 1))));
  }

  private static Architecture student(Validation validation) {
    return ((Candidates.Given) Objects.requireNonNull(validation.candidates())).student();
  }

  @Test
  void eachIsWhatItsHeadingSays() {
    assertThat(recipes).hasSize(3);
    Validation bert = validated(0);
    assertThat(Objects.requireNonNull(bert.teacher()).integer("layers")).isEqualTo(24);
    assertThat(student(bert).integer("layers")).isEqualTo(12);
    assertThat(student(bert).integer("classes")).as("a classifier of its own").isEqualTo(2);
    assertThat(Objects.requireNonNull(validated(1).teacher())
            .family()
            .layers(Objects.requireNonNull(validated(1).teacher())))
        .isEqualTo(16);
    assertThat(student(validated(1)).blueprint().parameters())
        .as("torchvision's resnet18")
        .isEqualTo(11_689_512);
    assertThat(Objects.requireNonNull(validated(2).teacher()).blueprint().parameters())
        .as("torchvision's resnet152")
        .isEqualTo(60_192_808);
  }

  /** Epochs of theirs, of 40,037 batches of 32 images in ImageNet, or 5,005 of 256. */
  @Test
  void ratesFallWhereTheirsDo() {
    FinetuneRecipe at = Objects.requireNonNull(validated(1).recipe().finetune());
    falls(at.train(), 5005, 100, 30, 60, 90);
    FinetuneRecipe fitnet = Objects.requireNonNull(validated(2).recipe().finetune());
    falls(fitnet.train(), 40_037, 15, 5, 10);
    falls(fitnet.before().get(0), 40_037, 5, 3);
  }

  private static void falls(TrainingRecipe training, long epoch, int epochs, int... milestones) {
    long steps = epoch * epochs;
    OptimizerOptions options = training.optimizer().options(steps);
    double rate = training.optimizer().rate();
    assertThat(training.epochs()).isEqualTo(epochs);
    assertThat(options.rate(0, steps)).isEqualTo(rate);
    for (int milestone : milestones) {
      assertThat(options.rate(milestone * epoch - 1, steps)).isEqualTo(rate);
      rate = 0.1 * rate;
      assertThat(options.rate(milestone * epoch, steps) / rate).isBetween(1 - 1e-9, 1 + 1e-9);
      rate = options.rate(milestone * epoch, steps);
    }
  }
}
