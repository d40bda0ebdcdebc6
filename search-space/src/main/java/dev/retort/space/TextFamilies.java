package dev.retort.space;

import com.google.common.collect.ImmutableList;

/** The families that read text. */
public final class TextFamilies implements Families.Provider {
  @Override
  public ImmutableList<Family> families() {
    return ImmutableList.of(BertFamily.BERT);
  }
}
