package dev.retort.space.image;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import java.util.regex.Pattern;

/**
 * The published networks of the MobileNet line and of ShuffleNetV2, under the names of those who
 * published them: torchvision and, with the multiplier at the end, the same networks in other
 * widths; timm; TensorFlow's slim, whose names end with the resolution; Once for All's largest
 * networks; the authors of ShuffleNetV2; chenyaofo/pytorch-cifar-models.
 */
final class MobileModels {
  private static final String LARGE = "mobilenet-v3:depth=2/3/4/2/3,"
      + "expansion=4/3/3/3/3/6/2.5/2.3/2.3/6/6/6/6/6,"
      + "kernel=3/3/5/5/5/3/3/3/3/3/3/5/5/5,norm-epsilon=0.001";

  // 88 planes of 24: the fraction has no end, and planes are rounded.
  private static final String SMALL = "mobilenet-v3:stages=4,depth=2/3/2/3,width=24/40/48/96,"
      + "expansion=4.5/3.6667/4/6/6/3/3/6/6/6,kernel=3/3/5/5/5/5/5/5/5/5,stride=2/2/1/2,"
      + "squeeze=0/1/1/1,swish=0/1/1/1,first-stride=2,first-squeeze=1,last=576,features=1024,"
      + "norm-epsilon=0.001";

  /** Without what is slow on some machines: large kernels, squeezing and hard swish. */
  private static final String MINIMAL = "squeeze=0,first-squeeze=0,swish=0,activation=relu";

  /** Slim's networks know a class more, the background, and pad as TensorFlow does. */
  private static final String SLIM = "classes=1001,padding=same";

  private static final Pattern SLIM_TWO = Pattern.compile("mobilenet_v2_[0-9.]+_[0-9]+");
  private static final Pattern TIMM = Pattern.compile("(tf_)?mobilenetv[123]_(?!x).*");

  private static final ImmutableList<Integer> SIDES = ImmutableList.of(224, 192, 160, 128, 96);

  private final ImmutableMap.Builder<String, String> models = ImmutableMap.builder();

  private MobileModels() {}

  static ImmutableMap<String, String> all() {
    MobileModels all = new MobileModels();
    all.versionOne();
    all.versionTwo();
    all.versionThree();
    all.shuffleNets();
    return all.models.buildOrThrow();
  }

  /** Slim's table of version 2 leaves normalisations out; timm's count their work. */
  static ImmutableMap<String, String> accountings() {
    ImmutableMap.Builder<String, String> accountings = ImmutableMap.builder();
    for (String name : all().keySet()) {
      if (SLIM_TWO.matcher(name).matches()) {
        accountings.put(name, "no-norm");
      } else if (TIMM.matcher(name).matches()) {
        accountings.put(name, "fvcore");
      }
    }
    return accountings.buildOrThrow();
  }

  private void versionOne() {
    models.put("mobilenet_v1", "mobilenet-v1");
    models.put("mobilenetv1_100", "mobilenet-v1");
    models.put("mobilenetv1_125", "mobilenet-v1:multiplier=1.25");
    for (String multiplier : ImmutableList.of("0.25", "0.5", "0.75", "1.25")) {
      models.put("mobilenet_v1_" + multiplier, "mobilenet-v1:multiplier=" + multiplier);
    }
    for (String multiplier : ImmutableList.of("1.0", "0.75", "0.5", "0.25")) {
      for (int side : SIDES.subList(0, 4)) {
        slim("mobilenet_v1", "mobilenet-v1:", multiplier, side);
      }
    }
  }

  private void versionTwo() {
    models.put("mobilenet_v2", "mobilenet-v2");
    for (String multiplier :
        ImmutableList.of("0.25", "0.35", "0.5", "0.75", "1.1", "1.2", "1.3", "1.4")) {
      models.put("mobilenet_v2_" + multiplier, "mobilenet-v2:multiplier=" + multiplier);
    }
    models.put("mobilenetv2_035", "mobilenet-v2:multiplier=0.35");
    models.put("mobilenetv2_050", "mobilenet-v2:multiplier=0.5");
    models.put("mobilenetv2_075", "mobilenet-v2:multiplier=0.75");
    models.put("mobilenetv2_100", "mobilenet-v2");
    models.put("mobilenetv2_140", "mobilenet-v2:multiplier=1.4");
    // Deeper and wider but for the first and the last convolution.
    models.put(
        "mobilenetv2_110d", "mobilenet-v2:depth=3/4/5/4/4/1,first=16,width=24/32/72/104/176/352");
    models.put(
        "mobilenetv2_120d", "mobilenet-v2:depth=3/5/6/5/5/1,first=24,width=32/40/80/112/192/384");
    slim("mobilenet_v2", "mobilenet-v2:", "1.4", 224);
    slim("mobilenet_v2", "mobilenet-v2:", "1.3", 224);
    for (String multiplier : ImmutableList.of("1.0", "0.75", "0.5", "0.35")) {
      for (int side : SIDES) {
        slim("mobilenet_v2", "mobilenet-v2:", multiplier, side);
      }
    }
    ImmutableMap<String, String> widths =
        ImmutableMap.of("0_5", "0.5", "0_75", "0.75", "1_0", "1", "1_4", "1.4");
    widths.forEach((name, multiplier) -> cifar(
        "mobilenetv2_x" + name, "mobilenet-v2:multiplier=" + multiplier + ",stem-window=cifar"));
  }

