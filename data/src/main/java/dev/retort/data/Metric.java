package dev.retort.data;

/** The measures that tasks are judged by; computed in {@code dev.retort.distill.evaluate}. */
public enum Metric {
  /** Share of examples whose class is right. */
  ACCURACY("accuracy"),
  /** F1 of class 1 of a two-class task. */
  F1("f1"),
  /** Matthews' correlation of a two-class task. */
  MATTHEWS("matthews"),
  /** Pearson's correlation of scores. */
  PEARSON("pearson"),
  /** Spearman's rank correlation of scores, ties at their mean rank. */
  SPEARMAN("spearman");

  private final String key;

  Metric(String key) {
    this.key = key;
  }

  /** The name in reports and JSON. */
  public String key() {
    return key;
  }
}
