package dev.retort.pipeline.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** A report of a run that never was, with figures like those of the measured prototype. */
final class ExampleReport {
  private static final int TEST_SENTENCES = 1791;

  private ExampleReport() {}

  static ReportModel quickstart() {
    return new ReportModel(
        "quickstart",
        new Question(
            "\u201Cwho wrote this sentence?\u201D, 12 authors",
            "accuracy",
            "a 4-layer BERT trained with all labels",
            List.of(
                new BudgetLine("50 %", "at most 50 % of the teacher\u2019s FLOPs", 30.95e6),
                new BudgetLine("3 M MACs", "at most 6 MFLOPs", 3e6)),
            "The teacher was trained with all 29,370 labels; the students see 100 labels an author"
                + " and the same sentences without labels. Many cues are topics and names, not"
                + " style."),
        new TeacherLine(
            "4 x 160",
            "bert:layers=4,hidden=160,heads=10,ratio=4",
            new CostFigures(2_524_172, 61.9e6, 123.8e6),
            score(0.684),
            score(0.677),
            "",
            "teacher/bert-layers=4,hidden=160,heads=10,ratio=4"),
        List.of(half(), small()),
        List.of(
            new MethodLine(
                "naive Bayes",
                "word presence, all labels",
                ScoreFigure.ABSENT,
                score(0.681),
                false,
                ""),
            new MethodLine(
                "naive Bayes",
                "word presence, 100 labels an author",
                ScoreFigure.ABSENT,
                score(0.477),
                false,
                "")),
        losses(),
        search(),
        List.of(
            new FidelityLine(
                "6 networks of sub-space small, fine-tuned, dev", 6, 0.46, 0.49, 0.661, 0.671),
            new FidelityLine(
                "all 81 networks, no fine-tuning, 597 dev sentences", 81, 0.84, 0.87, 0.38, 0.68)),
        List.of(
            new StageLine("data", "13 books, 30,370 sentences, vocabulary of 8,000", 2.3),
            new StageLine("teacher", "918 steps of 64", 152.8),
            new StageLine("teacher logits", "30,370 sentences", 24.1),
            new StageLine("SuperLM tiny", "900 steps of 32, sandwich of 3", 84.6),
            new StageLine("SuperLM small", "300 steps of 32, sandwich of 3", 38.4),
            new StageLine("SuperLM large", "300 steps of 32, sandwich of 3", 52.2),
            new StageLine("search", "81 candidates, 384 sentences each", 9.5),
            new StageLine("fine-tuning and comparisons", "12 trainings of 114 to 380 steps", 78.7)),
        352.4,
        List.of(
            new PlaceLine("Students", "students/"),
            new PlaceLine(
                "Hugging Face export, 50 %",
                "students/bert-layers=3,hidden=112,heads=7,ratio=3/exports/hugging-face/"),
            new PlaceLine(
                "Hugging Face export, 3 M MACs",
                "students/bert-layers=2,hidden=48,heads=3,ratio=3/exports/hugging-face/"),
            new PlaceLine("Search log", "search/log.jsonl"),
            new PlaceLine("Metrics", "metrics.jsonl")),
        new ProvenanceReport(
            "2026-01-02 10:15:00 UTC",
            "2026-01-02 10:20:52 UTC",
            "17",
            List.of(
                new ProvenanceReport.Fact("Retort", "0.1.0-SNAPSHOT (3abe38d)"),
                new ProvenanceReport.Fact("DJL, PyTorch", "0.35.1, 2.7.1 (cpu)"),
                new ProvenanceReport.Fact("JDK", "17.0.13, Linux amd64"),
                new ProvenanceReport.Fact("Host", "2 cores, 8 GiB, 2 threads, float32")),
            List.of(new ProvenanceReport.Input(
                "examples/data/authors.tsv.gz",
                2_713_442,
                "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")),
            "On this machine with this software and seed a second run gives the same bytes;"
                + " elsewhere the same decisions within the stated tolerance.",
            RECIPE,
            RECIPE + "search:\n  method: {name: exhaustive}\n"));
  }

  static ReportModel withTeacher(String name, String architecture) {
    ReportModel model = quickstart();
    TeacherLine teacher = model.teacher();
    return new ReportModel(
        model.title(),
        model.question(),
        new TeacherLine(
            name, architecture, teacher.cost(), teacher.dev(), teacher.test(), "", teacher.path()),
        model.students(),
        model.floors(),
        model.losses(),
        model.search(),
        model.fidelity(),
        model.stages(),
        model.totalSeconds(),
        model.places(),
        model.provenance());
  }

