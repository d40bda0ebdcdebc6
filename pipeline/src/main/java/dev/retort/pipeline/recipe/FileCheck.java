package dev.retort.pipeline.recipe;

import dev.retort.data.GlueTask;
import dev.retort.data.Task;
import dev.retort.data.TextCorpus;
import dev.retort.data.image.ImageTask;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Whether the files that a recipe names are there and can be read. */
final class FileCheck {
  private static final String ADVICE =
      "; a relative path is looked up beside the recipe, then in the working directory";

  private final Findings findings;

  FileCheck(Findings findings) {
    this.findings = findings;
  }

  void run() {
    Recipe recipe = findings.recipe();
    if (recipe.task() instanceof TaskRecipe.Files files) {
      file("task.labels", files.labels());
      file("task.train", files.train());
      file("task.dev", files.dev());
      file("task.test", files.test());
    }
    if (recipe.task() instanceof TaskRecipe.Glue glue && recipe.data() != null) {
      glue(GlueTask.parse(glue.name()), recipe.data());
    }
    if (recipe.task() instanceof TaskRecipe.Images images && recipe.data() != null) {
      images(images.name(), recipe.data());
    }
    if (recipe.task() instanceof TaskRecipe.Texts texts) {
      documents("task.train", texts.train());
      documents("task.dev", texts.dev());
      documents("task.test", texts.test());
    }
    if (recipe.task() instanceof TaskRecipe.OfTokens tokens) {
      tokens(tokens);
    }
    if (recipe.data() != null
        && (recipe.task() instanceof TaskRecipe.Language
            || recipe.task() instanceof TaskRecipe.OfTokens tokens && tokens.train() == null)) {
      texts(recipe.data(), recipe.task());
    }
    documents("corpus.text", recipe.corpus().text());
    if (recipe.tokenizer() != null) {
      file("tokenizer.vocabulary", recipe.tokenizer().vocabulary());
    }
    needsTask(recipe);
  }

  private void glue(GlueTask task, Path data) {
    if (!Files.isDirectory(data)) {
      findings.mistake(
          "data",
          "found no folder " + data + "; allowed: the folder of the task's" + " files" + ADVICE);
      return;
    }
    findings.attempt("data", "", () -> task.file(data, Task.Split.TRAIN));
    findings.attempt("data", "", () -> task.file(data, Task.Split.DEV));
  }

  private void images(String name, Path data) {
    if (!Files.isDirectory(data)) {
      findings.mistake(
          "data",
          "found no folder " + data + "; allowed: the folder of the task's images" + ADVICE);
      return;
    }
    ImageTask task = findings.attempt("data", "", () -> ImageTask.open(name, data));
    if (task != null && !task.has(data, Task.Split.TRAIN)) {
      findings.mistake(
          "data",
          "found no training images of " + name + " in " + data + "; allowed: a folder with the"
              + " files of " + name + "; docs/formats.md has their names");
    }
  }

  private void texts(Path data, TaskRecipe task) {
    if (!Files.isDirectory(data)) {
      String name = task instanceof TaskRecipe.Instructed ? "train.jsonl" : "train.txt";
      findings.mistake(
          "data", "found no folder " + data + "; allowed: the folder of " + name + ADVICE);
      return;
    }
    findings.attempt("data", "", () -> TextFiles.in(data, task));
  }

  private void tokens(TaskRecipe.OfTokens task) {
    boolean folders = task instanceof TaskRecipe.Masked;
    String[] keys = {"task.train", "task.dev", "task.test"};
    Path[] files = {task.train(), task.dev(), task.test()};
    for (int i = 0; i < keys.length; i++) {
      if (folders) {
        documents(keys[i], files[i]);
      } else {
        file(keys[i], files[i]);
      }
    }
    if (task instanceof TaskRecipe.Tagged tagged) {
      file("task.labels", tagged.labels());
    }
  }

  /** Documents may lie in a folder. */
  private void documents(String key, @Nullable Path file) {
    if (file != null && Files.isDirectory(file)) {
      findings.attempt(key, "", () -> new TextCorpus(file).files());
    } else {
      file(key, file);
    }
  }

  private void file(String key, @Nullable Path file) {
    if (file != null && !Files.isRegularFile(file)) {
      findings.mistake(
          key,
          "found " + (Files.isDirectory(file) ? "the folder " : "no file ") + file
              + "; allowed: a file" + ADVICE);
    } else if (file != null && !Files.isReadable(file)) {
      findings.mistake(
          key,
          "found " + file + ", which cannot be read; allowed: a readable file;"
              + " change its permissions");
    }
  }

  /** Whatever reads labels or the task's text needs a task. */
  private void needsTask(Recipe recipe) {
    if (recipe.task() != null) {
      return;
    }
    String advice = "; allowed: beside a task; add task and data";
    if (recipe.students() instanceof Students.Given) {
      findings.mistake("student", "found without a task" + advice);
    } else if (recipe.corpus().taskTrain()) {
      findings.mistake("corpus.task-train", "found without a task" + advice);
    }
    if (recipe.teacher() != null && recipe.teacher().train() != null) {
      findings.mistake("teacher.train", "found without a task" + advice);
    }
    if (recipe.finetune() != null) {
      findings.mistake("finetune", "found without a task" + advice);
    }
  }
}
