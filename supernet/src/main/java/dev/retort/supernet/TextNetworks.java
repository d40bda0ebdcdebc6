package dev.retort.supernet;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.Architecture;
import java.util.function.Function;

/** The networks that read text. */
public final class TextNetworks implements Networks.Provider {
  @Override
  public ImmutableMap<String, Function<Architecture, ImmutableList<Block>>> blocks() {
    return ImmutableMap.of("bert", BertBlocks::of);
  }
}
