package dev.retort.pipeline;

import com.google.common.collect.ImmutableMap;
import dev.retort.pipeline.recipe.TeacherRecipe;
import dev.retort.pipeline.recipe.TrainingRecipe;
import dev.retort.supernet.LeadingSlicing;
import dev.retort.supernet.SharedWeights;
import dev.retort.supernet.Weights;
import dev.retort.supernet.format.StudentFolder;
import dev.retort.supernet.format.WholeFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;

/** The first stage: teachers are read or made, trained if asked, measured and kept. */
final class TeacherStage {
  private final Workbench bench;
  private final TaskData<?> data;

  TeacherStage(Workbench bench, TaskData<?> data) {
    this.bench = bench;
    this.data = data;
  }

  /** All teachers, the further ones after the first: trained and kept in the run's folder. */
  Teachers further(Weights first) {
    Map<String, Weights> further = new LinkedHashMap<>();
    bench.recipe.teachers().forEach((each, teacher) -> {
      TeacherRecipe alone = teacher.alone();
      if (alone != null) {
        further.put(each, run(each, alone, new GivenNetwork(bench, alone)));
      }
    });
    return new Teachers(bench, first, further);
  }

  /** The first teacher's weights, trained and kept in the run's folder. */
  Weights first(TeacherRecipe recipe, GivenNetwork network) {
    return run(TeacherRecipe.FIRST, recipe, network);
  }

  private Weights run(String name, TeacherRecipe recipe, GivenNetwork network) {
    boolean first = name.equals(TeacherRecipe.FIRST);
    Path folder = first ? bench.run.teacher() : bench.run.teachers().resolve(name);
    String training = first ? name : "teachers/" + name;
    WholeFolder.cleanStray(Objects.requireNonNull(folder.getParent()));
    if (!Files.isDirectory(folder)) {
      String initial = first ? "teacher/initial" : name + "/initial";
      Weights start = network.start(data.material(), bench.streams(initial), bench.manager);
      TrainingRecipe how = recipe.train();
      if (how != null) {
        Workbench.Course course = new Workbench.Course(
            training,
            bench.run.training(training),
            how,
            data.labelled(how, bench.streams("labels")));
        bench.train(
            course, data, new SharedWeights(start, new LeadingSlicing()), null, how.objectives());
      }
      bench.checkStop();
      keep(bench, data, start, folder);
    }
    return StudentFolder.read(folder, bench.manager).weights();
  }

  /** Writes a model with what makes its input and with its scores. */
  static void keep(Workbench bench, TaskData<?> data, Weights weights, Path folder) {
    Scoring.Scores scores = Scoring.measure(bench, data, weights);
    ImmutableMap<String, String> files = data.material().files();
    StudentFolder.write(
        folder, WholeFolder.Existing.REFUSE, weights, data.material().description(), writer -> {
          for (Map.Entry<String, String> file : files.entrySet()) {
            writer.text(file.getKey(), file.getValue());
          }
          writer.text(Scoring.FILE, scores.json());
        });
  }
}
