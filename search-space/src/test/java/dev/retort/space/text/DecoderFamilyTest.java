package dev.retort.space.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.collect.ImmutableMap;
import dev.retort.space.Accounting;
import dev.retort.space.Architecture;
import dev.retort.space.Axis;
import dev.retort.space.Cost;
import dev.retort.space.Dimension;
import dev.retort.space.InputShape;
import dev.retort.space.NamedModels;
import dev.retort.space.RandomStreams;
import dev.retort.space.SearchSpace;
import dev.retort.space.TensorSpec;
import dev.retort.space.Value;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class DecoderFamilyTest {
  static LongStream seeds() {
    return LongStream.rangeClosed(1, 200);
  }

  /** A decoder of any family, every dimension drawn. */
  private static Architecture drawn(long seed) {
    RandomGenerator random = new RandomStreams(seed).at("decoder", 0);
    int layers = 1 + random.nextInt(3);
    int shared = 1 + random.nextInt(3);
    StringBuilder heads = new StringBuilder();
    StringBuilder inner = new StringBuilder();
    for (int layer = 0; layer < layers; layer++) {
      heads.append(layer > 0 ? "/" : "").append(shared * (1 + random.nextInt(3)));
      inner.append(layer > 0 ? "/" : "").append(1 + random.nextInt(60));
    }
    List<String> kinds = List.of(
        "gpt2:",
        "gpt2:bias=no,tied=no,",
        "opt:",
        "opt:bias=no,final-norm=no,",
        "opt:norm=after,",
        "opt:norm=after,tied=no,embedding=" + (1 + random.nextInt(60)) + ",",
        "opt:embedding=" + (1 + random.nextInt(60)) + ",",
        "llama:heads-per-group=" + shared + ",",
        "llama:tied=yes,attention-bias=yes,mlp-bias=yes,heads-per-group=" + shared + ",",
        "gpt-neox:",
        "gpt-neox:residual=sequential,attention-bias=no,tied=yes,");
    return Architecture.parse(String.format(
        Locale.ROOT,
        "%slayers=%d,hidden=%d,heads=%s,intermediate=%s,head-size=%d,vocabulary=%d,positions=%d",
        kinds.get(random.nextInt(kinds.size())),
        layers,
        1 + random.nextInt(40),
        heads,
        inner,
        8 * (1 + random.nextInt(3)),
        1 + random.nextInt(50),
        1 + random.nextInt(20)));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void countsAreTheSumsOverTheBlueprint(long seed) {
    Architecture decoder = drawn(seed);
    assertThat(Architecture.parse(decoder.toString())).isEqualTo(decoder);
    DecoderFamily family = DecoderFamily.of(decoder);
    assertThat(family.parameters(decoder))
        .as("%s", decoder)
        .isEqualTo(decoder.blueprint().parameters());
    for (int layer = 0; layer < decoder.layers(); layer++) {
      String prefix = family.names().layer(layer);
      assertThat(family.layerParameters(decoder, layer))
          .isEqualTo(decoder.blueprint().tensors().stream()
              .filter(tensor -> tensor.name().startsWith(prefix))
              .mapToLong(TensorSpec::count)
              .sum());
    }
    for (int i = 0; i < 10; i++) {
      InputShape input = new InputShape(1 + i % 3, 1 + 7 * i, i % 2 * 5);
      assertThat(family.cost(decoder, input))
          .as("%s for %s", decoder, input)
          .isEqualTo(Cost.of(decoder.blueprint(), input));
    }
    // Three tokens after three do half of the work of six: all of these look at six.
    long whole = decoder.blueprint().macs(new InputShape(2, 6));
    long three = decoder.blueprint().macs(new InputShape(2, 3, 3));
    assertThat(2 * three).isEqualTo(whole);
    long keys = decoder.blueprint().tensors().stream()
        .filter(tensor -> tensor.name().endsWith(family.names().key() + ".weight")
            || tensor.name().endsWith(family.names().value() + ".weight"))
        .mapToLong(tensor -> tensor.shape()[0])
        .sum();
    assertThat(family.cached(decoder)).isEqualTo(keys);
  }

  /** Published figures: reference/costs.csv names each one's source. */
  @ParameterizedTest
  @CsvSource({
    "gpt2, exact, 124439808",
    "gpt2-medium, exact, 354823168",
    "gpt2-xl, exact, 1557611200",
    "gpt2:bias=no, exact, 124337664",
    "opt-125m, no-offset, 125237760",
    "opt-125m, exact, 125239296",
    "opt-350m, exact, 331196416",
    "pythia-70m, non-embedding, 18915328",
    "pythia-160m, non-embedding, 85056000",
    "pythia-410m, non-embedding, 302311424",
    "pythia-1b, non-embedding, 805736448",
    "pythia-70m, exact, 70426624",
    "stories260k, exact, 260032",
    "tinyllama-1.1b, exact, 1100048384"
  })
  void publishedParametersComeOut(String model, String accounting, long parameters) {
    Architecture architecture = NamedModels.parse(model);
    InputShape token = new InputShape(1, 1);
    assertThat(Accounting.named(accounting).cost(architecture, token).parameters())
        .isEqualTo(parameters);
  }

  /** nanoGPT's transformer_sizing.ipynb, whose FLOPs are two for each multiply-accumulate. */
  @Test
  void multiplyAccumulatesAreThoseOfNanoGpt() {
    Architecture gpt2 = NamedModels.parse("gpt2:bias=no");
    InputShape input = new InputShape(1, 1024);
    assertThat(gpt2.family().cost(gpt2, input).macs()).isEqualTo(145824153600L);
    assertThat(gpt2.blueprint().operations().stream()
            .filter(each -> each.block().startsWith("layer."))
            .mapToLong(each -> each.macs().at(input))
            .sum())
        .isEqualTo(106300440576L);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "heads=8,groups=4 heads=8,heads-per-group=2",
        "heads=8/4,groups=4/2 heads=8/4,heads-per-group=2",
        "heads=8/4,groups=4/4 heads=8/4,heads-per-group=2/1",
        "heads=8/4,groups=2 heads=8/4,heads-per-group=4/2",
        "heads=8,groups=8 heads=8",
        "heads=8,heads-per-group=1 heads=8",
        "heads=8,groups=4,heads-per-group=2 heads=8,heads-per-group=2",
      })
  void groupsAreHeadsPerGroup(String given, String canonical) {
    Architecture llama = Architecture.parse("llama:layers=2,hidden=64,ratio=2," + given);
    assertThat(llama)
        .isEqualTo(Architecture.parse("llama:layers=2,hidden=64,ratio=2," + canonical));
    Value groups = llama.family().value(llama, "groups");
    assertThat(llama.with("heads-per-group", Value.of(1)).values()).containsKey("heads-per-group");
    assertThat(Architecture.parse("llama:layers=2,hidden=64,ratio=2,"
            + given.split(",groups|,heads-per")[0] + ",groups=" + groups))
        .isEqualTo(llama);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "llama:heads=8,groups=3|groups (3) does not divide heads (8)",
        "llama:heads=8/6,heads-per-group=4|heads-per-group (4) does not divide heads (6)",
        "llama:heads=8,groups=4,heads-per-group=4|are not heads-per-group (4)",
        "llama:heads=8,head-size=5|not an odd number (5)",
        "gpt-neox:heads=8,head-size=20|not an odd number (5)",
        "gpt2:heads=8,groups=4|has no dimension (groups)",
        "opt:heads=8,activation=tanh|activation cannot be (tanh)"
      })
  void impossibleDecoderIsRefusedWithItsValue(String given, String reason) {
    assertThatThrownBy(() -> Architecture.parse(given + ",layers=2,hidden=64,ratio=2"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void queriesStandInTheGroupsOfTheirKeys() {
    Architecture llama = Architecture.parse(
        "llama:layers=1,hidden=64,heads=6,groups=3,ratio=2,head-size=4,vocabulary=9");
    ImmutableMap<String, TensorSpec> specs = llama.blueprint().byName();
    assertThat(specs.get("model.layers.0.self_attn.q_proj.weight"))
        .extracting(spec -> spec.axes().get(0))
        .isEqualTo(new Axis("layer.0.attention", 3, 8));
    assertThat(specs.get("model.layers.0.self_attn.v_proj.weight"))
        .extracting(spec -> spec.axes().get(0))
        .isEqualTo(new Axis("layer.0.attention", 3, 4));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "heads=8,groups=4|heads=4,groups=4|",
        "heads=8,groups=4|heads=6,groups=3|",
        "heads=8,groups=4|heads=2,groups=1|",
        "heads=8,groups=4|heads=8,groups=8|groups 8 exceeds the teacher's 4",
        "heads=8,groups=4|heads=8,groups=2|heads-per-group 4 exceeds the teacher's 2",
        "heads=8,groups=4|heads=8,groups=4,head-size=32|head-size 32 is not the teacher's 64",
        "heads=8,groups=4|heads=8,groups=4,theta=5|theta 5 is not the teacher's 10000",
        "heads=8,groups=4|heads=8,groups=4,tied=yes|tied yes is not the teacher's no",
        "heads=8,groups=4|heads=8,groups=4,vocabulary=5|vocabulary 5 is not the teacher's 32000"
      })
  void whatCannotBeCutSaysWhy(String teacher, String sub, String reason) {
    String rest = "llama:layers=2,hidden=64,ratio=2,";
    Architecture own = Architecture.parse(rest + sub);
    assertThat(own.family().misfit(own, Architecture.parse(rest + teacher))).isEqualTo(reason);
  }

  @Test
  void spacesOfHeadsKeepTheirGroupsAndTheirSuperNetHoldsThem() {
    Architecture teacher = NamedModels.parse("stories260k");
    Map<String, Value> fixed = new TreeMap<>(teacher.values());
    List.of("layers", "hidden", "heads", "intermediate", "ratio").forEach(fixed::remove);
    SearchSpace space = SearchSpace.of(
        DecoderFamily.LLAMA,
        ImmutableMap.of(
            "layers", Dimension.of("layers", "2..5"),
            "hidden", Dimension.of("hidden", "[32, 48, 64]"),
            "heads", Dimension.perLayer("heads", "2..8/2"),
            "intermediate", Dimension.perLayer("intermediate", "[86, 129, 172]")),
        fixed,
        List.of());
    for (Architecture each : List.of(space.smallest(), space.largest())) {
      assertThat(each.family().misfit(each, teacher)).isNull();
    }
    Architecture whole = DecoderFamily.LLAMA.superNet(space.envelope(), teacher);
    assertThat(DecoderFamily.LLAMA.misfit(space.largest(), whole)).isNull();
    assertThat(DecoderFamily.groups(whole, 0)).isEqualTo(4);
  }
}