  private void versionThree() {
    models.put("mobilenet_v3_small", SMALL);
    models.put("mobilenet_v3_small_0.75", narrow(SMALL, "0.75"));
    models.put("mobilenet_v3_large", LARGE);
    models.put("mobilenet_v3_large_0.75", narrow(LARGE, "0.75"));
    models.put("mobilenetv3_small_050", narrow(SMALL, "0.5"));
    for (String prefix : ImmutableList.of("mobilenetv3", "tf_mobilenetv3")) {
      models.put(prefix + "_small_075", narrow(SMALL, "0.75"));
      models.put(prefix + "_small_100", SMALL);
      models.put(prefix + "_large_075", narrow(LARGE, "0.75"));
      models.put(prefix + "_large_100", LARGE);
    }
    String large = "mobilenet-v3:depth=2/3/4/2/3,expansion=4/3/3/3/3/6/2.5/2.3/2.3/6/6/6/6/6,"
        + MINIMAL + ",norm-epsilon=0.001";
    String small = "mobilenet-v3:stages=4,depth=2/3/2/3,width=24/40/48/96,"
        + "expansion=4.5/3.6667/4/6/6/3/3/6/6/6,stride=2/2/1/2,first-stride=2,last=576,"
        + "features=1024," + MINIMAL + ",norm-epsilon=0.001";
    models.put("tf_mobilenetv3_small_minimal_100", small);
    models.put("tf_mobilenetv3_large_minimal_100", large);
    models.put("mobilenet_v3_small_minimalistic_224", small + "," + SLIM);
    models.put("mobilenet_v3_large_minimalistic_224", large + "," + SLIM);
    models.put("mobilenet_v3_small_1.0_224", SMALL + "," + SLIM);
    models.put("mobilenet_v3_small_0.75_224", narrow(SMALL, "0.75") + "," + SLIM);
    models.put("mobilenet_v3_large_1.0_224", LARGE + "," + SLIM);
    models.put("mobilenet_v3_large_0.75_224", narrow(LARGE, "0.75") + "," + SLIM);
    String largest = "mobilenet-v3:kernel=7,features-bias=no";
    models.put("ofa_mobilenet_v3", largest);
    models.put("ofa_mobilenet_v3_1.2", largest + ",multiplier=1.2");
  }

  private static String narrow(String text, String multiplier) {
    return text + ",multiplier=" + multiplier + ",narrow-features=kept";
  }

  private void shuffleNets() {
    shuffleNet("0_5", "48/96/192", 1024);
    shuffleNet("1_0", "116/232/464", 1024);
    shuffleNet("1_5", "176/352/704", 1024);
    shuffleNet("2_0", "244/488/976", 2048);
  }

  private void shuffleNet(String name, String width, int features) {
    String text = "shufflenet-v2:width=" + width + ",features=" + features;
    models.put("shufflenet_v2_x" + name, text);
    models.put("shufflenet_v2_x" + name + "_authors", text + ",left=kept");
    cifar("shufflenet_v2_x" + name, text + ",stem-window=cifar");
    cifar("shufflenetv2_x" + name, text + ",stem-window=cifar");
  }

  private void slim(String name, String family, String multiplier, int side) {
    models.put(
        name + "_" + multiplier + "_" + side,
        family + "multiplier=" + multiplier + ",resolution=" + side + "," + SLIM
            + ",norm-epsilon=0.001");
  }

  private void cifar(String name, String text) {
    models.put(name + "-cifar10", text + ",resolution=32,classes=10");
    models.put(name + "-cifar100", text + ",resolution=32,classes=100");
  }
}
