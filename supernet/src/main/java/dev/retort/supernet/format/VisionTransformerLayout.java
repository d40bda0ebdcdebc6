package dev.retort.supernet.format;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.retort.data.image.Filter;
import dev.retort.data.image.PixelScaling;
import dev.retort.data.image.Preprocessing;
import dev.retort.data.image.Preprocessing.Crop;
import dev.retort.data.image.Preprocessing.Resize;
import dev.retort.space.Architecture;
import dev.retort.space.Value;
import dev.retort.space.image.VisionTransformerFamily;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Vision Transformers by torchvision's names ({@code conv_proj}, {@code
 * encoder.layers.encoder_layer_0.self_attention.in_proj_weight}, {@code heads.head}) and timm's and
 * DeiT's ({@code patch_embed.proj}, {@code blocks.0.attn.qkv}, {@code head}).
 *
 * <p>No tensor tells the number of heads: it is that of the published networks of the same width.
 * Nor the preparation: it is torchvision's; for timm's names that of its ViTs, pixels from -1 to 1,
 * and with a distillation token DeiT's, ImageNet's mean and deviation.
 */
final class VisionTransformerLayout implements WeightLayout {
  /** Heads by hidden width: tiny, small, base, large, huge. */
  private static final ImmutableMap<Integer, Integer> HEADS =
      ImmutableMap.of(192, 3, 384, 6, 768, 12, 1024, 16, 1280, 16);

  private static final ImmutableList<String> ATTENTION =
      ImmutableList.of("attention.query", "attention.key", "attention.value");

  /** From so many pixels a side on, timm looks at whole images. */
  private static final int WHOLE_FROM = 384;

  /**
   * Names of a publisher.
   *
   * @param patches the convolution over patches
   * @param positions the table of positions
   * @param head the classifier
   * @param layer what a layer's names begin with, {@code %d} its number
   * @param fused the tensors of query, key and value: weight and bias
   * @param expand the first linear map of the feed-forward network
   * @param names the blueprint's names by the others, beside and within layers
   */
  private record Naming(
      String patches,
      String positions,
      String head,
      String layer,
      ImmutableList<String> fused,
      String expand,
      ImmutableMap<String, String> names) {
    String layer(int index) {
      return layer.replace("%d", Integer.toString(index));
    }
  }

  private static final Naming TORCHVISION = new Naming(
      "conv_proj",
      "encoder.pos_embedding",
      "heads.head",
      "encoder.layers.encoder_layer_%d.",
      ImmutableList.of("self_attention.in_proj_weight", "self_attention.in_proj_bias"),
      "mlp.0",
      ImmutableMap.<String, String>builder()
          .put("class_token", "embeddings.cls_token")
          .put("encoder.ln", "layernorm")
          .put("ln_1", "layernorm_before")
          .put("self_attention.out_proj", "attention.output.dense")
          .put("ln_2", "layernorm_after")
          .put("mlp.0", "intermediate.dense")
          .put("mlp.3", "output.dense")
          .buildOrThrow());

  private static final Naming TIMM = new Naming(
      "patch_embed.proj",
      "pos_embed",
      "head",
      "blocks.%d.",
      ImmutableList.of("attn.qkv.weight", "attn.qkv.bias"),
      "mlp.fc1",
      ImmutableMap.<String, String>builder()
          .put("cls_token", "embeddings.cls_token")
          .put("dist_token", "embeddings.distillation_token")
          .put("norm", "layernorm")
          .put("norm1", "layernorm_before")
          .put("attn.proj", "attention.output.dense")
          .put("norm2", "layernorm_after")
          .put("mlp.fc1", "intermediate.dense")
          .put("mlp.fc2", "output.dense")
          .buildOrThrow());

  @Override
  public String name() {
    return "ViT (torchvision's names, conv_proj; timm's and DeiT's, patch_embed.proj)";
  }

  @Override
  public Optional<Recognised> recognise(TensorShapes shapes) {
    for (Naming each : ImmutableList.of(TORCHVISION, TIMM)) {
      String first = each.layer(0) + each.fused().get(0);
      if (shapes.has(each.patches() + ".weight") && shapes.has(first)) {
        return Optional.of(recognise(shapes, each));
      }
    }
    return Optional.empty();
  }

  private static Recognised recognise(TensorShapes shapes, Naming naming) {
    String patches = naming.patches() + ".weight";
    int hidden = shapes.length(patches, 0, 4);
    Integer heads = HEADS.get(hidden);
    if (heads == null) {
      throw new Unfit("it is " + hidden + " wide, which does not tell the number of its heads, as "
          + HEADS.keySet() + " do");
    }
    int layers = 0;
    while (shapes.has(naming.layer(layers) + naming.fused().get(0))) {
      layers++;
    }
    boolean token = shapes.has("dist_token");
    boolean second = shapes.has("head_dist.weight");
    int patch = shapes.length(patches, 2, 4);
    int places = shapes.length(naming.positions(), 1, 3) - (token ? 2 : 1);
    int side = (int) Math.round(Math.sqrt(places));
    if (side < 1 || side * side != places) {
      throw new Unfit(
          naming.positions() + " has positions for " + places + " patches, which is no square");
    }
    Map<String, Value> values = new HashMap<>();
    values.put("layers", Value.of(layers));
    values.put("hidden", Value.of(hidden));
    values.put("heads", Value.of(heads));
    values.put("head-size", Value.of(hidden / heads));
    values.put("intermediate", Value.of(shapes.rows(naming.layer(0) + naming.expand())));
    values.put("patch", Value.of(patch));
    values.put("resolution", Value.of(side * patch));
    values.put("channels", Value.of(shapes.length(patches, 1, 4)));
    values.put(
        "classes",
        Value.of(shapes.has(naming.head() + ".weight") ? shapes.rows(naming.head()) : 0));
    String one = token ? "distilled-one-head" : "class";
    values.put("tokens", Value.of(token && second ? "distilled" : one));
    boolean bias = shapes.has(naming.layer(0) + naming.fused().get(1));
    values.put("qkv-bias", Value.of(bias ? "yes" : "no"));
    values.put("norm-epsilon", Value.of(1e-6));
    Architecture architecture = VisionFiles.architecture("vit", values);
    ImmutableSet<String> fused = fused(shapes, naming);
    return new Recognised(
        architecture,
        names(shapes, naming, VisionTransformerFamily.prefix(architecture), second),
        preparation(naming, token, side * patch),
        fused);
  }

