package dev.retort.distill.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.google.common.collect.ImmutableSet;
import com.google.common.hash.HashCode;
import dev.retort.data.Batch;
import dev.retort.data.Dataset;
import dev.retort.data.Draw;
import dev.retort.data.TextBatch;
import dev.retort.space.UserException;
import dev.retort.supernet.Outputs;
import dev.retort.supernet.Tap;
import dev.retort.supernet.kernel.EagerKernels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CachedTeacherTest {
  private static final Tap HIDDEN = Tap.hidden(2);
  private static final HashCode IDENTITY = HashCode.fromInt(1);

  private final NDManager manager = NDManager.newBaseManager();
  private final TinyTraining tiny = new TinyTraining(manager);
  private final CountingTeacher teacher =
      new CountingTeacher(tiny.teacher(TinyTraining.NET, new EagerKernels()));
  private final List<String> notes = new ArrayList<>();
  private final Path folder;

  CachedTeacherTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @AfterEach
  void close() {
    manager.close();
  }

  /** Twenty texts of the tiny task, each its own row. */
  private static final class Texts implements Dataset<String> {
    private static final int SIZE = 20;

    @Override
    public int size() {
      return SIZE;
    }

    @Override
    public String get(int index) {
      return Integer.toString(index);
    }

    @Override
    public int length(int index) {
      try (NDManager scratch = NDManager.newBaseManager()) {
        return (int)
            TinyTraining.batch(0, index, index + 1, scratch).mask().sum().getFloat();
      }
    }

    @Override
    public float label(int index) {
      return 0;
    }

    @Override
    public Batch batch(NDManager owner, int[] indices, @Nullable Draw draw) {
      TextBatch all = TinyTraining.batch(0, 0, SIZE, owner);
      NDArray rows = owner.create(indices).toType(ai.djl.ndarray.types.DataType.INT64, false);
      return new TextBatch(
          all.ids().get(rows),
          all.types().get(rows),
          all.mask().get(rows),
          all.labels().get(rows),
          indices);
    }
  }

  private CachedTeacher cached(HashCode identity) {
    return new CachedTeacher(teacher, identity, new Texts(), folder, 8, notes::add);
  }

  @Test
  void itGivesWhatTheTeacherGivesAndAsksItOnce() {
    CachedTeacher cached = cached(IDENTITY);
    int[] indices = {17, 3, 3, 0};
    Batch batch = new Texts().batch(manager, indices, null);
    Outputs given = cached.outputs(batch, true, ImmutableSet.of(HIDDEN));
    int asked = teacher.runs();
    assertThat(asked).as("twenty texts in batches of eight, twice").isEqualTo(6);
    assertThat(notes).hasSize(2);
    Outputs again = cached.outputs(batch, true, ImmutableSet.of(HIDDEN));
    Outputs opened = cached(IDENTITY).outputs(batch, true, ImmutableSet.of(HIDDEN));
    assertThat(teacher.runs()).isEqualTo(asked);

    Outputs direct = teacher.outputs(batch, true, ImmutableSet.of(HIDDEN));
    close(given.requireLogits(), direct.requireLogits());
    // Of padding nothing is kept; nothing reads it.
    NDArray mask = ((TextBatch) batch).mask().expandDims(2);
    close(given.tap(HIDDEN), direct.tap(HIDDEN).mul(mask));
    assertThat(again.requireLogits()).isEqualTo(given.requireLogits());
    assertThat(opened.tap(HIDDEN)).isEqualTo(given.tap(HIDDEN));
  }

  private static void close(NDArray found, NDArray expected) {
    assertThat(found.getShape()).isEqualTo(expected.getShape());
    assertThat((double) found.sub(expected).abs().max().getFloat()).isCloseTo(0, within(1e-5));
  }

  @Test
  void anotherTeacherHasAnotherFolder() throws IOException {
    Batch batch = new Texts().batch(manager, new int[] {1}, null);
    cached(IDENTITY).outputs(batch, true, ImmutableSet.of());
    cached(HashCode.fromInt(2)).outputs(batch, true, ImmutableSet.of());
    try (Stream<Path> kept = Files.list(folder)) {
      assertThat(kept).hasSize(2);
    }
    assertThat(notes).hasSize(2);
  }

  @Test
  void damageIsFound() throws IOException {
    Batch batch = new Texts().batch(manager, new int[] {1}, null);
    cached(IDENTITY).outputs(batch, true, ImmutableSet.of());
    try (Stream<Path> all = Files.walk(folder)) {
      Path values = all.filter(each -> each.endsWith("values.f32")).findFirst().orElseThrow();
      byte[] bytes = Files.readAllBytes(values);
      bytes[5] ^= 1;
      Files.write(values, bytes);
    }
    assertThatThrownBy(() -> cached(IDENTITY).outputs(batch, true, ImmutableSet.of()))
        .isInstanceOf(UserException.class)
        .hasMessageContaining("values.f32");
  }

  @Test
  void whatHasNoPlaceIsRefused() {
    Batch batch = new Texts().batch(manager, new int[] {1}, null);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> cached(IDENTITY).outputs(batch, false, ImmutableSet.of(Tap.attention(0))))
        .withMessageContaining("not outputs of shape (8, ");
  }
}
