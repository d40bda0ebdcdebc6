package dev.retort.benchmark.experiment;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableListMultimap;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;

/** The trials of an experiment as Markdown: a row an entrant. */
final class ResultTable {
  private final Fixture.Headline headline;
  private final ImmutableListMultimap<String, Trial> trials;
  private final StringBuilder page = new StringBuilder();

  private ResultTable(Fixture.Headline headline, ImmutableListMultimap<String, Trial> trials) {
    this.headline = headline;
    this.trials = trials;
  }

  /** The table with what stands above it. */
  static String of(
      Fixture fixture,
      ImmutableList<Entrant> entrants,
      ImmutableListMultimap<String, Trial> trials) {
    ResultTable table = new ResultTable(fixture.headline(), trials);
    table.page.append(fixture.about()).append("\n\n").append(fixture.teachers()).append("\n\n");
    table.row(
        "entrant",
        "losses",
        fixture.headline().words() + ", mean (deviation)",
        "with − without, mean",
        "deviation",
        "standard error",
        "reading");
    table.row("---", "---", "---", "---", "---", "---", "---");
    entrants.forEach(table::row);
    table.details(fixture.details(), entrants);
    table.checks(entrants);
    return table.page.toString();
  }

  private void row(Entrant entrant) {
    List<Trial> own = trials.get(entrant.name());
    SummaryStatistics scores = new SummaryStatistics();
    own.forEach(each -> scores.addValue(each.get(headline.measure())));
    int digits = headline.digits();
    String mean = Numbers.fixed(scores.getMean(), digits) + " ("
        + Numbers.fixed(scores.getStandardDeviation(), digits) + ")";
    if (entrant.against().equals(entrant.name())) {
      row(entrant.name(), cell(entrant), mean, "", "", "", "");
      return;
    }
    Paired paired =
        Paired.of(own, trials.get(entrant.against()), each -> each.get(headline.measure()));
    String than = entrant.against().equals(Entrant.PLAIN) ? "" : ", against " + entrant.against();
    row(
        entrant.name(),
        cell(entrant),
        mean,
        Numbers.signed(paired.mean(), digits),
        Numbers.fixed(paired.deviation(), digits),
        Numbers.fixed(paired.standardError(), digits),
        paired.verdict(headline.higher()) + than);
  }

  private static String cell(Entrant entrant) {
    String from = entrant.teacher().equals(Entrant.TEACHER) ? "" : ", from " + entrant.teacher();
    String on = entrant.data().isEmpty() ? "" : ", on " + entrant.data();
    return "`" + entrant.losses() + "`" + from + on;
  }

  private void details(List<Fixture.Headline> measures, List<Entrant> entrants) {
    if (measures.isEmpty()) {
      return;
    }
    page.append('\n');
    row(Stream.concat(Stream.of("entrant, means"), measures.stream().map(Fixture.Headline::words))
        .toArray(String[]::new));
    row(Stream.concat(Stream.of("---"), measures.stream().map(each -> "---"))
        .toArray(String[]::new));
    for (Entrant entrant : entrants) {
      row(Stream.concat(
              Stream.of(entrant.name()), measures.stream().map(each -> detail(entrant, each)))
          .toArray(String[]::new));
    }
  }

  /** The mean; empty where the entrant has no such thing. */
  private String detail(Entrant entrant, Fixture.Headline measure) {
    boolean measured = trials.get(entrant.name()).stream()
        .allMatch(each -> each.measures().containsKey(measure.measure()));
    return measured ? Numbers.fixed(mean(entrant, measure), measure.digits()) : "";
  }

  private double mean(Entrant entrant, Fixture.Headline measure) {
    return trials.get(entrant.name()).stream()
        .mapToDouble(each -> each.get(measure.measure()))
        .average()
        .orElseThrow();
  }

  private void checks(ImmutableList<Entrant> entrants) {
    String all = entrants.stream()
        .flatMap(entrant -> entrant.checks().stream()
            .map(check -> "- `" + entrant.name() + "`: "
                + check.verdict(
                    trials.get(entrant.name()),
                    trials.get(check.other().isEmpty() ? entrant.name() : check.other()))))
        .collect(Collectors.joining("\n"));
    if (!all.isEmpty()) {
      page.append("\nSharper checks, which are to hold on every seed:\n\n")
          .append(all)
          .append('\n');
    }
  }

  private void row(String... cells) {
    page.append("| ").append(String.join(" | ", cells)).append(" |\n");
  }
}
