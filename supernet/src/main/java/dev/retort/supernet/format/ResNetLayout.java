package dev.retort.supernet.format;

import com.google.common.collect.ImmutableMap;
import dev.retort.data.image.Filter;
import dev.retort.data.image.PixelScaling;
import dev.retort.data.image.Preprocessing;
import dev.retort.space.Value;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Residual networks by torchvision's names ({@code conv1}, {@code bn1}, {@code layer1.0.conv1},
 * {@code downsample.0}, {@code fc}), which those for CIFAR-10 share
 * (akamaster/pytorch_resnet_cifar10: {@code linear}, shortcuts padded). Where a bottleneck has its
 * stride cannot be seen in a file; it is taken to be torchvision's 3x3 convolution.
 */
final class ResNetLayout implements WeightLayout {
  private static final int EXPANSION = 4;

  @Override
  public String name() {
    return "ResNet (torchvision's names, conv1, layer1.0.conv1, fc; CIFAR's of akamaster, linear)";
  }

  @Override
  public Optional<Recognised> recognise(TensorShapes shapes) {
    if (!shapes.has("conv1.weight") || !shapes.has("layer1.0.conv1.weight")) {
      return Optional.empty();
    }
    boolean imageNet = shapes.length("conv1.weight", 3, 4) == 7;
    boolean bottleneck = shapes.has("layer1.0.conv3.weight");
    List<Double> depths = new ArrayList<>();
    List<Double> widths = new ArrayList<>();
    List<Double> inner = new ArrayList<>();
    boolean projected = false;
    for (int stage = 1; shapes.has("layer" + stage + ".0.conv1.weight"); stage++) {
      String first = "layer" + stage + ".0.";
      int depth = 1;
      while (shapes.has("layer" + stage + "." + depth + ".conv1.weight")) {
        projected |= shapes.has("layer" + stage + "." + depth + ".downsample.0.weight");
        depth++;
      }
      projected |= shapes.has(first + "downsample.0.weight");
      int given = shapes.out(first + (bottleneck ? "conv3" : "conv2"));
      if (bottleneck && given % EXPANSION != 0) {
        throw new Unfit(first + "conv3 gives " + given + " planes, no multiple of " + EXPANSION);
      }
      int width = bottleneck ? given / EXPANSION : given;
      depths.add((double) depth);
      widths.add((double) width);
      inner.add((double) shapes.out(first + "conv1") / width);
    }
    String classifier = shapes.has("fc.weight") ? "fc" : "linear";
    boolean head = shapes.has(classifier + ".weight");
    Map<String, Value> values = new HashMap<>();
    values.put("depth", VisionFiles.list(depths));
    values.put("width", VisionFiles.list(widths));
    values.put("inner", VisionFiles.list(inner));
    values.put("block", Value.of(bottleneck ? "bottleneck" : "basic"));
    values.put("stem", Value.of(imageNet ? "imagenet" : "cifar"));
    values.put("stem-width", Value.of(shapes.out("conv1")));
    values.put("shortcut", Value.of(projected ? "projection" : "padding"));
    values.put("channels", Value.of(shapes.length("conv1.weight", 1, 4)));
    values.put("resolution", Value.of(imageNet ? 224 : 32));
    values.put("classes", Value.of(head ? shapes.rows(classifier) : 0));
    return Optional.of(new Recognised(
        VisionFiles.architecture("resnet", values),
        names(shapes, imageNet, projected, classifier),
        imageNet
            ? Preprocessing.photo(224, Filter.BILINEAR, PixelScaling.IMAGENET)
            : Preprocessing.of(3, PixelScaling.IMAGENET)));
  }

  /** The blueprint's names: with an ImageNet stem Hugging Face's. */
  private static ImmutableMap<String, String> names(
      TensorShapes shapes, boolean imageNet, boolean projected, String classifier) {
    Map<String, String> prefixes = new LinkedHashMap<>();
    if (!imageNet) {
      prefixes.put(classifier, projected ? "fc" : "linear");
      return Recognised.names(shapes, prefixes);
    }
    prefixes.put("conv1", "resnet.embedder.embedder.convolution");
    prefixes.put("bn1", "resnet.embedder.embedder.normalization");
    prefixes.put(classifier, "classifier.1");
    for (int stage = 1; shapes.has("layer" + stage + ".0.conv1.weight"); stage++) {
      for (int block = 0; shapes.has("layer" + stage + "." + block + ".conv1.weight"); block++) {
        String from = "layer" + stage + "." + block + ".";
        String to = "resnet.encoder.stages." + (stage - 1) + ".layers." + block + ".";
        for (int i = 0; i < 3; i++) {
          prefixes.put(from + "conv" + (i + 1), to + "layer." + i + ".convolution");
          prefixes.put(from + "bn" + (i + 1), to + "layer." + i + ".normalization");
        }
        prefixes.put(from + "downsample.0", to + "shortcut.convolution");
        prefixes.put(from + "downsample.1", to + "shortcut.normalization");
      }
    }
    return Recognised.names(shapes, prefixes);
  }
}
