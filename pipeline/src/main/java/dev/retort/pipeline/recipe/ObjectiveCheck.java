package dev.retort.pipeline.recipe;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSet;
import dev.retort.distill.objective.Objective;
import dev.retort.space.Architecture;
import dev.retort.space.NearestName;
import dev.retort.space.SubSpace;
import dev.retort.supernet.Network;
import dev.retort.supernet.Tap;
import dev.retort.supernet.kernel.EagerKernels;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Whether the objectives of each training exist, have right options, and what they need. */
final class ObjectiveCheck {
  private final Findings findings;
  private final ObjectiveFactory factory;
  private ImmutableMap<String, Architecture> further = ImmutableMap.of();

  /** Who is trained. */
  private enum Learner {
    TEACHER,
    STUDENT,
    /** A student without a teacher. */
    ALONE
  }

  ObjectiveCheck(Findings findings, ObjectiveFactory factory) {
    this.findings = findings;
    this.factory = factory;
  }

  /** Checks every training of the recipe, as far as teachers and students are known. */
  void run(
      @Nullable Architecture teacher,
      ImmutableMap<String, Architecture> further,
      @Nullable Candidates candidates) {
    Recipe recipe = findings.recipe();
    this.further = further;
    checkCaches(recipe);
    ImmutableList<Architecture> alone =
        teacher == null ? ImmutableList.of() : ImmutableList.of(teacher);
    TrainingRecipe training = recipe.teacher() == null ? null : recipe.teacher().train();
    if (training != null) {
      check(
          "teacher.train.objectives", training.objectives(), true, Learner.TEACHER, alone, teacher);
    }
    if (recipe.students() instanceof Students.Searched searched) {
      superNets(searched.train(), teacher, candidates);
    }
    FinetuneRecipe finetune = recipe.finetune();
    if (finetune != null) {
      // What hangs on a teacher that is not known yet is left unchecked.
      boolean told = teacher != null || recipe.teacher() == null;
      ImmutableList<Architecture> students =
          candidates == null || !told ? ImmutableList.of() : candidates.checked();
      finetuning(finetune, students, recipe.teacher(), teacher);
    }
  }

  private void superNets(
      TrainRecipe train, @Nullable Architecture teacher, @Nullable Candidates candidates) {
    if (!(candidates instanceof Candidates.Searched found) || teacher == null) {
      ImmutableList<Architecture> alone =
          teacher == null ? ImmutableList.of() : ImmutableList.of(teacher);
      check("train.objectives", train.objectives(), false, Learner.STUDENT, alone, null);
      return;
    }
    for (SubSpace sub : found.partition().subSpaces()) {
      TrainRecipe own = train.of(sub.name());
      boolean shared = own.objectives().equals(train.objectives());
      String key =
          shared ? "train.objectives" : "train.per-sub-space." + sub.name() + ".objectives";
      check(key, own.objectives(), false, Learner.STUDENT, Members.of(sub.space()), teacher);
    }
  }

  private void finetuning(
      FinetuneRecipe finetune,
      ImmutableList<Architecture> students,
      @Nullable TeacherRecipe given,
      @Nullable Architecture teacher) {
    Learner learner = given == null ? Learner.ALONE : Learner.STUDENT;
    // Without a teacher what objectives need of the student can be told all the same.
    Architecture from = given == null && !students.isEmpty() ? students.get(0) : teacher;
    for (int i = 0; i < finetune.before().size(); i++) {
      TrainingRecipe earlier = finetune.before().get(i);
      String key = "finetune.before[" + i + "]";
      check(key + ".objectives", earlier.objectives(), true, learner, students, from);
      checkFrozen(key, earlier, students);
    }
    checkFrozen("finetune", finetune.train(), students);
    check("finetune.objectives", finetune.train().objectives(), true, learner, students, from);
    finetune
        .compare()
        .forEach((name, terms) ->
            check("finetune.compare." + name, terms, true, learner, students, from));
    finetune
        .baselineTrain()
        .forEach((name, train) -> check(
            "finetune.baseline-train." + name + ".objectives",
            train.objectives(),
            true,
            learner,
            students,
            from));
  }

  private void check(
      String key,
      List<Term> terms,
      boolean labels,
      Learner learner,
      ImmutableList<Architecture> students,
      @Nullable Architecture teacher) {
    for (int i = 0; i < terms.size(); i++) {
      Term term = terms.get(i);
      String at = key + "[" + i + "]." + term.name();
      Objective objective =
          findings.attempt(at, "", () -> factory.create(term.name(), term.options()));
      if (objective != null && teacher != null && named(at, term)) {
        Architecture own =
            term.teacher() == null ? teacher : further.getOrDefault(term.teacher(), teacher);
        check(at, objective, labels, learner, students, own);
        if (!students.isEmpty()) {
          checkEnsemble(at, term, objective, students.get(0), own);
        }
      }
    }
  }

  /** Whether each pattern of what is frozen names tensors, and something is left to train. */
  private void checkFrozen(String key, TrainingRecipe training, List<Architecture> students) {
    if (students.isEmpty()) {
      return;
    }
    Architecture student = students.get(0);
    Set<String> names = student.blueprint().byName().keySet();
    for (int i = 0; i < training.freeze().size(); i++) {
      if (TensorPattern.matching(training.freeze().subList(i, i + 1), names).isEmpty()) {
        findings.mistake(
            key + ".freeze[" + i + "]",
            "found " + training.freeze().get(i) + ", which no tensor of " + student
                + " is called; allowed: names such as " + names.iterator().next()
                + ", in which * stands for anything");
      }
    }
    if (TensorPattern.matching(training.freeze(), names).size() == names.size()) {
      findings.mistake(
          key + ".freeze", "found every tensor of " + student + "; allowed: some; leave some out");
    }
  }