  /** A run of which nothing is known yet. */
  static ReportModel empty() {
    return new ReportModel(
        "empty",
        new Question("nothing", "", "nobody", List.of(), ""),
        new TeacherLine(
            "none", "", CostFigures.UNKNOWN, ScoreFigure.ABSENT, ScoreFigure.ABSENT, "", ""),
        List.of(),
        List.of(),
        List.of(),
        SearchReport.NONE,
        List.of(),
        List.of(),
        Double.NaN,
        List.of(),
        new ProvenanceReport("", "", "", List.of(), List.of(), "", "", ""));
  }

  static ReportModel withSearch(ReportModel model, SearchReport search) {
    return new ReportModel(
        model.title(),
        model.question(),
        model.teacher(),
        model.students(),
        model.floors(),
        model.losses(),
        search,
        model.fidelity(),
        model.stages(),
        model.totalSeconds(),
        model.places(),
        model.provenance());
  }

  static ScoreFigure score(double value) {
    return ScoreFigure.ofCounts(Math.round(value * TEST_SENTENCES), TEST_SENTENCES);
  }

  private static StudentLine half() {
    String path = "students/bert-layers=3,hidden=112,heads=7,ratio=3";
    return new StudentLine(
        "half",
        "bert:layers=3,hidden=112,heads=7,ratio=3",
        "large",
        "50 %",
        new CostFigures(1_308_172, 19.6e6, 39.2e6),
        methods(path, 0.675, 0.668, 0.669, 0.667, 0.405, 0.626),
        path);
  }

  private static StudentLine small() {
    String path = "students/bert-layers=2,hidden=48,heads=3,ratio=3";
    return new StudentLine(
        "small",
        "bert:layers=2,hidden=48,heads=3,ratio=3",
        "tiny",
        "3 M MACs",
        new CostFigures(432_156, 2.65e6, 5.3e6),
        methods(path, 0.661, 0.654, 0.662, 0.65, 0.329, 0.548),
        path);
  }

  private static List<MethodLine> methods(String path, double... test) {
    String[] names = {
      "NKD", "USKD", "plain cross-entropy", "no fine-tuning", "from scratch", "cut from the teacher"
    };
    String[] details = {
      "100 labels an author, 114 steps",
      "100 labels an author, 114 steps, no teacher",
      "100 labels an author, 114 steps",
      "as it stands in the SuperLM; no label seen",
      "100 labels an author, 380 steps",
      "100 labels an author, 380 steps"
    };
    List<MethodLine> lines = new ArrayList<>();
    for (int i = 0; i < names.length; i++) {
      lines.add(new MethodLine(
          names[i],
          details[i],
          score(test[i] + 0.004),
          score(test[i]),
          i == 0,
          i == 0 ? path + "/finetuned" : ""));
    }
    return lines;
  }

  private static List<LossPlot> losses() {
    List<LossPlot> plots = new ArrayList<>();
    plots.add(new LossPlot(
        "Teacher",
        "Teacher, all labels",
        "",
        "step",
        "loss",
        LossPlot.Scale.AUTO,
        List.of(
            decay("cross-entropy", LossCurve.Role.TOTAL, 918, 2.5, 0.75, 200, 0.14),
            held("dev", 918, 2.4, 1.08, 190))));
    int seed = 0;
    for (String name : List.of("tiny", "small", "large")) {
      double floor = 0.55 - 0.15 * seed++;
      int steps = name.equals("tiny") ? 900 : 300;
      plots.add(new LossPlot(
          "SuperLM",
          "SuperLM " + name,
          "Mean of the sandwich: smallest, largest and one random sub-network.",
          "step",
          "loss",
          LossPlot.Scale.AUTO,
          List.of(
              decay("total", LossCurve.Role.TOTAL, steps, 4.6, floor * 1.6, 60, 0.12),
              decay("relation KL", LossCurve.Role.TERM, steps, 1.6, floor * 0.6, 50, 0.05),
              decay("logit KD", LossCurve.Role.TERM, steps, 3.0, floor, 60, 0.1),
              held("held out", steps, 4.4, floor * 1.5, 55))));
    }
    for (String name : List.of("half", "small")) {
      plots.add(new LossPlot(
          "Fine-tuning",
          "Fine-tuning " + name,
          "Different objectives: only the course of each curve can be compared.",
          "step",
          "loss",
          LossPlot.Scale.AUTO,
          List.of(
              decay("NKD", LossCurve.Role.TOTAL, 114, 2.9, 2.1, 40, 0.2),
              decay("USKD", LossCurve.Role.TERM, 114, 1.35, 0.8, 40, 0.12),
              decay("cross-entropy", LossCurve.Role.TERM, 114, 1.2, 0.7, 40, 0.12))));
    }
    return plots;
  }

