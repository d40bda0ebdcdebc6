package dev.retort.space.image;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.Dimension;
import dev.retort.space.Families;
import dev.retort.space.Family;
import dev.retort.space.Preset;
import dev.retort.space.Value;

/** The small networks for images: the MobileNet line and ShuffleNetV2. */
public final class MobileFamilies implements Families.Provider {
  private static final String LARGE = "mobilenet-v3:depth=2/3/4/2/3,"
      + "expansion=4/3/3/3/3/6/2.5/2.3/2.3/6/6/6/6/6,"
      + "kernel=3/3/5/5/5/3/3/3/3/3/3/5/5/5,norm-epsilon=0.001";

  // 88 planes of 24: the fraction has no end, and planes are rounded.
  private static final String SMALL = "mobilenet-v3:stages=4,depth=2/3/2/3,width=24/40/48/96,"
      + "expansion=4.5/3.6667/4/6/6/3/3/6/6/6,kernel=3/3/5/5/5/5/5/5/5/5,stride=2/2/1/2,"
      + "squeeze=0/1/1/1,swish=0/1/1/1,first-stride=2,first-squeeze=1,last=576,features=1024,"
      + "norm-epsilon=0.001";

  @Override
  public ImmutableList<Family> families() {
    return ImmutableList.of(
        MobileNetV1Family.MOBILENET_V1,
        MobileNetV2Family.MOBILENET_V2,
        MobileNetV3Family.MOBILENET_V3,
        ShuffleNetV2Family.SHUFFLENET_V2);
  }

  /**
   * The published networks for ImageNet, by torchvision's names where it has them, else with the
   * multiplier at the end; Once for All's largest networks; ShuffleNets for CIFAR-10.
   */
  @Override
  public ImmutableMap<String, String> models() {
    ImmutableMap.Builder<String, String> models = ImmutableMap.builder();
    models.put("mobilenet_v1", "mobilenet-v1");
    for (String multiplier : ImmutableList.of("0.25", "0.5", "0.75", "1.25")) {
      models.put("mobilenet_v1_" + multiplier, "mobilenet-v1:multiplier=" + multiplier);
    }
    models.put("mobilenet_v2", "mobilenet-v2");
    for (String multiplier : ImmutableList.of("0.35", "0.5", "0.75", "1.1", "1.2", "1.3", "1.4")) {
      models.put("mobilenet_v2_" + multiplier, "mobilenet-v2:multiplier=" + multiplier);
    }
    models.put("mobilenet_v3_small", SMALL);
    models.put("mobilenet_v3_small_0.75", SMALL + ",multiplier=0.75,narrow-features=kept");
    models.put("mobilenet_v3_large", LARGE);
    models.put("mobilenet_v3_large_0.75", LARGE + ",multiplier=0.75,narrow-features=kept");
    String largest = "mobilenet-v3:kernel=7,features-bias=no";
    models.put("ofa_mobilenet_v3", largest);
    models.put("ofa_mobilenet_v3_1.2", largest + ",multiplier=1.2");
    shuffleNet(models, "0_5", "48/96/192", 1024);
    shuffleNet(models, "1_0", "116/232/464", 1024);
    shuffleNet(models, "1_5", "176/352/704", 1024);
    shuffleNet(models, "2_0", "244/488/976", 2048);
    models.put("shufflenet_v2_x1_0_authors", "shufflenet-v2:left=kept");
    return models.buildOrThrow();
  }

  /**
   * The space of Once for All (Cai et al., ICLR 2020, section 3.2) in the two widths that were
   * published, {@code base} of multiplier 1 and {@code wide} of 1.2: five stages of
   * two to four layers, each with a kernel and an expansion of its own, and the resolution.
   */
  @Override
  public ImmutableList<Preset> presets() {
    return ImmutableList.of(new Preset(
        "ofa-mobilenet-v3",
        MobileNetV3Family.MOBILENET_V3,
        ImmutableMap.of("base", onceForAll("1"), "wide", onceForAll("1.2")),
        ImmutableMap.of("features-bias", Value.of("no"))));
  }

  private static ImmutableList<Dimension> onceForAll(String multiplier) {
    return ImmutableList.of(
        Dimension.perStage("depth", "2..4"),
        Dimension.of("multiplier", multiplier),
        Dimension.perLayer("expansion", "[3, 4, 6]"),
        Dimension.perLayer("kernel", "[3, 5, 7]"),
        Dimension.of("resolution", "128..224/4"));
  }

  private static void shuffleNet(
      ImmutableMap.Builder<String, String> models, String name, String width, int features) {
    String text = "shufflenet-v2:width=" + width + ",features=" + features;
    models.put("shufflenet_v2_x" + name, text);
    String cifar = text + ",stem-window=cifar,resolution=32,classes=10";
    models.put("shufflenet_v2_x" + name + "-cifar10", cifar);
    models.put("shufflenet_v2_x" + name + "-cifar100", cifar + "0");
  }
}
