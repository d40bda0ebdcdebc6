package dev.retort.space.image;

import com.google.common.collect.ImmutableList;
import dev.retort.space.Architecture;
import dev.retort.space.Family;

/**
 * A family whose networks give planes of falling resolution, stage by stage, so that a decoder can
 * stand over them.
 */
public interface Backbone extends Family {

  /**
   * What a stage gives.
   *
   * @param block the stage's last block
   * @param feature its planes
   */
  record Stage(String block, ImagePlan.Feature feature) {}

  /**
   * What each stage gives, the first first; the last is what the whole network gives without a head.
   *
   * @param architecture one of this family without a head: {@code classes} 0
   */
  ImmutableList<Stage> stageFeatures(Architecture architecture);
}
