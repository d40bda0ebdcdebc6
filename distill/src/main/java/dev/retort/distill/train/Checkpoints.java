package dev.retort.distill.train;

import ai.djl.ndarray.NDManager;
import java.util.Optional;

/** Where the state of a stage is kept between processes. */
public interface Checkpoints {
  /** Keeps nothing. */
  Checkpoints NONE = new Checkpoints() {
    @Override
    public Optional<TrainingState> latest(NDManager manager) {
      return Optional.empty();
    }

    @Override
    public void save(TrainingState state) {}
  };

  /** The newest state that is whole; its tensors belong to the given manager. */
  Optional<TrainingState> latest(NDManager manager);

  /** Keeps a state. */
  void save(TrainingState state);
}