  private static ImmutableSet<String> fused(TensorShapes shapes, Naming naming) {
    ImmutableSet.Builder<String> fused = ImmutableSet.builder();
    for (TensorEntry each : shapes.entries().values()) {
      if (fusedEnd(naming, each.name()) < 0) {
        continue;
      }
      if (each.shape().dimension() < 1 || each.shape().get(0) % ATTENTION.size() != 0) {
        throw new Unfit(each.name() + " has shape " + each.shape()
            + "; query, key and value are as long as each other");
      }
      for (int part = 0; part < ATTENTION.size(); part++) {
        if (shapes.has(FusedTensors.part(each.name(), part))) {
          throw new Unfit("it has " + FusedTensors.part(each.name(), part) + " too");
        }
      }
      fused.add(each.name());
    }
    return fused.build();
  }

  private static Preprocessing preparation(Naming naming, boolean token, int side) {
    if (naming.equals(TORCHVISION)) {
      return Preprocessing.photo(side, Filter.BILINEAR, PixelScaling.IMAGENET);
    }
    int shorter = side < WHOLE_FROM ? side * 10 / 9 : side;
    return new Preprocessing(
        3,
        Resize.shortSide(shorter, Filter.BICUBIC),
        new Crop(side, side),
        token ? PixelScaling.IMAGENET : PixelScaling.HALF);
  }

  private static ImmutableMap<String, String> names(
      TensorShapes shapes, Naming naming, String prefix, boolean second) {
    String head = second ? "cls_classifier" : "classifier";
    ImmutableMap.Builder<String, String> names = ImmutableMap.builder();
    for (String each : shapes.names()) {
      int fused = fusedEnd(naming, each);
      if (fused >= 0) {
        String end = naming.fused().get(fused);
        String layer = layer(naming, each.substring(0, each.length() - end.length()));
        for (int part = 0; part < ATTENTION.size(); part++) {
          String to = prefix + "encoder.layer." + layer + ".attention." + ATTENTION.get(part);
          names.put(FusedTensors.part(each, part), to + (fused == 0 ? ".weight" : ".bias"));
        }
      } else if (each.equals(naming.positions())) {
        names.put(each, prefix + "embeddings.position_embeddings");
      } else {
        names.put(each, renamed(naming, each, prefix, head));
      }
    }
    return names.buildOrThrow();
  }

  private static String renamed(Naming naming, String name, String prefix, String head) {
    String whole = naming.names().get(name);
    int dot = name.lastIndexOf('.');
    if (whole != null || dot < 0) {
      return whole == null ? name : prefix + whole;
    }
    String begin = name.substring(0, dot);
    String end = name.substring(dot);
    if (begin.equals(naming.patches())) {
      return prefix + "embeddings.patch_embeddings.projection" + end;
    }
    if (begin.equals(naming.head())) {
      return head + end;
    }
    if (begin.equals("head_dist")) {
      return "distillation_classifier" + end;
    }
    int at = naming.layer().indexOf("%d");
    if (!begin.startsWith(naming.layer().substring(0, at))) {
      String to = naming.names().get(begin);
      return to == null ? name : prefix + to + end;
    }
    int stop = begin.indexOf('.', at);
    String to = stop < 0 ? null : naming.names().get(begin.substring(stop + 1));
    return to == null
        ? name
        : prefix + "encoder.layer." + begin.substring(at, stop) + "." + to + end;
  }

  /** Which of the fused tensors a name is of, weight 0 or bias 1; -1: none. */
  private static int fusedEnd(Naming naming, String name) {
    for (int i = 0; i < naming.fused().size(); i++) {
      String end = naming.fused().get(i);
      boolean ends = name.endsWith(end);
      if (ends && layer(naming, name.substring(0, name.length() - end.length())) != null) {
        return i;
      }
    }
    return -1;
  }

  /** The number in what a layer's names begin with; null where it is none. */
  private static @Nullable String layer(Naming naming, String begin) {
    int at = naming.layer().indexOf("%d");
    String before = naming.layer().substring(0, at);
    boolean whole = begin.startsWith(before) && begin.endsWith(".") && begin.length() > at + 1;
    String number = whole ? begin.substring(at, begin.length() - 1) : "";
    return number.matches("0|[1-9][0-9]{0,4}") ? number : null;
  }
}
