package dev.retort.supernet.image;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.Architecture;
import dev.retort.supernet.Block;
import dev.retort.supernet.Networks;
import java.util.function.Function;

/** The networks of the vision Transformers. */
public final class VisionTransformerNetworks implements Networks.Provider {
  @Override
  public ImmutableMap<String, Function<Architecture, ImmutableList<Block>>> blocks() {
    return ImmutableMap.of("vit", VisionTransformerBlocks::of);
  }
}
