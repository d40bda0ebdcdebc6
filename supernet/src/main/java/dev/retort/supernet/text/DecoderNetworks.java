package dev.retort.supernet.text;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.Architecture;
import dev.retort.space.text.DecoderFamily;
import dev.retort.supernet.Block;
import dev.retort.supernet.Networks;
import java.util.function.Function;

/** The networks that write text. */
public final class DecoderNetworks implements Networks.Provider {
  @Override
  public ImmutableMap<String, Function<Architecture, ImmutableList<Block>>> blocks() {
    return ImmutableMap.of(
        DecoderFamily.GPT2.name(), DecoderBlocks::of,
        DecoderFamily.OPT.name(), DecoderBlocks::of,
        DecoderFamily.LLAMA.name(), DecoderBlocks::of,
        DecoderFamily.NEOX.name(), DecoderBlocks::of);
  }
}
