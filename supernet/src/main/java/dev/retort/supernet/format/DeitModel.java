package dev.retort.supernet.format;

import com.google.common.collect.ImmutableMap;
import dev.retort.space.Architecture;
import dev.retort.space.Value;
import dev.retort.space.image.VisionTransformerFamily;

/**
 * DeiT: of transformers {@code DeiTForImageClassificationWithTeacher}, two heads, whose logits'
 * mean it gives; {@code DeiTForImageClassification}, which has the distillation token without its
 * head; and {@code DeiTModel}, which reads as {@code classes=0} and without its pooler.
 */
public final class DeitModel extends VisionTransformerModel {
  @Override
  public String type() {
    return "deit";
  }

  @Override
  ImmutableMap<String, Value> heads(Contents contents) {
    if (contents.hasBelow("cls_classifier.") || contents.hasBelow("distillation_classifier.")) {
      return ImmutableMap.of("tokens", Value.of("distilled"));
    }
    return contents.hasBelow("classifier.")
        ? ImmutableMap.of("tokens", Value.of("distilled-one-head"))
        : ImmutableMap.of("tokens", Value.of("distilled"), "classes", Value.of(0));
  }

  @Override
  String className(Architecture architecture) {
    if (architecture.integer("classes") == 0) {
      return "DeiTModel";
    }
    return VisionTransformerFamily.distilled(architecture)
        ? "DeiTForImageClassificationWithTeacher"
        : "DeiTForImageClassification";
  }
}
