package dev.retort.supernet.image;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.Architecture;
import dev.retort.space.Family;
import dev.retort.space.image.HeadFamilies;
import dev.retort.space.image.HeadedFamily;
import dev.retort.space.image.SegmentationFamily;
import dev.retort.supernet.Block;
import dev.retort.supernet.Networks;
import java.util.function.Function;

/** The networks whose heads give something else than classes. */
public final class HeadNetworks implements Networks.Provider {
  @Override
  public ImmutableMap<String, Function<Architecture, ImmutableList<Block>>> blocks() {
    ImmutableMap.Builder<String, Function<Architecture, ImmutableList<Block>>> blocks =
        ImmutableMap.builder();
    for (Family family : new HeadFamilies().families()) {
      if (family instanceof HeadedFamily headed) {
        blocks.put(family.name(), architecture -> blocks(headed, architecture));
      } else {
        blocks.put(family.name(), SuperResolutionBlocks::of);
      }
    }
    return blocks.buildOrThrow();
  }

  private static ImmutableList<Block> blocks(HeadedFamily family, Architecture architecture) {
    ImmutableList<Block> backbone = Networks.blocks(family.backbone(architecture));
    if (!(family instanceof SegmentationFamily segmentation)) {
      return backbone;
    }
    Block head = new SegmentationHead(segmentation.read(architecture));
    ImmutableList.Builder<Block> blocks = ImmutableList.builder();
    backbone.stream().filter(block -> !block.name().equals(head.name())).forEach(blocks::add);
    return blocks.add(head).build();
  }
}
