package dev.retort.space.image;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSetMultimap;
import dev.retort.space.Families;
import dev.retort.space.Family;

/** Residual networks, wide residual networks and VGG. */
public final class ResNetFamilies implements Families.Provider {
  /** Layers of the published wide networks, and how much wider they are. */
  private static final ImmutableSetMultimap<Integer, Integer> WIDE =
      ImmutableSetMultimap.<Integer, Integer>builder()
          .putAll(10, 1, 2)
          .putAll(16, 1, 2, 4, 8, 10)
          .putAll(22, 2, 4, 8)
          .putAll(28, 1, 2, 4, 8, 10, 12)
          .putAll(40, 1, 2, 4, 8, 10)
          .build();

  @Override
  public ImmutableList<Family> families() {
    return ImmutableList.of(ResNetFamily.RESNET, VggFamily.VGG, WideResNetFamily.WRN);
  }

  /**
   * The published networks: those of torchvision for ImageNet by its names; for CIFAR ResNets with
   * projections and, ending in {@code -a}, with padded shortcuts, wide ResNets and VGG.
   */
  @Override
  public ImmutableMap<String, String> models() {
    ImmutableMap.Builder<String, String> models = ImmutableMap.builder();
    imageNet(models, "resnet18", "2/2/2/2", "");
    imageNet(models, "resnet34", "3/4/6/3", "");
    imageNet(models, "resnet50", "3/4/6/3", ",block=bottleneck");
    imageNet(models, "resnet101", "3/4/23/3", ",block=bottleneck");
    imageNet(models, "resnet152", "3/8/36/3", ",block=bottleneck");
    imageNet(models, "wide_resnet50_2", "3/4/6/3", ",block=bottleneck,inner=2");
    imageNet(models, "wide_resnet101_2", "3/4/23/3", ",block=bottleneck,inner=2");
    for (int layers : new int[] {8, 14, 20, 32, 44, 56, 110, 1202}) {
      String text = "resnet:depth=" + three((layers - 2) / 6) + ",width=16/32/64";
      String name = "resnet" + layers + "-cifar10";
      models.put(name, text);
      models.put(name + "0", text + ",classes=100");
      models.put(name + "-a", text + ",shortcut=padding");
      models.put(name + "0-a", text + ",shortcut=padding,classes=100");
    }
    // Four times as wide but for the stem (Contrastive Representation Distillation, ICLR 2020).
    cifar(models, "resnet8x4", "resnet:depth=1/1/1,width=64/128/256,stem-width=32");
    cifar(models, "resnet32x4", "resnet:depth=5/5/5,width=64/128/256,stem-width=32");
    String four = ",width=64/128/256/512";
    cifar(models, "resnet18", "resnet:depth=2/2/2/2" + four);
    cifar(models, "resnet34", "resnet:depth=3/4/6/3" + four);
    cifar(models, "resnet50", "resnet:depth=3/4/6/3" + four + ",block=bottleneck");
    WIDE.forEach((layers, factor) -> {
      int width = 16 * factor;
      cifar(
          models,
          "wrn-" + layers + "-" + factor,
          "wrn:depth=" + three((layers - 4) / 6) + ",width=" + width + "/" + 2 * width + "/"
              + 4 * width);
    });
    vgg(models, "vgg11", "1/1/2/2/2");
    vgg(models, "vgg13", "2/2/2/2/2");
    vgg(models, "vgg16", "2/2/3/3/3");
    vgg(models, "vgg19", "2/2/4/4/4");
    return models.buildOrThrow();
  }

  private static String three(int blocks) {
    return blocks + "/" + blocks + "/" + blocks;
  }

  private static void imageNet(
      ImmutableMap.Builder<String, String> models, String name, String depth, String more) {
    models.put(
        name,
        "resnet:depth=" + depth + ",width=64/128/256/512,stem=imagenet,resolution=224,classes=1000"
            + more);
  }

  private static void vgg(ImmutableMap.Builder<String, String> models, String name, String depth) {
    String text = "vgg:depth=" + depth + ",width=64/128/256/512/512";
    String imageNet = ",head-side=7,head-width=4096,resolution=224,classes=1000";
    models.put(name, text + ",norm=none" + imageNet);
    models.put(name + "_bn", text + imageNet);
    cifar(models, name + "_bn", text);
  }

  /** A network with a head for each of the two sets; ten classes are the families' default. */
  private static void cifar(ImmutableMap.Builder<String, String> models, String name, String text) {
    models.put(name + "-cifar10", text);
    models.put(name + "-cifar100", text + ",classes=100");
  }
}
