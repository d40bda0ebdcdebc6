package dev.retort.space.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.retort.space.Architecture;
import dev.retort.space.Cost;
import dev.retort.space.InputShape;
import dev.retort.space.NamedModels;
import dev.retort.space.RandomStreams;
import dev.retort.space.TensorSpec;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MobileBertFamilyTest {
  private static final MobileBertFamily FAMILY = MobileBertFamily.MOBILEBERT;

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void fastCostEqualsTheBlueprintsSums(long seed) {
    RandomGenerator random = new RandomStreams(seed).at("mobilebert-test", 0);
    for (int i = 0; i < 100; i++) {
      Architecture architecture = drawn(random);
      assertThat(Architecture.parse(architecture.toString())).isEqualTo(architecture);
      InputShape input = new InputShape(random.nextInt(1, 5), random.nextInt(1, 70));
      assertThat(FAMILY.cost(architecture, input))
          .as("%s for %s", architecture, input)
          .isEqualTo(Cost.of(architecture.blueprint(), input));
      assertThat(FAMILY.parameters(architecture))
          .isEqualTo(architecture.blueprint().parameters());
      for (int layer = 0; layer < architecture.layers(); layer++) {
        String prefix = MobileBertFamily.LAYOUT.layer(layer);
        assertThat(FAMILY.layerParameters(architecture, layer))
            .isEqualTo(architecture.blueprint().tensors().stream()
                .filter(tensor -> tensor.name().startsWith(prefix))
                .mapToLong(TensorSpec::count)
                .sum());
      }
    }
  }

  private static Architecture drawn(RandomGenerator random) {
    int layers = random.nextInt(1, 4);
    String head = List.of("classes", "tokens", "words").get(random.nextInt(3));
    int embedding = random.nextInt(1, 60);
    return Architecture.parse(String.format(
        Locale.ROOT,
        "mobilebert:layers=%d,hidden=%d,heads=%s,intermediate=%s,head-size=%d,bottleneck=%d,"
            + "feed-forwards=%s,vocabulary=%d,positions=%d,types=%d,embedding=%d,head=%s,"
            + "classes=%d,pooling=%s,attention=%s,norm=%s",
        layers,
        random.nextInt(1, 60) + (head.equals("words") ? embedding : 0),
        perLayer(random, layers, 9),
        perLayer(random, layers, 90),
        random.nextInt(1, 9),
        random.nextInt(1, 60),
        perLayer(random, layers, 5),
        random.nextInt(1, 300),
        random.nextInt(5, 80),
        random.nextInt(1, 4),
        embedding,
        head,
        random.nextInt(head.equals("tokens") ? 1 : 0, random.nextBoolean() ? 5 : 9000),
        List.of("pooler", "first", "mean").get(random.nextInt(3)),
        List.of("shared", "bottleneck").get(random.nextInt(2)),
        List.of("none", "layer").get(random.nextInt(2))));
  }

  private static String perLayer(RandomGenerator random, int layers, int below) {
    return IntStream.range(0, random.nextBoolean() ? layers : 1)
        .mapToObj(layer -> Integer.toString(random.nextInt(1, below)))
        .collect(Collectors.joining("/"));
  }

  /** What transformers 5.18 counts: MobileBertModel without pooler, of these configurations. */
  @ParameterizedTest
  @CsvSource({
    "mobilebert-uncased, 24581888",
    "mobilebert-uncased:pooling=pooler, 24844544",
    "mobilebert-uncased:head=words, 36596538",
    "mobilebert-tiny:classes=0, 15485696",
    "mobilebert-uncased:feed-forwards=1, 15080192",
  })
  void parametersAreThoseOfTransformers(String model, long parameters) {
    assertThat(FAMILY.parameters(NamedModels.parse(model))).isEqualTo(parameters);
  }

  /** By hand, for each token of 128: 51 or 28 products of 128 x 128 a layer, and two of pairs. */
  @Test
  void multiplyAccumulatesAreThoseOfItsMaps() {
    InputShape input = new InputShape(1, 128);
    long square = 128 * 128;
    long rest = 128 * 384 * 512 + 512 * 2;
    assertThat(FAMILY.cost(NamedModels.parse("mobilebert"), input).macs())
        .isEqualTo(24 * 128 * (51 * square + 2 * square) + rest);
    assertThat(FAMILY.cost(NamedModels.parse("mobilebert-tiny"), input).macs())
        .isEqualTo(24 * 128 * (28 * square + 2 * square) + rest);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "head=tokens,pooling=mean|head=tokens",
        "head=tokens,classes=5,pooling=pooler|classes=5,head=tokens",
        "classes=0,pooling=mean|classes=0",
        "head=words,embedding=32,pooling=mean|embedding=32,head=words",
        "feed-forwards=2/2|feed-forwards=2",
        "feed-forwards=4/4,bottleneck=128,pooling=first|",
        "feed-forwards=2/1|feed-forwards=2/1",
      })
  void canonicalFormIsOne(String given, String canonical) {
    String sizes = "mobilebert:layers=2,hidden=64,heads=4,ratio=1";
    assertThat(Architecture.parse(sizes + "," + given))
        .hasToString(sizes + (canonical == null ? "" : "," + canonical));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "feed-forwards=0|feed-forwards cannot be (0)",
        "feed-forwards=1001|feed-forwards can be at most 1000, not (1001)",
        "feed-forwards=1/2/3|feed-forwards has 3 values (1/2/3) for 2 layers",
        "feed-forwards=900,bottleneck=9000000|feed-forwards times bottleneck can be at most",
        "head=tokens,classes=0|head=tokens needs a number of classes",
        "head=words|head=words needs hidden (64) wider than embedding (128)",
        "attention=hidden|attention cannot be (hidden); allowed: [shared, bottleneck]",
      })
  void impossibleArchitectureIsRefusedWithItsValue(String given, String reason) {
    assertThatThrownBy(
            () -> Architecture.parse("mobilebert:layers=2,hidden=64,heads=4,ratio=1," + given))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hidden=32,bottleneck=12,feed-forwards=1,embedding=9,intermediate=8|",
        "feed-forwards=5|comes from mobilebert.encoder.layer.0.ffn.3",
        "bottleneck=129|is 129 long and exceeds the teacher's 128",
        "embedding=129|embedding of mobilebert.embeddings.word_embeddings.weight is 129 long",
        "attention=bottleneck|attention bottleneck is not the teacher's shared",
        "norm=layer|norm layer is not the teacher's none",
        "vocabulary=7|vocabulary 7 is not the teacher's 30522",
      })
  void whatCannotBeCutSaysWhy(String given, String reason) {
    Architecture teacher = NamedModels.parse("mobilebert:layers=2");
    Architecture sub = NamedModels.parse("mobilebert:layers=2," + given);
    if (reason == null) {
      assertThat(FAMILY.misfit(sub, teacher)).isNull();
    } else {
      assertThat(FAMILY.misfit(sub, teacher)).contains(reason);
    }
  }
}
