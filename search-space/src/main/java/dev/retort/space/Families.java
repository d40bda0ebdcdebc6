package dev.retort.space;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.Maps;
import org.jspecify.annotations.Nullable;

/** The families that there are. */
public final class Families {
  private static final ImmutableMap<String, Family> ALL =
      Maps.uniqueIndex(ImmutableList.of(BertFamily.BERT), Family::name);

  private Families() {}

  /** Every family by name. */
  public static ImmutableMap<String, Family> all() {
    return ALL;
  }

  /** The family of that name, or null. */
  public static @Nullable Family find(String name) {
    return ALL.get(name);
  }
}
