package dev.retort.space;

import com.google.common.collect.ImmutableList;
import com.google.common.primitives.Ints;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The members of a space whose stages choose for themselves: in a frame the product over its stages
 * of the sum over each stage's options of its layers' sequences, numbered without being listed, the
 * first stage slowest.
 *
 * <p>What one stage costs depends on its neighbours, so parameters are counted member by member
 * ({@link ParameterCounts}), which larger spaces refuse. The ends of a space are looked for among
 * all members only where these are few, else each stage and layer takes the least, or greatest,
 * value of every dimension: in convolutional networks parameters grow with each of them. What is
 * shared is always tried through, so that of resolutions, which change no parameter, the first is
 * taken.
 */
final class StagedIndex implements MemberIndex {
  /** Members of which the ends are the ends of all. */
  private static final long FEW = 4096;

  private final StagedGrid grid;
  private final ParameterCounts counts;
  private final List<Frame> frames = new ArrayList<>();

  /** For each frame the number of members before it, and last that of all. */
  private final List<BigInteger> before = new ArrayList<>(List.of(BigInteger.ZERO));

  /** A frame that has members. */
  private record Frame(int number, ImmutableList<StageBlock> stages) {}

  StagedIndex(StagedGrid grid) {
    this.grid = grid;
    for (int frame = 0; frame < grid.frames(); frame++) {
      ImmutableList<StageBlock> stages = grid.stages(frame);
      if (!stages.isEmpty()) {
        BigInteger count =
            stages.stream().map(StageBlock::count).reduce(BigInteger.ONE, BigInteger::multiply);
        frames.add(new Frame(frame, stages));
        before.add(before.get(before.size() - 1).add(count));
      }
    }
    this.counts = new ParameterCounts(grid, this);
  }

  /** The parameters of the members, which are counted when they are asked for. */
  ParameterCounts counts() {
    return counts;
  }

  @Override
  public BigInteger count() {
    return before.get(frames.size());
  }

  @Override
  public BigInteger countBelow(long parameters) {
    return BigInteger.valueOf(counts.below(parameters));
  }

  @Override
  public Place get(BigInteger number) {
    int low = 0;
    int high = frames.size() - 1;
    while (low < high) {
      int middle = (low + high + 1) >>> 1;
      if (before.get(middle).compareTo(number) <= 0) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    Frame frame = frames.get(low);
    StageBlock.Choice[] choices = new StageBlock.Choice[frame.stages.size()];
    BigInteger left = number.subtract(before.get(low));
    for (int stage = choices.length - 1; stage >= 0; stage--) {
      StageBlock block = frame.stages.get(stage);
      BigInteger[] quotient = left.divideAndRemainder(block.count());
      choices[stage] = block.get(quotient[1]);
      left = quotient[0];
    }
    return place(frame, choices);
  }

  private static Place place(Frame frame, StageBlock.Choice[] choices) {
    return new Place(
        frame.number,
        Arrays.stream(choices).mapToInt(StageBlock.Choice::option).toArray(),
        Ints.concat(Arrays.stream(choices).map(StageBlock.Choice::layers).toArray(int[][]::new)));
  }

  @Override
  public @Nullable BigInteger find(Place place) {
    int low = 0;
    int high = frames.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (frames.get(middle).number < place.frame()) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    if (low == frames.size() || frames.get(low).number != place.frame()) {
      return null;
    }
    ImmutableList<StageBlock> stages = frames.get(low).stages;
    if (stages.size() != place.stages().length) {
      return null;
    }
    BigInteger number = BigInteger.ZERO;
    int first = 0;
    for (int stage = 0; stage < stages.size(); stage++) {
      int option = place.stages()[stage];
      StageBlock.Part part = stages.get(stage).part(option);
      BigInteger own = stages.get(stage).find(option, place.options(), first);
      if (part == null || own == null) {
        return null;
      }
      number = number.multiply(stages.get(stage).count()).add(own);
      first += part.slots();
    }
    return first == place.options().length ? number.add(before.get(low)) : null;
  }

  @Override
  public Place smallest() {
    return few() ? get(BigInteger.valueOf(counts.first(true))) : end(true);
  }

  @Override
  public Place largest() {
    return few() ? get(BigInteger.valueOf(counts.first(false))) : end(false);
  }

  private boolean few() {
    return count().compareTo(BigInteger.valueOf(FEW)) <= 0;
  }

  private Place end(boolean least) {
    Place best = end(frames.get(0), least);
    long most = grid.parameters(best);
    for (Frame frame : frames.subList(1, frames.size())) {
      Place candidate = end(frame, least);
      long parameters = grid.parameters(candidate);
      if (least ? parameters < most : parameters > most) {
        best = candidate;
        most = parameters;
      }
    }
    return best;
  }

  private Place end(Frame frame, boolean least) {
    return place(
        frame,
        frame.stages.stream().map(each -> grid.end(each, least)).toArray(StageBlock.Choice[]::new));
  }
}
