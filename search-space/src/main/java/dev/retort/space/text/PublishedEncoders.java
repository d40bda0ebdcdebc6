package dev.retort.space.text;

import com.google.common.collect.ImmutableMap;

/**
 * Published encoders by name. Those of the Hugging Face hub have the hub's names; those whose names
 * have underscores are keras-hub's presets and google-research's miniatures of BERT. These are
 * without classes; the first ones, by Retort's own names, have two.
 */
final class PublishedEncoders {
  private static final String BASE = "layers=12,hidden=768,heads=12,ratio=4";
  private static final String LARGE = "layers=24,hidden=1024,heads=16,ratio=4";
  private static final String HALF = "layers=6,hidden=768,heads=12,ratio=4";
  private static final String NARROW = "hidden=384,heads=12,ratio=4,head-size=32";

  /** Of keras-hub's RoBERTa, which counts no more positions than tokens. */
  private static final String KERAS_ROBERTA = ",positions=512,types=0,classes=0,pooling=first";

  private static final String BARE = ",classes=0";

  /** MiniLM is distilled without a pooler. */
  private static final String UNPOOLED = ",classes=0,pooling=first";

  private static final String MULTILINGUAL = ",vocabulary=250002";

  private PublishedEncoders() {}

  static ImmutableMap<String, String> all() {
    ImmutableMap.Builder<String, String> all = ImmutableMap.builder();
    all.put("bert-base", "bert:" + BASE);
    all.put("bert-large", "bert:" + LARGE);
    all.put("minilm-6x768", "bert:" + HALF);
    autoDistil(all);
    berts(all);
    minis(all);
    all.put("roberta-base", "roberta:" + BASE + BARE);
    all.put("roberta-large", "roberta:" + LARGE + BARE);
    all.put("distilroberta-base", "roberta:" + HALF + BARE);
    all.put("roberta_base_en", "roberta:" + BASE + KERAS_ROBERTA);
    all.put("roberta_large_en", "roberta:" + LARGE + KERAS_ROBERTA);
    all.put("distilbert-base-uncased", "distilbert:" + HALF + BARE);
    all.put("distilbert-base-cased", "distilbert:" + HALF + ",vocabulary=28996,classes=0");
    all.put("distil_bert_base_en_uncased", "distilbert:" + HALF + BARE);
    all.put("distil_bert_base_en", "distilbert:" + HALF + ",vocabulary=28996,classes=0");
    all.put("distil_bert_base_multi", "distilbert:" + HALF + ",vocabulary=119547,classes=0");
    // The head of a discriminator is a dense layer and one output.
    String small = "electra:layers=12,hidden=256,heads=4,ratio=4,embedding=128,classes=1";
    all.put("electra-small-discriminator", small);
    all.put("electra-base-discriminator", "electra:" + BASE + ",classes=1");
    all.put("electra-large-discriminator", "electra:" + LARGE + ",classes=1");
    // As google-research/mobilebert/config has them, whose classifiers read the first token.
    String mobile = "mobilebert:layers=24,hidden=512,heads=4,ratio=1";
    all.put("mobilebert", mobile);
    all.put("mobilebert-uncased", mobile + BARE);
    all.put("mobilebert-tiny", mobile + ",feed-forwards=2,attention=bottleneck");
    minilms(all);
    String tiny = "bert:layers=4,hidden=312,heads=12,intermediate=1200,head-size=26";
    all.put("TinyBERT_General_4L_312D", tiny + BARE);
    all.put("TinyBERT_General_6L_768D", "bert:" + HALF + BARE);
    return all.buildOrThrow();
  }

  /** How those are counted where they were published, that are not counted exactly. */
  static ImmutableMap<String, String> accountings() {
    ImmutableMap.Builder<String, String> accountings = ImmutableMap.builder();
    for (String name : all().keySet()) {
      if (name.startsWith("autodistil-")) {
        accountings.put(name, "autodistil");
      } else if (name.startsWith("bert_uncased_L-")) {
        accountings.put(name, "pre-training");
      } else if (name.startsWith("mMiniLM-")) {
        accountings.put(name, "layers");
      } else if (name.startsWith("electra-")) {
        accountings.put(name, "electra");
      }
    }
    return accountings.buildOrThrow();
  }

