package dev.retort.supernet.image;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.Architecture;
import dev.retort.supernet.Block;
import dev.retort.supernet.Networks;
import java.util.function.Function;

/** The networks of residual networks, wide residual networks and VGG. */
public final class ResNetNetworks implements Networks.Provider {
  @Override
  public ImmutableMap<String, Function<Architecture, ImmutableList<Block>>> blocks() {
    return ImmutableMap.of(
        "resnet", ResNetBlocks::of, "vgg", VggBlocks::of, "wrn", WideResNetBlocks::of);
  }
}