  private static LossCurve decay(
      String name,
      LossCurve.Role role,
      int steps,
      double from,
      double to,
      double scale,
      double noise) {
    Random random = new Random(name.hashCode() + steps);
    double[] at = new double[steps];
    double[] loss = new double[steps];
    for (int i = 0; i < steps; i++) {
      at[i] = i + 1;
      double mean = to + (from - to) * StrictMath.exp(-i / scale);
      loss[i] = Math.max(0.02, mean * (1 + noise * (random.nextDouble() * 2 - 1)));
    }
    return LossCurve.of(name, role, at, loss);
  }

  private static LossCurve held(String name, int steps, double from, double to, double scale) {
    double[] at = new double[9];
    double[] loss = new double[9];
    for (int i = 0; i < 9; i++) {
      at[i] = Math.max(1, (double) steps * i / 8);
      loss[i] = to + (from - to) * StrictMath.exp(-at[i] / scale);
    }
    return LossCurve.of(name, LossCurve.Role.HELD_OUT, at, loss);
  }

  private static SearchReport search() {
    int[][] hidden = {{16, 32, 48}, {64, 80, 96}, {112, 128, 144}};
    String[] names = {"tiny", "small", "large"};
    List<CandidateLine> candidates = new ArrayList<>();
    Random random = new Random(7);
    for (int space = 0; space < 3; space++) {
      for (int layers = 2; layers <= 4; layers++) {
        for (int ratio = 2; ratio <= 4; ratio++) {
          for (int width : hidden[space]) {
            double macs = layers * (4.0 * 48 * width * width + 2.0 * 48 * 48 * width)
                + layers * 2.0 * 48 * ratio * width * width
                + width * 12;
            double loss = 0.25 + 2.6 * StrictMath.pow(macs / 4e5, -0.52);
            loss *= 1 + 0.14 * (random.nextDouble() - 0.5);
            boolean half = space == 2 && layers == 3 && width == 112 && ratio == 3;
            boolean small = space == 0 && layers == 2 && width == 48 && ratio == 3;
            candidates.add(new CandidateLine(
                "bert:layers="
                    + layers
                    + ",hidden="
                    + width
                    + ",heads="
                    + width / 16
                    + ",ratio="
                    + ratio,
                names[space],
                macs,
                half ? loss * 0.93 : small ? loss * 0.9 : loss,
                half ? "50 %" : small ? "3 M MACs" : ""));
          }
        }
      }
    }
    List<SubSpaceLine> spaces = List.of(
        new SubSpaceLine("tiny", "layers 2..4, hidden 16..48/16, ratio 2..4", 27, 0.34e6, 6.2e6),
        new SubSpaceLine("small", "layers 2..4, hidden 64..96/16, ratio 2..4", 27, 3.7e6, 23e6),
        new SubSpaceLine("large", "layers 2..4, hidden 112..144/16, ratio 2..4", 27, 10.7e6, 50e6));
    return new SearchReport(
        "Exhaustive search",
        "held-out distillation loss",
        9.5,
        spaces,
        candidates,
        0,
        "Scored on 384 held-out sentences, the teacher\u2019s outputs computed once.");
  }

  private static final String RECIPE =
      """
      retort: 1
      seed: 17
      precision: fp32
      corpus: {text: examples/data/authors.tsv.gz, sequence: 48}
      space:
        family: bert
        sub-spaces:
          tiny:  {layers: 2..4, hidden: 16..48/16, ratio: 2..4, head-size: 16}
          small: {layers: 2..4, hidden: 64..96/16, ratio: 2..4, head-size: 16}
          large: {layers: 2..4, hidden: 112..144/16, ratio: 2..4, head-size: 16}
      """;
}
