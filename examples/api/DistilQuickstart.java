import dev.retort.pipeline.Progress;
import dev.retort.pipeline.Retort;
import dev.retort.pipeline.RunResult;
import java.nio.file.Path;
import java.util.Locale;

/** From a teacher and two budgets to two fine-tuned, exported students. */
public final class DistilQuickstart {
  public static void main(String[] arguments) {
    Progress progress = new Progress() {
      @Override
      public void started(String name, String what, long steps) {
        System.out.println(name + ": " + what);
      }
    };
    RunResult result = Retort.recipe(Path.of("examples/quickstart.yaml"), "seed=3")
        .listening(progress)
        .run(Path.of("runs/quickstart-3")); // run again after a stop, it goes on
    System.out.printf(Locale.ROOT, "teacher %.3f%n", result.teacher().value());
    for (RunResult.Student student : result.students()) {
      System.out.printf(Locale.ROOT, "%s: %,d MACs, %.3f, in %s%n", student.architecture(),
          student.cost().macs(), student.score().value(), student.folder());
    }
  }
}
