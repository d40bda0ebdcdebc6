package dev.retort.supernet;

import dev.retort.data.Batch;
import dev.retort.space.Architecture;
import org.junit.jupiter.api.Nested;

/** Text networks as chains of blocks. */
final class TextChainTest {
  private static final String SIZES = "heads=2,ratio=2,head-size=4,vocabulary=30,positions=10";

  /** A network, and one of other sizes with the same words and classes. */
  abstract static class OfFamily extends ChainContract {
    private final Architecture net;
    private final Architecture other;

    OfFamily(String family, String more) {
      net = Architecture.parse(family + ":layers=3,hidden=8," + SIZES + more);
      other = Architecture.parse(family + ":layers=2,hidden=12," + SIZES + more);
    }

    @Override
    Architecture net() {
      return net;
    }

    @Override
    Architecture other() {
      return other;
    }

    @Override
    Batch batch() {
      return Samples.doubles(Samples.batch(net, manager, 6, 7, 4, 2));
    }
  }

  @Nested
  final class Bert extends OfFamily {
    Bert() {
      super("bert", ",classes=3,pooling=mean");
    }
  }

  @Nested
  final class Roberta extends OfFamily {
    Roberta() {
      super("roberta", ",classes=3");
    }
  }

  @Nested
  final class DistilBertOfTokens extends OfFamily {
    DistilBertOfTokens() {
      super("distilbert", ",head=tokens,classes=3");
    }
  }

  @Nested
  final class ElectraOfWords extends OfFamily {
    ElectraOfWords() {
      super("electra", ",head=words,embedding=6,activation=silu");
    }
  }

  @Nested
  final class MobileBert extends OfFamily {
    MobileBert() {
      super("mobilebert", ",classes=3,bottleneck=6,embedding=5,feed-forwards=2");
    }
  }

  @Nested
  final class MobileBertThatNormalizes extends OfFamily {
    MobileBertThatNormalizes() {
      super(
          "mobilebert",
          ",head=tokens,classes=3,bottleneck=8,embedding=5,feed-forwards=1,norm=layer,"
              + "attention=bottleneck");
    }
  }

  @Nested
  final class MobileBertOfWords extends OfFamily {
    MobileBertOfWords() {
      super("mobilebert", ",head=words,bottleneck=6,embedding=5");
    }
  }
}
