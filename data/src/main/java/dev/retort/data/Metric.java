package dev.retort.data;

/** The measures that tasks are judged by; computed in {@code dev.retort.distill.evaluate}. */
public enum Metric {
  /** Share of examples whose class is right: top-1. */
  ACCURACY("accuracy", Target.LABEL, true),
  /** Share of examples whose class is among the five with the largest logits. */
  TOP_5("top-5", Target.LABEL, true),
  /** How far a model's sureness is from how often it is right. */
  CALIBRATION_ERROR("calibration-error", Target.LABEL, false),
  /** F1 of class 1 of a two-class task. */
  F1("f1", Target.LABEL, true),
  /** Matthews' correlation of a two-class task. */
  MATTHEWS("matthews", Target.LABEL, true),
  /** Pearson's correlation of scores. */
  PEARSON("pearson", Target.LABEL, true),
  /** Spearman's rank correlation of scores, ties at their mean rank. */
  SPEARMAN("spearman", Target.LABEL, true),
  /** Mean distance of landmarks over the size of the object: normalised mean error. */
  NME("nme", Target.ROW, false),
  /** Overlap of segmented areas: twice what they share over the sum of both. */
  DICE("dice", Target.ROW, true),
  /** Overlap of segmented areas: what they share over what either covers. */
  IOU("iou", Target.ROW, true),
  /** Peak signal-to-noise ratio of the luma of images, in decibels. */
  PSNR("psnr", Target.ROW, true),
  /** Structural similarity of the luma of images. */
  SSIM("ssim", Target.ROW, true),
  /** How many tokens a language model wavers between: e to the mean loss of a token. */
  PERPLEXITY("perplexity", Target.TOKEN, false),
  /** Share of tokens, or of tags of tokens, that are right. */
  TOKEN_ACCURACY("token-accuracy", Target.TOKEN, true),
  /** F1 of entities, all together, each right where its words and its type are. */
  ENTITY_F1("entity-f1", Target.TOKEN, true),
  /** How much of a reference a text has, by the longest common sequence of words. */
  ROUGE_L("rouge-l", Target.TEXT, true);

  /** What an example's answer is held against. */
  public enum Target {
    /** One number: a class or a score. */
    LABEL,
    /** A row of numbers: landmarks, the classes of pixels, an image. */
    ROW,
    /** A label for each of some tokens. */
    TOKEN,
    /** A text. */
    TEXT
  }

  private final String key;
  private final Target target;
  private final boolean risesWithQuality;

  Metric(String key, Target target, boolean risesWithQuality) {
    this.key = key;
    this.target = target;
    this.risesWithQuality = risesWithQuality;
  }

  /** The name in reports and JSON. */
  public String key() {
    return key;
  }

  /** What an example's answer is held against. */
  public Target target() {
    return target;
  }

  /** Whether more is better; else it is an error, and less is. */
  public boolean risesWithQuality() {
    return risesWithQuality;
  }
}