  /** Students of AutoDistil (NeurIPS 2022, Table 7), and the corners of its spaces (Table 2). */
  private static void autoDistil(ImmutableMap.Builder<String, String> all) {
    all.put("autodistil-agnostic", "bert:layers=11,hidden=352,heads=10,ratio=4");
    all.put("autodistil-proxy-b", "bert:layers=12,hidden=544,heads=9,ratio=3");
    all.put("autodistil-proxy-s", "bert:layers=11,hidden=352,heads=8,ratio=4");
    all.put("autodistil-proxy-s2", "bert:layers=11,hidden=256,heads=7,ratio=3");
    all.put("autodistil-proxy-t", "bert:layers=7,hidden=160,heads=10,ratio=3.5");
    all.put("autodistil-base-largest", "bert:layers=12,hidden=640,heads=12,ratio=4");
    all.put("autodistil-base-smallest", "bert:layers=9,hidden=544,heads=9,ratio=2.5");
    all.put("autodistil-small-largest", "bert:layers=12,hidden=352,heads=10,ratio=4");
    all.put("autodistil-small-smallest", "bert:layers=9,hidden=256,heads=7,ratio=2.5");
    all.put("autodistil-tiny-largest", "bert:layers=7,hidden=224,heads=10,ratio=3.5");
    all.put("autodistil-tiny-smallest", "bert:layers=4,hidden=128,heads=7,ratio=2");
  }

  private static void berts(ImmutableMap.Builder<String, String> all) {
    all.put("bert_tiny_en_uncased", "bert:layers=2,hidden=128,heads=2,ratio=4,classes=0");
    all.put("bert_small_en_uncased", "bert:layers=4,hidden=512,heads=8,ratio=4,classes=0");
    all.put("bert_medium_en_uncased", "bert:layers=8,hidden=512,heads=8,ratio=4,classes=0");
    all.put("bert_base_en_uncased", "bert:" + BASE + BARE);
    all.put("bert_base_en", "bert:" + BASE + ",vocabulary=28996,classes=0");
    all.put("bert_base_zh", "bert:" + BASE + ",vocabulary=21128,classes=0");
    all.put("bert_base_multi", "bert:" + BASE + ",vocabulary=119547,classes=0");
    all.put("bert_large_en_uncased", "bert:" + LARGE + BARE);
    all.put("bert_large_en", "bert:" + LARGE + ",vocabulary=28996,classes=0");
  }

  /** The 24 miniatures of Well-Read Students (Turc et al., arXiv 1908.08962). */
  private static void minis(ImmutableMap.Builder<String, String> all) {
    for (int layers = 2; layers <= 12; layers += 2) {
      for (int hidden : new int[] {128, 256, 512, 768}) {
        int heads = hidden / 64;
        all.put(
            "bert_uncased_L-" + layers + "_H-" + hidden + "_A-" + heads,
            "bert:layers=" + layers + ",hidden=" + hidden + ",heads=" + heads
                + ",ratio=4,classes=0");
      }
    }
  }

  /** MiniLM and MiniLMv2 (Wang et al., 2020 and 2021), as microsoft/unilm's README lists them. */
  private static void minilms(ImmutableMap.Builder<String, String> all) {
    all.put("MiniLM-L12-H384-uncased", "bert:layers=12," + NARROW + UNPOOLED);
    all.put("MiniLM-L6-H384-uncased", "bert:layers=6," + NARROW + UNPOOLED);
    all.put("MiniLMv2-L6-H384-distilled-from-BERT", "bert:layers=6," + NARROW + UNPOOLED);
    all.put("MiniLMv2-L6-H768-distilled-from-BERT", "bert:" + HALF + UNPOOLED);
    all.put("MiniLMv2-L12-H384-distilled-from-RoBERTa", "roberta:layers=12," + NARROW + UNPOOLED);
    all.put("MiniLMv2-L6-H384-distilled-from-RoBERTa", "roberta:layers=6," + NARROW + UNPOOLED);
    all.put("MiniLMv2-L6-H768-distilled-from-RoBERTa", "roberta:" + HALF + UNPOOLED);
    all.put("mMiniLM-L12-H384", "roberta:layers=12," + NARROW + MULTILINGUAL + UNPOOLED);
    all.put("mMiniLM-L6-H384", "roberta:layers=6," + NARROW + MULTILINGUAL + UNPOOLED);
  }
}
