package dev.retort.search;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import com.google.common.collect.Maps;
import dev.retort.space.Budget;
import dev.retort.space.UserException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a search found.
 *
 * @param objectives what was minimised, the first being what the best is chosen by
 * @param evaluated every candidate that was scored, in an order that does not depend on workers
 * @param front those that no other dominates in the objectives, or, with a single score as the
 *     objective, in that score and MACs; in the order of {@code evaluated}
 */
public record SearchResult(
    ImmutableList<String> objectives,
    ImmutableList<Scored> evaluated,
    ImmutableList<Scored> front) {

  /**
   * The result that these make, such as those of a finished run's log.
   *
   * @param evaluated scored candidates
   * @param objectives names of scores or cost metrics
   * @throws UserException when an objective is neither
   */
  public static SearchResult of(List<Scored> evaluated, List<String> objectives) {
    Objectives minimised = new Objectives(ImmutableList.copyOf(objectives));
    ImmutableList<Scored> usable =
        evaluated.stream().filter(Scored::ok).collect(ImmutableList.toImmutableList());
    usable.forEach(minimised::check);
    return new SearchResult(
        minimised.names(),
        ImmutableList.copyOf(evaluated),
        Front.of(usable, minimised.ofFront()::vector));
  }

  /** The best scored candidate under a budget: the least first objective, then the fewest MACs. */
  public Optional<Scored> best(Budget budget) {
    return top(budget, 1).stream().findFirst();
  }

  /** The best scored candidates under a budget, best first. */
  public ImmutableList<Scored> top(Budget budget, int n) {
    return evaluated.stream()
        .filter(scored -> scored.ok() && budget.admits(scored.candidate().cost()))
        .sorted(new Objectives(objectives).order())
        .limit(n)
        .collect(ImmutableList.toImmutableList());
  }

  /**
   * As {@link #top}, but none is an error.
   *
   * @throws UserException of kind NO_STUDENT, with the nearest costs
   */
  public ImmutableList<Scored> require(Budget budget, int n) {
    ImmutableList<Scored> top = top(budget, n);
    if (top.isEmpty()) {
      NoStudent nearest = new NoStudent();
      evaluated.stream().filter(Scored::ok).map(Scored::candidate).forEach(nearest::see);
      throw nearest.refusal(
          budget, "every one of the " + count(Scored.Status.OK) + " candidates with a score");
    }
    return top;
  }

  /**
   * Candidates within a budget that were dropped in a race against one that is not within it:
   * scored in full they might be among the best.
   */
  public long unsettled(Budget budget) {
    ImmutableMap<String, Scored> byKey = Maps.uniqueIndex(evaluated, Scored::key);
    return evaluated.stream()
        .filter(each -> each.status() == Scored.Status.DROPPED)
        .filter(each -> budget.admits(each.candidate().cost()))
        .filter(each -> {
          Scored rival = each.course() == null || each.course().rival() == null
              ? null
              : byKey.get(each.course().rival());
          return rival == null || !budget.admits(rival.candidate().cost());
        })
        .count();
  }

  /** Candidates of a status. */
  public long count(Scored.Status status) {
    return evaluated.stream().filter(scored -> scored.status() == status).count();
  }

  /**
   * The content of front.json: {@code format}, {@code version}, {@code objectives} and {@code
   * candidates}, an array of every scored candidate as in the log ({@link SearchLog}), each with
   * {@code onFront}. The same result makes the same text.
   */
  public String toJson() {
    ObjectNode head = ScoredJson.MAPPER.createObjectNode();
    head.put("format", "retort-front").put("version", 1);
    ArrayNode names = head.putArray("objectives");
    objectives.forEach(names::add);
    ImmutableSet<String> onFront =
        front.stream().map(Scored::key).collect(ImmutableSet.toImmutableSet());
    String start = head.toString();
    // A line a candidate: for people who look, and for tools that compare two files.
    return evaluated.stream()
        .map(scored -> ScoredJson.write(scored).put("onFront", onFront.contains(scored.key())))
        .map(ObjectNode::toString)
        .collect(Collectors.joining(
            ",\n", start.substring(0, start.length() - 1) + ",\"candidates\":[\n", "\n]}\n"));
  }
}
