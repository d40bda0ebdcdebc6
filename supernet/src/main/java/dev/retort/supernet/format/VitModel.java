package dev.retort.supernet.format;

import com.google.common.collect.ImmutableMap;
import dev.retort.space.Architecture;
import dev.retort.space.Value;

/**
 * ViT: {@code ViTForImageClassification} of transformers, and {@code ViTModel}, which reads as
 * {@code classes=0} and without its pooler.
 */
public final class VitModel extends VisionTransformerModel {
  @Override
  public String type() {
    return "vit";
  }

  @Override
  ImmutableMap<String, Value> heads(Contents contents) {
    return contents.hasBelow("classifier.")
        ? ImmutableMap.of()
        : ImmutableMap.of("classes", Value.of(0));
  }

  @Override
  String className(Architecture architecture) {
    return architecture.integer("classes") > 0 ? "ViTForImageClassification" : "ViTModel";
  }
}
