package dev.retort.supernet.image;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.Architecture;
import dev.retort.supernet.Block;
import dev.retort.supernet.Networks;
import java.util.function.Function;

/** The networks of the MobileNet line and of ShuffleNetV2. */
public final class MobileNetworks implements Networks.Provider {
  @Override
  public ImmutableMap<String, Function<Architecture, ImmutableList<Block>>> blocks() {
    return ImmutableMap.of(
        "mobilenet-v1", MobileBlocks::of,
        "mobilenet-v2", MobileBlocks::of,
        "mobilenet-v3", MobileBlocks::of,
        "shufflenet-v2", ShuffleNetV2Blocks::of);
  }
}
