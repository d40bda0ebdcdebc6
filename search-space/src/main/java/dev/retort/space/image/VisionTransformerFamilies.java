package dev.retort.space.image;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.Families;
import dev.retort.space.Family;
import dev.retort.space.Preset;

/** The vision Transformers, their published models and AutoFormer's search spaces. */
public final class VisionTransformerFamilies implements Families.Provider {
  private static final String TINY = "vit:layers=12,hidden=192,heads=3,ratio=4";
  private static final String SMALL = "vit:layers=12,hidden=384,heads=6,ratio=4";
  private static final String BASE = "vit:layers=12,hidden=768,heads=12,ratio=4";
  private static final String LARGE = "vit:layers=24,hidden=1024,heads=16,ratio=4";
  private static final String HUGE = "vit:layers=32,hidden=1280,heads=16,ratio=4,head-size=80";
  private static final String LARGER_PATCHES = ",patch=32";
  private static final String AT_384 = ",resolution=384";

  /** So timm has those that nobody fine-tuned, and so it counts them. */
  private static final String WITHOUT_HEAD = ",classes=0";

  private static final String DISTILLED = ",tokens=distilled";

  @Override
  public ImmutableList<Family> families() {
    return ImmutableList.of(VisionTransformerFamily.VIT);
  }

  /** Under the names of torchvision, of timm and of AutoFormer's release. */
  @Override
  public ImmutableMap<String, String> models() {
    return ImmutableMap.<String, String>builder()
        .put("vit_b_16", BASE)
        .put("vit_b_32", BASE + LARGER_PATCHES)
        .put("vit_l_16", LARGE)
        .put("vit_l_32", LARGE + LARGER_PATCHES)
        .put("vit_h_14", HUGE + ",patch=14")
        .put("vit_tiny_patch16_224", TINY)
        .put("vit_tiny_patch16_384", TINY + AT_384)
        .put("vit_small_patch8_224", SMALL + ",patch=8" + WITHOUT_HEAD)
        .put("vit_small_patch16_224", SMALL)
        .put("vit_small_patch16_384", SMALL + AT_384)
        .put("vit_small_patch32_224", SMALL + LARGER_PATCHES)
        .put("vit_small_patch32_384", SMALL + LARGER_PATCHES + AT_384)
        .put("vit_base_patch8_224", BASE + ",patch=8")
        .put("vit_base_patch16_224", BASE)
        .put("vit_base_patch16_384", BASE + AT_384)
        .put("vit_base_patch32_224", BASE + LARGER_PATCHES)
        .put("vit_base_patch32_384", BASE + LARGER_PATCHES + AT_384)
        .put("vit_large_patch14_224", LARGE + ",patch=14")
        .put("vit_large_patch16_224", LARGE)
        .put("vit_large_patch16_384", LARGE + AT_384)
        .put("vit_large_patch32_224", LARGE + LARGER_PATCHES + WITHOUT_HEAD)
        .put("vit_large_patch32_384", LARGE + LARGER_PATCHES + AT_384)
        .put("vit_huge_patch14_224", HUGE + ",patch=14" + WITHOUT_HEAD)
        .put("deit_tiny_patch16_224", TINY)
        .put("deit_small_patch16_224", SMALL)
        .put("deit_base_patch16_224", BASE)
        .put("deit_base_patch16_384", BASE + AT_384)
        .put("deit_tiny_distilled_patch16_224", TINY + DISTILLED)
        .put("deit_small_distilled_patch16_224", SMALL + DISTILLED)
        .put("deit_base_distilled_patch16_224", BASE + DISTILLED)
        .put("deit_base_distilled_patch16_384", BASE + DISTILLED + AT_384)
        .putAll(AutoFormer.MODELS)
        .buildOrThrow();
  }

  /** timm's tables are made with fvcore; AutoFormer's leaves out what its tables cost. */
  @Override
  public ImmutableMap<String, String> accountings() {
    ImmutableMap.Builder<String, String> accountings = ImmutableMap.builder();
    for (String name : models().keySet()) {
      if (name.contains("_patch")) {
        accountings.put(name, "fvcore");
      } else if (AutoFormer.MODELS.containsKey(name)) {
        accountings.put(name, "no-relative");
      }
    }
    return accountings.buildOrThrow();
  }

  @Override
  public ImmutableList<Preset> presets() {
    return ImmutableList.of(AutoFormer.PRESET);
  }
}
