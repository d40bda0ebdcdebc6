package dev.retort.space.text;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.base.Joiner;
import com.google.common.primitives.Longs;
import dev.retort.space.Architecture;
import dev.retort.space.Axis;
import dev.retort.space.Blueprint;
import dev.retort.space.Family;
import dev.retort.space.Growth;
import dev.retort.space.Operation;
import dev.retort.space.TensorSpec;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EncoderFamilyTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "layers=2,hidden=64,heads=4,ratio=2.0 bert:layers=2,hidden=64,heads=4,ratio=2",
        "layers=2,hidden=64,heads=4,intermediate=160 bert:layers=2,hidden=64,heads=4,ratio=2.5",
        "layers=2,hidden=64,heads=4/4,ratio=3/3 bert:layers=2,hidden=64,heads=4,ratio=3",
        "layers=2,hidden=64,heads=4/3,ratio=3/2.5 bert:layers=2,hidden=64,heads=4/3,ratio=3/2.5",
        // 1200 / 312 is no decimal of four places; nor is one layer's width enough
        "layers=4,hidden=312,heads=12,intermediate=1200 "
            + "bert:layers=4,hidden=312,heads=12,intermediate=1200",
        "layers=2,hidden=12,heads=2,intermediate=24/20 "
            + "bert:layers=2,hidden=12,heads=2,intermediate=24/20",
        "layers=2,hidden=16,heads=2,ratio=2.51 bert:layers=2,hidden=16,heads=2,ratio=2.5",
        "layers=2,hidden=96,heads=2,ratio=3.33333 bert:layers=2,hidden=96,heads=2,intermediate=320",
        "layers=2,hidden=16,heads=2,ratio=2,head-size=64,pooling=pooler,classes=2 "
            + "bert:layers=2,hidden=16,heads=2,ratio=2",
        "layers=1,hidden=16,heads=1,ratio=2,head-size=16,classes=12,pooling=mean "
            + "bert:layers=1,hidden=16,heads=1,ratio=2,head-size=16,classes=12,pooling=mean",
      })
  void canonicalFormIsOne(String given, String canonical) {
    Architecture architecture = Architecture.parse("bert:" + given);
    assertThat(architecture).hasToString(canonical);
    assertThat(Architecture.parse(canonical)).isEqualTo(architecture);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "hidden=64,heads=4,ratio=2|needs layers",
        "layers=2,hidden=64,heads=4|either ratio or intermediate, found neither",
        "layers=2,hidden=64,heads=4,ratio=2,intermediate=9|found both (ratio=2, intermediate=9)",
        "layers=2,hidden=64,heads=4/4/4,ratio=2|heads has 3 values (4/4/4) for 2 layers",
        "layers=2,hidden=64,heads=4,ratio=2/3/4|ratio has 3 values (2/3/4) for 2 layers",
        "layers=1001,hidden=64,heads=4,ratio=2|layers can be at most 1000, not (1001)",
        "layers=2,hidden=16777217,heads=4,ratio=2|hidden can be at most 16777216, not (16777217)",
        "layers=2,hidden=64,heads=9999999,ratio=2|heads times head-size can be at most 16777216",
        "layers=2,hidden=64,heads=1,ratio=9999999|ratio times hidden can be at most 16777216",
        "layers=2,hidden=16,heads=1,ratio=0.01|ratio (0.01) of hidden (16) leaves no inner width",
        "layers=2,hidden=64,heads=0,ratio=2|heads cannot be (0)",
        "layers=2,hidden=64,heads=4,ratio=-1|ratio cannot be (-1); allowed: a number above 0",
        "layers=2.5,hidden=64,heads=4,ratio=2|layers cannot be (2.5); allowed: a whole number",
        "layers=2/2,hidden=64,heads=4,ratio=2|layers cannot be (2/2)",
        "layers=2,hidden=64,heads=4,ratio=2,pooling=max|pooling cannot be (max); allowed: [pooler,",
        "layers=2,hidden=64,heads=4,ratio=2,depth=3|has no dimension (depth)",
        "layers=2,layers=3|stands twice",
        "layers=two|needs a number, found (two)",
        "layers=2d|needs a number, found (2d)",
        "layers=NaN|needs a number, found (NaN)",
        "layers=|needs a number, found ()",
        "layers|Expected name=value, found (layers)",
      })
  void impossibleArchitectureIsRefusedWithItsValue(String given, String reason) {
    assertThatThrownBy(() -> Architecture.parse("bert:" + given))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "bert:head=classes,activation=gelu,classes=2 bert:",
        "bert:head=tokens,classes=9,pooling=mean bert:classes=9,head=tokens",
        "bert:head=words,classes=9,pooling=first bert:head=words",
        "bert:head=words,activation=gelu_new bert:head=words,activation=gelu_new",
        "roberta:vocabulary=50265,positions=514,types=1,padding=1,norm-epsilon=0.00001 roberta:",
        "roberta:types=0,classes=0,pooling=first roberta:types=0,classes=0,pooling=first",
        "distilbert:classes=0,pooling=mean distilbert:classes=0",
        "electra:embedding=64,classes=0,pooling=first electra:classes=0",
        "electra:embedding=0 electra:",
        "electra:embedding=32,classes=1 electra:embedding=32,classes=1",
      })
  void whatANetworkDoesNotHaveIsNotInItsText(String given, String canonical) {
    String sizes = "layers=2,hidden=64,heads=4,ratio=2";
    Architecture architecture = Architecture.parse(given + "," + sizes);
    int colon = canonical.indexOf(':') + 1;
    String rest = canonical.substring(colon);
    assertThat(architecture)
        .hasToString(canonical.substring(0, colon) + sizes + (rest.isEmpty() ? "" : "," + rest));
    assertThat(Architecture.parse(architecture.toString())).isEqualTo(architecture);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "bert:head=tokens,classes=0|head=tokens needs a number of classes",
        "bert:types=0|types cannot be (0)",
        "distilbert:types=1|has no dimension (types)",
        "roberta:positions=2|positions (2) must be at least two more than padding (1)",
        "electra:padding=1|has no dimension (padding)",
        "bert:activation=mish|activation cannot be (mish); allowed: [gelu, gelu_new, relu, silu]",
      })
  void whatAFamilyDoesNotHaveIsRefused(String given, String reason) {
    assertThatThrownBy(() -> Architecture.parse(given + ",layers=2,hidden=64,heads=4,ratio=2"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "head=words|head=words|null",
        "embedding=16|embedding=32|null",
        "head=tokens|head=words|head tokens is not the teacher's words",
        "embedding=32|embedding=16|embedding 32 exceeds the teacher's 16",
        "embedding=0|embedding=16|is not apart from it as the teacher's 16",
        "embedding=16|embedding=0|embedding 16 is not the hidden size as the teacher's",
        "activation=relu|activation=gelu|activation relu is not the teacher's gelu",
        "classes=3|classes=2|classes 3 is not the teacher's 2",
      })
  void oneIsCutFromAnotherOfTheSameForm(String sub, String teacher, String why) {
    String sizes = "electra:layers=2,heads=4,intermediate=60,hidden=";
    Architecture small = Architecture.parse(sizes + "40," + sub);
    Architecture large = Architecture.parse(sizes + "64," + teacher);
    if (why.equals("null")) {
      assertThat(small.family().misfit(small, large)).isNull();
    } else {
      assertThat(small.family().misfit(small, large)).contains(why);
    }
  }

  @Test
  void aClassifierTakesThePlaceOfAnotherHead() {
    Architecture words =
        Architecture.parse("roberta:layers=2,hidden=64,heads=4,ratio=2,head=words");
    assertThat(words.has("classes")).isFalse();
    assertThat(words.family().outputs(words)).isEqualTo(50265);
    assertThat(words.family().longest(words)).isEqualTo(512);
    Architecture classes = words.family().classifier(words, 3);
    assertThat(classes).hasToString("roberta:layers=2,hidden=64,heads=4,ratio=2,classes=3");
    assertThat(classes.family().outputs(classes)).isEqualTo(3);
  }

  @Test
  void tensorsAreThoseThatTransformersSaves() throws IOException {
    Architecture architecture = Architecture.parse("bert:layers=2,hidden=64,heads=4,ratio=2,"
        + "head-size=16,vocabulary=128,positions=40,classes=3");
    List<String> saved;
    try (InputStream stream =
        requireNonNull(getClass().getResourceAsStream("/hf-bert-tensors.txt"))) {
      saved = new String(stream.readAllBytes(), StandardCharsets.UTF_8)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .toList();
    }
    assertThat(architecture.blueprint().tensors())
        .extracting(t -> t.name() + " " + Joiner.on('x').join(Longs.asList(t.shape())))
        .containsExactlyInAnyOrderElementsOf(saved);
  }

  @Test
  void tensorsAreInStateDictOrder() {
    Blueprint blueprint =
        Architecture.parse("bert:layers=1,hidden=6,heads=2,ratio=2,head-size=4").blueprint();
    assertThat(blueprint.tensors())
        .extracting(TensorSpec::name)
        .containsExactly(
            "bert.embeddings.word_embeddings.weight",
            "bert.embeddings.position_embeddings.weight",
            "bert.embeddings.token_type_embeddings.weight",
            "bert.embeddings.LayerNorm.weight",
            "bert.embeddings.LayerNorm.bias",
            "bert.encoder.layer.0.attention.self.query.weight",
            "bert.encoder.layer.0.attention.self.query.bias",
            "bert.encoder.layer.0.attention.self.key.weight",
            "bert.encoder.layer.0.attention.self.key.bias",
            "bert.encoder.layer.0.attention.self.value.weight",
            "bert.encoder.layer.0.attention.self.value.bias",
            "bert.encoder.layer.0.attention.output.dense.weight",
            "bert.encoder.layer.0.attention.output.dense.bias",
            "bert.encoder.layer.0.attention.output.LayerNorm.weight",
            "bert.encoder.layer.0.attention.output.LayerNorm.bias",
            "bert.encoder.layer.0.intermediate.dense.weight",
            "bert.encoder.layer.0.intermediate.dense.bias",
            "bert.encoder.layer.0.output.dense.weight",
            "bert.encoder.layer.0.output.dense.bias",
            "bert.encoder.layer.0.output.LayerNorm.weight",
            "bert.encoder.layer.0.output.LayerNorm.bias",
            "bert.pooler.dense.weight",
            "bert.pooler.dense.bias",
            "classifier.weight",
            "classifier.bias");
    assertThat(blueprint.byName().get("bert.encoder.layer.0.attention.output.dense.weight"))
        .isEqualTo(TensorSpec.of(
            "bert.encoder.layer.0.attention.output.dense.weight",
            TensorSpec.Role.MATRIX,
            Axis.of("hidden", 6),
            new Axis("layer.0.attention", 2, 4)));
    assertThat(blueprint.tensors().stream().filter(TensorSpec::decays))
        .allMatch(tensor -> tensor.shape().length == 2)
        .hasSize(11);
  }

  @Test
  void headFollowsPoolingAndClasses() {
    String network = "bert:layers=1,hidden=6,heads=2,ratio=2";
    assertThat(names(network + ",pooling=mean,classes=0"))
        .noneMatch(name -> name.startsWith("bert.pooler") || name.startsWith("classifier"));
    assertThat(names(network + ",pooling=first"))
        .contains("classifier.weight")
        .noneMatch(name -> name.startsWith("bert.pooler"));
    assertThat(names(network + ",classes=0"))
        .contains("bert.pooler.dense.weight")
        .noneMatch(name -> name.startsWith("classifier"));
  }

  private static List<String> names(String network) {
    return Architecture.parse(network).blueprint().tensors().stream()
        .map(TensorSpec::name)
        .toList();
  }

  @Test
  void operationsReadWhatWasWrittenBefore() {
    Blueprint blueprint = Architecture.parse(
            "bert:layers=2,hidden=6,heads=2/1,ratio=2/3,head-size=4")
        .blueprint();
    List<String> ids = blueprint.operations().stream().map(Operation::id).toList();
    assertThat(ids).doesNotHaveDuplicates();
    for (int i = 0; i < ids.size(); i++) {
      assertThat(ids.subList(0, i)).containsAll(blueprint.operations().get(i).reads());
    }
    assertThat(blueprint.operations())
        .extracting(Operation::block)
        .containsSubsequence("embed", "layer.0", "layer.1", "head")
        .containsOnly("embed", "layer.0", "layer.1", "head");
    assertThat(blueprint.operations().stream().filter(each -> each.macs() != Growth.NONE))
        .allMatch(each ->
            each.kind() == Operation.Kind.LINEAR || each.kind() == Operation.Kind.ATTENTION);
  }

  @Test
  void layersAreTakenFromTheLargerNetworkAsInTheReleasedCode() {
    assertThat(sources(4)).containsExactly(0, 3, 6, 9);
    assertThat(sources(5)).containsExactly(0, 2, 4, 7, 9);
    assertThat(sources(6)).containsExactly(0, 2, 4, 6, 8, 10);
    assertThat(sources(7)).containsExactly(0, 1, 3, 5, 6, 8, 10);
    assertThat(sources(8)).containsExactly(0, 1, 3, 4, 6, 7, 9, 10);
    assertThat(sources(9)).containsExactly(0, 1, 2, 4, 5, 6, 8, 9, 10);
    assertThat(sources(10)).containsExactly(0, 1, 2, 3, 4, 6, 7, 8, 9, 10);
    assertThat(sources(12)).containsExactly(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11);
  }

  private static int[] sources(int depth) {
    int[] sources = new int[depth];
    for (int layer = 0; layer < depth; layer++) {
      sources[layer] = Family.sourceLayer(layer, depth, 12);
    }
    return sources;
  }
}
