package dev.retort.pipeline;

import dev.retort.distill.train.StepReport;

/** Hands what several threads tell to a listener one at a time. */
record OneAtATime(Progress to) implements Progress {
  @Override
  public synchronized void started(String name, String what, long steps) {
    to.started(name, what, steps);
  }

  @Override
  public synchronized void step(StepReport report) {
    to.step(report);
  }

  @Override
  public synchronized void counted(String name, long done) {
    to.counted(name, done);
  }

  @Override
  public synchronized void finished(String name, double seconds) {
    to.finished(name, seconds);
  }

  @Override
  public synchronized void note(String message) {
    to.note(message);
  }
}
