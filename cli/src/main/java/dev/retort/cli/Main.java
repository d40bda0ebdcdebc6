package dev.retort.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** The entry of the {@code retort} command. */
public final class Main {
  private Main() {}

  /** Runs a verb and ends the process with its exit code. */
  public static void main(String[] arguments) {
    WatchedOutput out = new WatchedOutput(new FileOutputStream(FileDescriptor.out));
    Console console = Console.standard(out);
    int code = run(console, arguments);
    System.exit(out.exitCode(code, console));
  }

  /** Runs a verb and gives its exit code. */
  static int run(Console console, String... arguments) {
    int code = commandLine(console).execute(arguments);
    console.out().flush();
    console.err().flush();
    return code;
  }

  /** The command with all its verbs. */
  static CommandLine commandLine(Console console) {
    CommandLine line = new CommandLine(new RetortCommand(console));
    line.addSubcommand(new RunCommand(console))
        .addSubcommand(new ResumeCommand(console))
        .addSubcommand(new ValidateCommand(console))
        .addSubcommand(new SearchCommand(console))
        .addSubcommand(new EvaluateCommand(console))
        .addSubcommand(new ForwardCommand(console))
        .addSubcommand(new GenerateCommand(console))
        .addSubcommand(new ExportCommand(console))
        .addSubcommand(new ReportCommand(console))
        .addSubcommand(new SpacesCommand(console))
        .addSubcommand(new CostCommand(console))
        .addSubcommand(new CommandLine(new ObjectivesCommand(console))
            .addSubcommand(new ObjectivesCheckCommand(console)))
        .addSubcommand(new BenchCommand(console))
        .addSubcommand(new DoctorCommand(console))
        .addSubcommand(new CompletionCommand(console));
    Failures failures = new Failures(console);
    // Plain text in every environment: no control character reaches a file or a pipe.
    return line.setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
        .setOut(console.out())
        .setErr(console.err())
        .setUsageHelpLongOptionsMaxWidth(32)
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setOverwrittenOptionsAllowed(false)
        .setExecutionExceptionHandler(failures)
        .setParameterExceptionHandler(failures);
  }
}
