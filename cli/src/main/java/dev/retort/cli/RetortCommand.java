package dev.retort.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The command without a verb: says what verbs there are. */
@Command(
    name = "retort",
    header = "Distils a large network into small ones chosen for a budget.",
    synopsisHeading = "%nUsage: ",
    synopsisSubcommandLabel = "VERB",
    descriptionHeading = "%n",
    optionListHeading = "%nOptions:%n",
    commandListHeading = "%nVerbs:%n",
    exitCodeListHeading = ExitCode.HEADING,
    exitCodeList = {
      ExitCode.DONE_LINE,
      ExitCode.BUG_LINE,
      ExitCode.USAGE_LINE,
      ExitCode.INPUT_LINE,
      ExitCode.NO_STUDENT_LINE,
      ExitCode.RESOURCE_LINE,
      ExitCode.DIFFERENT_LINE,
      ExitCode.INTERRUPTED_LINE,
      ExitCode.TERMINATED_LINE
    },
    footerHeading = "%nExample:%n",
    footer = {
      "  retort run examples/quickstart.yaml",
      "",
      "retort VERB --help says more of a verb. JAVA_OPTS is given to the JVM."
    },
    versionProvider = RetortCommand.Version.class)
final class RetortCommand implements Callable<Integer> {
  private final Console console;

  @Spec
  private CommandSpec spec = CommandSpec.create();

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Says what this is and how it is called.")
  private boolean help;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Prints the version.")
  private boolean version;

  RetortCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() {
    spec.commandLine().usage(console.err());
    return ExitCode.USAGE;
  }

  /** The version of the jar. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version = Main.class.getPackage().getImplementationVersion();
      return new String[] {
        "retort " + (version == null ? "development" : version), "picocli " + CommandLine.VERSION
      };
    }
  }
}
