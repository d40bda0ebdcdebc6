package dev.retort.space;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;

/** The families that read text. */
public final class TextFamilies implements Families.Provider {
  @Override
  public ImmutableList<Family> families() {
    return ImmutableList.of(BertFamily.BERT);
  }

  /** BERT-base, MiniLM and the students of AutoDistil (NeurIPS 2022, Table 7), largest first. */
  @Override
  public ImmutableMap<String, String> models() {
    return ImmutableMap.of(
        "bert-base", "bert:layers=12,hidden=768,heads=12,ratio=4",
        "minilm-6x768", "bert:layers=6,hidden=768,heads=12,ratio=4",
        "autodistil-agnostic", "bert:layers=11,hidden=352,heads=10,ratio=4",
        "autodistil-proxy-b", "bert:layers=12,hidden=544,heads=9,ratio=3",
        "autodistil-proxy-s", "bert:layers=11,hidden=352,heads=8,ratio=4",
        "autodistil-proxy-t", "bert:layers=7,hidden=160,heads=10,ratio=3.5");
  }
}
