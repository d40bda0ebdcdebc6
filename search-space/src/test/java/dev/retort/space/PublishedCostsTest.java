package dev.retort.space;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;

import com.google.common.base.Splitter;
import com.google.common.collect.ImmutableMap;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Holds the costs against every published one of a BERT-like network that we have. */
class PublishedCostsTest {
  private static final InputShape TOKENS_128 = new InputShape(1, 128);

  /** The networks, by the names of the rows; what a row counts of them is said by its words. */
  private static final ImmutableMap<String, String> NETWORKS =
      ImmutableMap.<String, String>builder()
          .put("bert_tiny_en_uncased", "layers=2,hidden=128,heads=2,ratio=4")
          .put("bert_small_en_uncased", "layers=4,hidden=512,heads=8,ratio=4")
          .put("bert_base_en_uncased", "layers=12,hidden=768,heads=12,ratio=4")
          .put("bert_base_en (cased)", "layers=12,hidden=768,heads=12,ratio=4,vocabulary=28996")
          .put("bert_base_zh", "layers=12,hidden=768,heads=12,ratio=4,vocabulary=21128")
          .put("bert_uncased_L-2_H-128_A-2", "layers=2,hidden=128,heads=2,ratio=4")
          .put("bert_uncased_L-4_H-256_A-4", "layers=4,hidden=256,heads=4,ratio=4")
          .put("bert_uncased_L-6_H-256_A-4", "layers=6,hidden=256,heads=4,ratio=4")
          .put("bert_uncased_L-8_H-512_A-8", "layers=8,hidden=512,heads=8,ratio=4")
          .put("bert_uncased_L-12_H-256_A-4", "layers=12,hidden=256,heads=4,ratio=4")
          .put("MiniLMv2 L6xH384 from BERT", "layers=6,hidden=384,heads=12,ratio=4,head-size=32")
          // RoBERTa's positions are 514, of which two are never used, and it has one token type.
          .put(
              "MiniLMv2 L12xH384 from RoBERTa",
              "layers=12,hidden=384,heads=12,ratio=4,head-size=32,"
                  + "vocabulary=50265,positions=514,types=1")
          .put(
              "MiniLMv2 L6xH384 from RoBERTa",
              "layers=6,hidden=384,heads=12,ratio=4,head-size=32,"
                  + "vocabulary=50265,positions=514,types=1")
          .put(
              "MiniLMv2 L6xH768 from RoBERTa",
              "layers=6,hidden=768,heads=12,ratio=4,vocabulary=50265,positions=514,types=1")
          .put("mMiniLM-L12xH384 layers only", "layers=12,hidden=384,heads=12,ratio=4,head-size=32")
          .put(
              "TinyBERT_General_4L_312D",
              "layers=4,hidden=312,heads=12,intermediate=1200,head-size=26")
          .put("BERT-base (TinyBERT table)", "layers=12,hidden=768,heads=12,ratio=4")
          .put("TinyBERT6", "layers=6,hidden=768,heads=12,ratio=4")
          .put("BERT-PKD4 / DistilBERT4", "layers=4,hidden=768,heads=12,ratio=4")
          .put("BERT small (TinyBERT table)", "layers=4,hidden=512,heads=8,ratio=4")
          .put("BERT-base", "layers=12,hidden=768,heads=12,ratio=4")
          .put("AutoDistil proxy base", "layers=12,hidden=544,heads=9,ratio=3")
          .put("AutoDistil proxy small 2", "layers=11,hidden=256,heads=7,ratio=3")
          .put("AutoDistil space, largest base", "layers=12,hidden=640,heads=12,ratio=4")
          .put("AutoDistil space, smallest tiny", "layers=4,hidden=128,heads=7,ratio=2")
          .buildOrThrow();

  /** A row of the table. */
  record Row(String name, String parameters, String macs, Map<String, String> counted) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Row> rows() throws IOException {
    List<Row> rows = new ArrayList<>();
    try (BufferedReader reader = new BufferedReader(new InputStreamReader(
        requireNonNull(PublishedCostsTest.class.getResourceAsStream("/bert-costs.csv")),
        StandardCharsets.UTF_8))) {
      List<String> lines = reader.lines().toList();
      for (String line : lines.subList(2, lines.size())) {
        List<String> cells = cells(line);
        rows.add(new Row(cells.get(1), cells.get(2), cells.get(3), words(cells.get(5))));
      }
    }
    assertThat(rows).extracting(Row::name).containsExactlyInAnyOrderElementsOf(NETWORKS.keySet());
    return rows.stream();
  }

