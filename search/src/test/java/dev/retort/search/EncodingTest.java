package dev.retort.search;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.collect.ImmutableMap;
import dev.retort.space.Architecture;
import dev.retort.space.Constraint;
import dev.retort.space.Dimension;
import dev.retort.space.Partition;
import dev.retort.space.RandomStreams;
import dev.retort.space.SearchSpace;
import dev.retort.space.SubSpace;
import dev.retort.space.Value;
import dev.retort.space.text.EncoderFamily;
import io.jenetics.Genotype;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class EncodingTest {
  /** Heads follow from the hidden size, and ratios 2.5 and 2.51 of 64 give one network. */
  private static Partition huggingFace() {
    return Partition.of(new SubSpace(
        "plain",
        SearchSpace.of(
            EncoderFamily.BERT,
            ImmutableMap.of(
                "layers", Dimension.of("layers", "1..3"),
                "hidden", Dimension.of("hidden", "64..128/32"),
                "ratio", Dimension.of("ratio", "[2, 2.5, 2.501]")),
            ImmutableMap.of("head-size", Value.of(32)),
            List.of(Constraint.named("hf-bert")))));
  }

  @Test
  void decodingUndoesEncoding() {
    for (Partition partition :
        List.of(Spaces.small(), Spaces.vast(), Spaces.cut(), huggingFace())) {
      Encoding encoding = new Encoding(partition.subSpaces());
      RandomGenerator random = new RandomStreams(7).at("test", 0);
      for (SubSpace subSpace : partition.subSpaces()) {
        for (int i = 0; i < 200; i++) {
          Architecture architecture = subSpace.space().sample(random);
          Genotype<ChoiceGene> genotype = encoding.encode(subSpace, architecture);
          assertThat(encoding.subSpace(genotype)).isEqualTo(subSpace);
          assertThat(encoding.decode(genotype)).isEqualTo(architecture);
        }
      }
    }
  }

  @Test
  void mutationReachesEveryMemberAndOnlyMembers() {
    for (Partition partition : List.of(Spaces.small(), huggingFace())) {
      Encoding encoding = new Encoding(partition.subSpaces());
      RandomGenerator random = new RandomStreams(8).at("test", 0);
      Genotype<ChoiceGene> genotype = encoding.encode(
          partition.subSpaces().get(0), partition.subSpaces().get(0).space().smallest());
      Set<String> reached = new HashSet<>();
      for (int i = 0; i < 20_000; i++) {
        genotype = i % 2 == 0
            ? ChoiceMutator.mutateOne(genotype, random)
            : ChoiceMutator.mutate(genotype, 0.2, random);
        Architecture architecture = encoding.decode(genotype);
        if (architecture != null) {
          assertThat(encoding.subSpace(genotype).space().contains(architecture)).isTrue();
          reached.add(architecture.toString());
        }
      }
      assertThat((long) reached.size())
          .isEqualTo(partition.subSpaces().stream()
              .mapToLong(each -> each.space().count().longValueExact())
              .sum());
    }
  }
}
