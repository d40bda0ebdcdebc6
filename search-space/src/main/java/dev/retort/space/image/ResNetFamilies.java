package dev.retort.space.image;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.Families;
import dev.retort.space.Family;

/** Residual networks, wide residual networks and VGG. */
public final class ResNetFamilies implements Families.Provider {
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
    for (int layers : new int[] {20, 32, 44, 56, 110}) {
      String text = "resnet:depth=" + three((layers - 2) / 6) + ",width=16/32/64";
      String name = "resnet" + layers + "-cifar10";
      models.put(name, text);
      models.put(name + "0", text + ",classes=100");
      models.put(name + "-a", text + ",shortcut=padding");
      models.put(name + "0-a", text + ",shortcut=padding,classes=100");
    }
    for (int[] wide :
        new int[][] {{16, 2}, {16, 4}, {16, 10}, {28, 10}, {40, 1}, {40, 2}, {40, 4}}) {
      int width = 16 * wide[1];
      String text = "wrn:depth=" + three((wide[0] - 4) / 6) + ",width=" + width + "/" + 2 * width
          + "/" + 4 * width;
      String name = "wrn-" + wide[0] + "-" + wide[1] + "-cifar10";
      models.put(name, text);
      models.put(name + "0", text + ",classes=100");
    }
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
    models.put(name + "_bn-cifar10", text);
    models.put(name + "_bn-cifar100", text + ",classes=100");
  }
}
