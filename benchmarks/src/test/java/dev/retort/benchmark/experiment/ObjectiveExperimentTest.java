package dev.retort.benchmark.experiment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.data.image.Raster;
import dev.retort.distill.objective.procedure.ShapeModel;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ObjectiveExperimentTest {
  private static final Path AUTHORS =
      Path.of(System.getProperty("retort.root"), "examples", "authors");

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

  private int run(ObjectiveExperiment experiment, String... arguments) {
    printed.reset();
    return experiment.run(
        List.of(arguments), new PrintStream(printed, true, StandardCharsets.UTF_8));
  }

  private String printed() {
    return printed.toString(StandardCharsets.UTF_8);
  }

  @Test
  void aTinyExperimentTrainsTheTeacherAndEveryPairAndIsNotDoneAgain(@TempDir Path work) {
    String[] few = {
      "--sentences", "2", "--test", "5", "--seeds", "2", "--teacher-epochs", "0.005", "--only", "kd"
    };
    String first = tiny(new TextExperiment(), AUTHORS, work, few);
    assertThat(first)
        .contains("teacher authors: bert:", "kd, seed 2: test accuracy, % ")
        .contains("\n| cross-entropy | `cross-entropy` | ", "\n| kd | `cross-entropy + kd ")
        .contains("- `kd`: divergence from the teacher (T 2) below that without: ");
    String table = first.substring(first.indexOf("Authors: "));
    assertThat(tiny(new TextExperiment(), AUTHORS, work, few).trim()).isEqualTo(table.trim());
  }

  private String tiny(ObjectiveExperiment experiment, Path data, Path work, String... more) {
    List<String> arguments = new ArrayList<>(
        List.of("--data", data.toString(), "--work", work.toString(), "--seeds", "1"));
    arguments.addAll(List.of("--workers", "1", "--epochs", "1", "--teacher-epochs", "1"));
    arguments.addAll(List.of(more));
    int code = run(experiment, arguments.toArray(String[]::new));
    assertThat(code).as(printed()).isZero();
    return printed();
  }

  @Test
  void landmarksAreLearntFromTwoTeachersAndAShapeModel(@TempDir Path folder) throws Exception {
    Path data = MadeData.faces(folder.resolve("data"));
    String[] only = {"--only", "asm,landmark-kd-corrupted"};
    assertThat(tiny(new LandmarkExperiment(), data, folder.resolve("work"), only))
        .contains("teacher tough-corrupted: resnet-landmarks:")
        .contains("\n| asm | `mse + 0.5 soft-landmarks + ", ", on corrupted landmarks | ")
        .contains("\n| entrant, means | coordinates within the tough teacher's band | ")
        .contains("the tolerant teacher's error above the tough one's: ");
  }

  @Test
  void cracksAreLearntFromCleanAndNoisyPhotos(@TempDir Path folder) throws Exception {
    Path data = MadeData.cracks(folder.resolve("data"));
    assertThat(tiny(new CrackExperiment(), data, folder.resolve("work"), "--only", "rfkd"))
        .contains("\n| rfkd | `rfkd`, on clean and noisy photos | ")
        .contains("\n| entrant, means | clean | pepper | salt | strokes | blur |");
  }

  @Test
  void photosAreEnlargedAwayFromAnEarlierStudent(@TempDir Path folder) throws Exception {
    Path data = MadeData.photos(folder.resolve("data"));
    assertThat(tiny(new PixelExperiment(), data, folder.resolve("work"), "--only", "dckd"))
        .contains("\n| dckd | `l1 + l1 {of:teacher} from teacher + dckd-contrast + ")
        .contains("ratio of the deepest features at the end below 0.5: ");
  }

  @Test
  void aStudentFollowsTheRouteOfItsTeacher(@TempDir Path folder) throws Exception {
    Path data = MadeData.clothes(folder.resolve("data"));
    String[] few = {"--images", "20", "--teacher-images", "20", "--interval", "1"};
    Path work = folder.resolve("work");
    assertThat(tiny(new RcoExperiment(), data, work, few))
        .contains("anchors after epochs [1].", "\n| rco | `0.1 cross-entropy + 0.9 kd ")
        .contains("from the anchors in turn | ");
    String[] longer = {"--images", "20", "--teacher-images", "20", "--teacher-epochs", "2"};
    assertThat(tiny(new RcoExperiment(), data, work, longer)).contains("anchors after epochs [2].");
    assertThat(work.resolve("teachers").toFile().list()).hasSize(2);
  }

  @Test
  void aTeacherAdaptsToAnotherDomainWhileItsStudentLearns(@TempDir Path folder) throws Exception {
    Path data = MadeData.clothes(folder.resolve("data"));
    String[] few = {"--images", "10", "--held-out", "10"};
    assertThat(tiny(new UdaExperiment(), data, folder.resolve("work"), few))
        .contains("teacher source: resnet:", "; 10 test images of the target, 10 held out of ")
        .contains("\n| uda-kd | `uda-kd on both domains`, from a teacher that adapts | ")
        .contains("- `uda-kd`: discrepancy of the teacher's features on held-out images ");
  }

  @Test
  void aTargetImageIsInvertedAndBlurred() {
    byte[] pixels = new byte[9];
    pixels[4] = 90;
    byte[] spoilt = Domains.spoilt(new Raster(1, 3, 3, pixels)).pixels();
    assertThat(spoilt[4]).isNotEqualTo((byte) -1);
    assertThat(spoilt[0]).isEqualTo(spoilt[8]).isGreaterThan(spoilt[4]);
    assertThat(Domains.spoilt(new Raster(1, 3, 3, new byte[9])).pixels()).containsOnly((byte) 255);
  }

  @Test
  void studentAndTeacherLearnTogether(@TempDir Path folder) throws Exception {
    Path data = MadeData.clothes(folder.resolve("data"));
    String[] few = {"--images", "20"};
    assertThat(tiny(new TwoExperiment(), data, folder.resolve("work"), few))
        .contains("\n| prokt | `prokt`, from a teacher that learns in turn, ")
        .contains("lambda 0.4 | ", "\n| bd-kd | `cross-entropy + bd-kd`, from a teacher that ")
        .containsPattern("\n\\| cross-entropy \\| [0-9.]+ \\|  \\|  \\|\n")
        .containsPattern("\n\\| prokt \\| [0-9.]+ \\| [0-9.]+ \\| [0-9.]+ \\|\n");
  }

  @Test
  void gradientsOfALinearStudentVary(@TempDir Path folder) throws Exception {
    Path data = MadeData.clothes(folder.resolve("data"));
    assertThat(tiny(
            new VarianceExperiment(),
            data,
            folder.resolve("work"),
            "--images",
            "20",
            "--probe",
            "10",
            "--only",
            "lambda-0.7"))
        .contains("\n| lambda-0.7 | `lambda-0.7` | ")
        .contains("the identity of gradients below a millionth: ", "holds (1 of 1 seeds)");
  }

  @Test
  void inputGradientsFollowThoseOfARobustTeacher(@TempDir Path folder) throws Exception {
    Path data = MadeData.clothes(folder.resolve("data"));
    String[] few = {"--images", "20", "--teacher-images", "20", "--attacked", "10"};
    assertThat(tiny(new KdigaExperiment(), data, folder.resolve("work"), few))
        .contains("teacher robust: resnet:", "\n| kdiga | `kdiga {gamma:0.5}` | ", "against kd |")
        .contains("\n| entrant, means | clean accuracy, % | ")
        .contains("its own loss at the end below that of the first steps: ");
  }

  @Test
  void blocksLearnApartAndAreMerged(@TempDir Path folder) throws Exception {
    Path data = MadeData.clothes(folder.resolve("data"));
    String[] few = {"--images", "20", "--teacher-images", "20", "--epochs", "4"};
    assertThat(tiny(new StableKdExperiment(), data, folder.resolve("work"), few))
        .contains("teacher long: resnet:", "\n| stablekd | `0.1 cross-entropy + 0.9 kd ")
        .contains("while apart, below 1: 0.00 against 1.00, holds (1 of 1 seeds)")
        .contains("where nothing is cut above that: ", "against 0.00, holds (1 of 1 seeds)");
  }

  @Test
  void mixedSentencesAreLearnt(@TempDir Path work) {
    assertThat(tiny(
            new MixKdExperiment(),
            AUTHORS,
            work,
            "--sentences",
            "1",
            "--test",
            "2",
            "--teacher-epochs",
            "0.002"))
        .contains("\n| mixkd | `cross-entropy + mixkd` | ", "against mixkd-unmixed |");
  }

  @Test
  void wrongArgumentsAreToldWhatIsAllowed(@TempDir Path work) {
    ImageExperiment images = new ImageExperiment();
    assertThat(run(images, "--work", work.toString())).isEqualTo(2);
    assertThat(printed()).contains("--data is missing");
    assertThat(run(images, "--sead", "3")).isEqualTo(2);
    assertThat(printed()).contains("found --sead", "--seeds");
    assertThat(run(images, "--work")).isEqualTo(2);
    assertThat(printed()).contains("found --work without a value");
  }

  @Test
  void whoIsAskedForBringsThoseThatHeIsComparedWith() {
    ImmutableList<Entrant> all = ImageEntrants.all(100);
    assertThat(chosen(all, "wsl")).containsExactly(Entrant.PLAIN, "kd-noisy", "wsl");
    assertThat(chosen(all, "bd-kd")).containsExactly(Entrant.PLAIN, "bd-kd", "bd-kd-inverted");
    assertThat(chosen(all, "")).hasSameSizeAs(all);
  }

  private static List<String> chosen(ImmutableList<Entrant> all, String only) {
    return Arguments.parse(List.of("--only", only), ImmutableMap.of("only", ""))
        .chosen(all)
        .stream()
        .map(Entrant::name)
        .toList();
  }

  static List<ImmutableList<Entrant>> fixtures() {
    ShapeModel shapes = ShapeModel.fit(List.of(new double[] {0, 1}, new double[] {1, 0}), 0.9);
    return List.of(
        ImageEntrants.all(100),
        TextEntrants.ALL,
        LanguageEntrants.ALL,
        LandmarkEntrants.all(shapes, shapes),
        CrackEntrants.ALL);
  }

  @ParameterizedTest
  @MethodSource("fixtures")
  void entrantsHaveObjectivesThatExistAndAreComparedWithEntrants(ImmutableList<Entrant> all) {
    List<String> names = all.stream().map(Entrant::name).toList();
    assertThat(names).doesNotHaveDuplicates().startsWith(all.get(0).against());
    List<String> others = new ArrayList<>();
    for (Entrant entrant : all) {
      others.add(entrant.against());
      entrant.checks().stream()
          .map(Sharper::other)
          .filter(each -> !each.isEmpty())
          .forEach(others::add);
      for (Term term : entrant.terms()) {
        assertThatCode(term::make).as(entrant.name()).doesNotThrowAnyException();
      }
    }
    assertThat(names).containsAll(others);
  }
}