  private static List<String> cells(String line) {
    List<String> cells = new ArrayList<>();
    StringBuilder cell = new StringBuilder();
    boolean quoted = false;
    for (char c : line.toCharArray()) {
      if (c == '"') {
        quoted = !quoted;
      } else if (c == ',' && !quoted) {
        cells.add(cell.toString());
        cell.setLength(0);
      } else {
        cell.append(c);
      }
    }
    cells.add(cell.toString());
    return cells;
  }

  private static Map<String, String> words(String howCounted) {
    ImmutableMap.Builder<String, String> words = ImmutableMap.builder();
    for (String part : Splitter.on("; ").split(howCounted)) {
      int equals = part.indexOf('=');
      words.put(part.substring(0, equals), part.substring(equals + 1));
    }
    return words.buildOrThrow();
  }

  @ParameterizedTest
  @MethodSource("rows")
  void publishedCostComesOut(Row row) {
    String words = requireNonNull(row.counted().get("params"));
    String network = "bert:" + NETWORKS.get(row.name());
    long parameters;
    long macs;
    if (words.contains("A/12")) {
      // Evaluated by the released script at multipliers of three digits: hence the allowance.
      Cost cost = Accounting.AUTODISTIL.cost(Architecture.parse(network), TOKENS_128);
      parameters = cost.parameters();
      macs = cost.macs();
    } else {
      String pooling = words.contains("+ pooler") ? "" : ",pooling=first";
      Architecture encoder = Architecture.parse(network + ",classes=0" + pooling);
      Cost cost = Accounting.EXACT.cost(encoder, TOKENS_128);
      parameters = switch (words) {
        case "transformer layers only, no embeddings" -> layersOnly(encoder);
        case "embeddings + layers + pooler + pre-training heads (MLM transform and output bias with"
            + " a tied decoder, NSP)" -> cost.parameters() + preTrainingHeads(encoder);
        case "embeddings + layers",
            "embeddings + layers + pooler",
            "embeddings (word 30522) + layers, no pooler",
            "embeddings (word 50265) + layers, no pooler",
            "embeddings (word 30522, 512 positions, 2 types) + layers + pooler, no head",
            "embeddings (word 28996, 512 positions, 2 types) + layers + pooler, no head",
            "embeddings (word 21128, 512 positions, 2 types) + layers + pooler, no head" ->
          cost.parameters();
        default -> throw new AssertionError("A row counts in a way not read yet: " + words);
      };
      macs = cost.macs();
    }
    assertAgrees(parameters, row.parameters(), row.counted(), "params");
    if (!row.macs().isEmpty()) {
      assertAgrees(macs, row.macs(), row.counted(), "macs");
    }
  }

  private static void assertAgrees(
      long own, String published, Map<String, String> counted, String what) {
    double figure = Double.parseDouble(published);
    // A resolution of 1 means exact; halves of it are for rounded figures.
    double rounding = Double.parseDouble(requireNonNull(counted.get(what + "_rounding")));
    double allow = Double.parseDouble(counted.getOrDefault(what + "_allow", "0"));
    assertThat((double) own).as(what).isCloseTo(figure, offset(rounding / 2 + allow * figure));
  }

  private static long layersOnly(Architecture architecture) {
    return architecture.blueprint().tensors().stream()
        .filter(tensor -> tensor.name().startsWith("bert.encoder."))
        .mapToLong(TensorSpec::count)
        .sum();
  }

  /** Dense, norm and output bias of masked language modelling; two outputs of next sentence. */
  private static long preTrainingHeads(Architecture architecture) {
    long hidden = architecture.integer("hidden");
    return hidden * (hidden + 1)
        + 2 * hidden
        + architecture.integer("vocabulary")
        + 2 * (hidden + 1);
  }
}
