package dev.retort.benchmark.experiment;

import java.io.PrintStream;

/** Objectives of images on Fashion-MNIST. */
public final class ImageExperiment extends ObjectiveExperiment {
  /** The word {@code experiment-images}. */
  public ImageExperiment() {
    super(
        "experiment-images",
        "objectives of images, students of Fashion-MNIST",
        ImageFixture.DEFAULTS);
  }

  @Override
  Fixture fixture(Arguments given, PrintStream out) {
    return new ImageFixture(given, out);
  }
}
