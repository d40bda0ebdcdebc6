package dev.retort.supernet.text;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.Architecture;
import dev.retort.supernet.Block;
import dev.retort.supernet.Networks;
import java.util.function.Function;

/** The networks that read text. */
public final class TextNetworks implements Networks.Provider {
  @Override
  public ImmutableMap<String, Function<Architecture, ImmutableList<Block>>> blocks() {
    return ImmutableMap.of(
        "bert", EncoderBlocks::of,
        "distilbert", EncoderBlocks::of,
        "electra", EncoderBlocks::of,
        "mobilebert", MobileBertBlocks::of,
        "roberta", EncoderBlocks::of);
  }
}
