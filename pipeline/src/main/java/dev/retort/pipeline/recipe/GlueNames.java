package dev.retort.pipeline.recipe;

import com.google.common.collect.ImmutableList;

/** The tasks of GLUE that a recipe may name. */
final class GlueNames {
  static final ImmutableList<String> ALL =
      ImmutableList.of("cola", "sst-2", "mrpc", "qqp", "sts-b", "mnli", "qnli", "rte", "wnli");

  private GlueNames() {}
}