  /** Outputs that are kept are those of examples as they are. */
  private void checkCaches(Recipe recipe) {
    Stream<TeacherRecipe> networks = Stream.concat(
        Stream.ofNullable(recipe.teacher()),
        recipe.teachers().values().stream().map(FurtherTeacher::alone).filter(Objects::nonNull));
    if (networks.noneMatch(each -> each.cache() != null)) {
      return;
    }
    List<String> altered = new ArrayList<>();
    if (recipe.students() instanceof Students.Searched searched
        && Stream.concat(
                Stream.of(searched.train()), searched.train().perSubSpace().values().stream())
            .anyMatch(each -> alters(each.maskInputs(), each.augment()))) {
      altered.add(recipe.images() ? "train.augment" : "train.mask-inputs");
    }
    FinetuneRecipe finetune = recipe.finetune();
    if (finetune != null
        && Stream.of(
                Stream.of(finetune.train()),
                finetune.before().stream(),
                finetune.baselineTrain().values().stream())
            .flatMap(each -> each)
            .anyMatch(each -> alters(each.wordDropout(), each.augment()))) {
      altered.add(recipe.images() ? "finetune.augment" : "finetune.word-dropout");
    }
    for (String key : altered) {
      findings.mistake(
          key,
          "found examples altered at random beside a teacher's cache; allowed: examples as they"
              + " are, whose outputs can be kept; take one of the two out");
    }
  }

  private static boolean alters(@Nullable Double words, @Nullable AugmentRecipe images) {
    return (words != null && words > 0) || (images != null && !images.equals(AugmentRecipe.NONE));
  }

  /** Whether the teacher that a term names is one of the recipe's. */
  private boolean named(String at, Term term) {
    String name = term.teacher();
    Set<String> others = findings.recipe().teachers().keySet();
    if (name == null || name.equals(TeacherRecipe.FIRST) || others.contains(name)) {
      return true;
    }
    List<String> allowed = new ArrayList<>(List.of(TeacherRecipe.FIRST));
    allowed.addAll(others);
    findings.mistake(
        at + ".teacher",
        "found " + name + "; allowed: " + String.join(", ", allowed)
            + NearestName.advice(name, allowed) + "; teachers has further ones");
    return false;
  }

  /** An ensemble has logits alone. */
  private void checkEnsemble(
      String at, Term term, Objective objective, Architecture student, Architecture teacher) {
    FurtherTeacher named =
        term.teacher() == null ? null : findings.recipe().teachers().get(term.teacher());
    if (named == null || named.alone() != null) {
      return;
    }
    Objective.Needs needs = findings.attempt(at, "", () -> objective.needs(student, teacher));
    if (needs != null && !needs.teacherTaps().isEmpty()) {
      findings.mistake(
          at + ".teacher",
          "found the ensemble " + term.teacher() + " for an objective that reads "
              + needs.teacherTaps().iterator().next().name()
              + "; allowed: a single teacher; an ensemble has logits alone");
    }
  }

  private void check(
      String at,
      Objective objective,
      boolean labels,
      Learner learner,
      ImmutableList<Architecture> students,
      Architecture teacher) {
    for (Architecture student : students) {
      Objective.Needs needs = findings.attempt(at, "", () -> objective.needs(student, teacher));
      if (needs == null) {
        // The others of the space are refused for the same reason.
        return;
      }
      String unfit = unfit(objective, needs);
      if (unfit != null) {
        findings.mistake(at, unfit);
        return;
      }
      if (needs.labels() && !labels) {
        findings.mistake(
            at,
            "found an objective that reads labels; allowed here: those that do not,"
                + " as SuperLMs are trained on text without labels; put it into"
                + " finetune.objectives");
        return;
      }
      if (needs.teacher() && learner != Learner.STUDENT) {
        findings.mistake(
            at,
            "found an objective that reads a teacher; allowed here: those that do not, as "
                + (learner == Learner.TEACHER
                    ? "this trains the teacher; put it into train or finetune"
                    : "the recipe has none; add teacher, or write cross-entropy"));
        return;
      }
    }
    if (!students.isEmpty() && known(at, objective, students.get(0), teacher)) {
      known(at, objective, students.get(students.size() - 1), teacher);
    }
  }

  private @Nullable String unfit(Objective objective, Objective.Needs needs) {
    return switch (findings.recipe().subject()) {
      case LANGUAGE -> LanguageCheck.unfit(objective, needs);
      case WORDS, TAGS -> TokenCheck.unfit(objective, needs);
      case TEXT, IMAGES -> null;
    };
  }

  /** Whether student and teacher have the taps that it reads, and its own tensors can be made. */
  private boolean known(
      String at, Objective objective, Architecture student, Architecture teacher) {
    return findings.attempt(at, "", () -> {
          Objective.Needs needs = objective.needs(student, teacher);
          requireTaps(student, needs.studentTaps());
          requireTaps(teacher, needs.teacherTaps());
          return objective.extras(student, teacher);
        })
        != null;
  }

  private static void requireTaps(Architecture architecture, ImmutableSet<Tap> taps) {
    if (taps.isEmpty()) {
      return;
    }
    ImmutableSet<Tap> there = Network.of(architecture, new EagerKernels()).taps();
    for (Tap tap : taps) {
      if (!there.contains(tap)) {
        throw new IllegalArgumentException("found an objective that reads " + tap.name()
            + ", which a network of the family " + architecture.family().name()
            + " does not have; allowed here: those that read what it has, such as kd");
      }
    }
  }
}
