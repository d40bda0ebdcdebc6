package dev.retort.supernet;

import dev.retort.data.Batch;
import dev.retort.space.Architecture;
import org.junit.jupiter.api.Nested;

/** Decoders as chains of blocks. */
final class DecoderChainTest {
  private static final String SIZES = "head-size=4,vocabulary=11,positions=10,";

  private abstract static class Decoder extends ChainContract {
    private final String kind;

    Decoder(String kind) {
      this.kind = kind + SIZES;
    }

    @Override
    final Architecture net() {
      return Architecture.parse(kind + "layers=2,hidden=8,heads=4,ratio=2");
    }

    @Override
    final Architecture other() {
      return Architecture.parse(kind + "layers=1,hidden=12,heads=2,ratio=1");
    }

    @Override
    final Batch batch() {
      return Samples.doubles(Samples.batch(net(), manager, 6, 5, 3, 2));
    }
  }

  @Nested
  final class Gpt2 extends Decoder {
    Gpt2() {
      super("gpt2:");
    }
  }

  @Nested
  final class Opt extends Decoder {
    Opt() {
      super("opt:tied=no,");
    }
  }

  @Nested
  final class OptOfOtherWords extends Decoder {
    OptOfOtherWords() {
      super("opt:norm=after,embedding=5,");
    }
  }

  @Nested
  final class Llama extends Decoder {
    Llama() {
      super("llama:heads-per-group=2,");
    }
  }

  @Nested
  final class Stories extends Decoder {
    Stories() {
      super("llama:rotary=pairs,tied=yes,");
    }
  }

  @Nested
  final class NeoX extends Decoder {
    NeoX() {
      super("gpt-neox:rotary-share=0.5,");
    }
  }
}
