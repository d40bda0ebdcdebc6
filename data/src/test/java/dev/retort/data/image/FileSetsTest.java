package dev.retort.data.image;

import static dev.retort.data.TestFiles.assertRefused;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.retort.data.Dataset;
import dev.retort.data.Task.Split;
import dev.retort.data.TestFiles;
import dev.retort.space.RandomStreams;
import dev.retort.space.UserException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Folders and lists of image files, pairs and tables: what is read and what is refused. */
final class FileSetsTest {
  private final Path folder;

  FileSetsTest(@TempDir Path folder) {
    this.folder = folder;
  }

  @Test
  void classesAreFoldersSortedByName() throws IOException {
    image("train/b/2.png", 4);
    image("train/b/1.JPG", 4);
    image("train/a/x.jpeg", 4);
    image("val/b/1.png", 4);
    image("test/a/.hidden", 4);
    image("test/a/1.png", 4);
    write("train/README.md", "about");
    ImageTask task = ImageTask.open("image-folder", folder);
    assertThat(task.labels()).containsExactly("a", "b");
    ImageTask.Parts parts =
        task.parts(folder, Preprocessing.of(3, PixelScaling.UNIT), 0.1, new RandomStreams(1));
    assertThat(parts.train().size()).isEqualTo(3);
    assertThat(((ImageDataset) parts.train()).source().name(1)).endsWith("1.JPG");
    assertThat(parts.dev().label(0)).isEqualTo(1f);
    assertThat(parts.test()).isNotNull();
  }

  @Test
  void aDevPartIsCutOffBySeedWhereThereIsNone() throws IOException {
    for (int i = 0; i < 20; i++) {
      image((i % 2 == 0 ? "cat/" : "dog/") + i + ".png", 4);
    }
    ImageTask task = ImageTask.open("image-folder", folder);
    ImageTask.Parts parts =
        task.parts(folder, Preprocessing.of(3, PixelScaling.UNIT), 0.25, new RandomStreams(1));
    assertThat(parts.train().size()).isEqualTo(15);
    assertThat(parts.dev().size()).isEqualTo(5);
    assertThat(parts.test()).isNull();
    assertThatThrownBy(() ->
            task.parts(folder, Preprocessing.of(3, PixelScaling.UNIT), 0, new RandomStreams(1)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void foldersThatAreNoClassesAreRefused() throws IOException {
    image("train/a/1.png", 4);
    assertRefused(() -> ImageTask.open("image-folder", folder), "train", "has 1 folders where");
    image("train/b/1.png", 4);
    image("val/c/1.png", 4);
    ImageTask task = ImageTask.open("image-folder", folder);
    refused(task, Split.DEV, "c", "is no folder of a class of the training part. Allowed: a, b.");
    refused(task, Split.TEST, folder.toString(), "has no folder test.");
    write("train/a/notes.txt", "x");
    refused(task, Split.TRAIN, "notes.txt", "is no image by its name");
    Files.delete(folder.resolve("train/a/notes.txt"));
    Files.createDirectory(folder.resolve("train/empty"));
    refused(ImageTask.open("image-folder", folder), Split.TRAIN, "empty", "is an empty folder of");
    assertRefused(
        () -> ImageTask.open("image-folder", folder.resolve("gone")), "gone", "is no folder");
  }

  @Test
  void brokenFilesAreNamedWhenTheyAreDecoded() throws IOException {
    image("a/1.png", 4);
    image("b/1.png", 4);
    write("b/2.png", "no image");
    ImageTask task = ImageTask.open("image-folder", folder);
    Dataset<ImageExample> images = task.read(folder, Split.TRAIN, task.preprocessing());
    assertRefused(() -> images.prepare(new int[] {0, 2}, null), "2.png", "is no PNG and no JPEG");
  }

  @Test
  void imagesOfOtherSizesNeedASize() throws IOException {
    image("a/1.png", 4);
    image("b/1.png", 6);
    ImageTask task = ImageTask.open("image-folder", folder);
    Dataset<ImageExample> images =
        task.read(folder, Split.TRAIN, Preprocessing.of(3, PixelScaling.UNIT));
    assertRefused(() -> images.prepare(new int[] {0, 1}, null), "1.png", "is 6 x 6 where");
  }

  @Test
  void listsHaveClassesByNameOrIndex() throws IOException {
    image("x/1.png", 4);
    image("x/2.png", 4);
    write("train.tsv", "x/1.png\tzebra\nx/2.png\tape\n");
    ImageTask named = ImageTask.open("image-list", folder);
    assertThat(named.labels()).containsExactly("ape", "zebra");
    assertThat(read(named, Split.TRAIN).label(0)).isEqualTo(1f);
    write("test.tsv", "file\tclass\tmore\nx/1.png\t2\tcells\n");
    write("train.tsv", "x/2.png\t0\n");
    ImageTask numbered = ImageTask.open("image-list", folder);
    assertThat(numbered.labels()).containsExactly("0", "1", "2");
    write("classes.txt", "ape\nbear\nzebra\n");
    ImageTask listed = ImageTask.open("image-list", folder);
    assertThat(listed.labels()).containsExactly("ape", "bear", "zebra");
    assertThat(read(listed, Split.TEST).label(0)).isEqualTo(2f);
  }

  @Test
  void listsThatLeadAstrayAreRefused() throws IOException {
    image("x/1.png", 4);
    write("classes.txt", "ape\nbear\n");
    ImageTask task = ImageTask.open("image-list", folder);
    listRefused(task, "x/1.png\tzebra\n", ":1: the class 'zebra' is unknown. Allowed: a name of");
    listRefused(task, "x/1.png\t2\n", "or 0 to 1");
    listRefused(task, "file\tclass\nx/2.png\tape\n", ":2: the file 'x/2.png' is not in the list");
    listRefused(task, "../1.png\tape\n", "leads out of the list's folder");
    listRefused(task, "/etc/passwd\tape\n", "leads out of the list's folder");
    listRefused(task, "x/1.png ape\n", "has 1 columns where 2 are expected");
    listRefused(task, "x\0y.png\tape\n", "is none");
    listRefused(task, "file\tclass\n", "has a header but no image");
    refused(task, Split.DEV, folder.toString(), "has no list dev.tsv or val.tsv");
    write("classes.txt", "ape\nape\n");
    assertRefused(() -> ImageTask.open("image-list", folder), "classes.txt", "stands in line 1");
    write("classes.tsv", "index\tname\n1\tape\n");
    assertRefused(() -> ImageTask.open("image-list", folder), "classes.tsv:2", "the index 0, a");
  }

  @Test
  void masksMustBePairedAndFit() throws IOException {
    image("images/1.png", 4);
    image("masks/2.png", 4);
    assertRefused(() -> SegmentationPairs.open(folder, 2), "1.png", "has no mask");
    image("images/2.png", 5);
    Files.delete(folder.resolve("images/1.png"));
    assertRefused(() -> SegmentationPairs.open(folder, 2).read(0), "2.png", "colours where");
    image("masks/3.png", 4);
    assertRefused(() -> SegmentationPairs.open(folder, 2), "3.png", "is a mask of no image");
  }

  @Test
  void landmarksMustBeNumbersAndAsMany() throws IOException {
    image("1.png", 4);
    tableRefused("1.png\t1\t2\t3\n", ":1: has 3 numbers where x and y");
    tableRefused("1.png\t1\t2\n1.png\t1\t2\t3\t4\n", ":2: has 2 points where the first line has 1");
    tableRefused("1.png\t1\tNaN\n", "the place 'NaN' is no number");
    tableRefused("1.png\t1\n", "has 2 columns where 3 are expected");
    Path file = TestFiles.write(folder, "table.tsv", "1.png\t-1.5\t2\n");
    Target.Points points = (Target.Points) LandmarkTable.read(file).read(0).target();
    assertThat(points.places()).containsExactly(-1.5f, 2f);
  }

  @Test
  void xmlFetchesNothingAndGrowsNothing() throws IOException {
    image("1.png", 4);
    xmlRefused("<!DOCTYPE a [<!ENTITY b 'c'>]><dataset>&b;</dataset>", "document type");
    xmlRefused("<dataset><image file='../1.png'/></dataset>", "leads out of the folder");
    xmlRefused("<dataset><image file='2.png'/></dataset>", "is not in the folder");
    xmlRefused("<dataset><image file='1.png'><box></box></image></dataset>", "a box must hold");
    xmlRefused("<dataset>", "is broken XML");
    xmlRefused("<dataset></dataset>", "has no box");
    xmlRefused(
        "<dataset><image file='1.png'><box><part name='0' x='1e9' y='2'/></box></image></dataset>",
        "the place '1e9' is no number");
  }

  private void xmlRefused(String xml, String message) throws IOException {
    Path file = TestFiles.write(folder, "faces.xml", xml);
    assertRefused(() -> DlibFaces.read(file), "faces.xml", message);
  }

  private void tableRefused(String table, String message) throws IOException {
    Path file = TestFiles.write(folder, "table.tsv", table);
    assertRefused(() -> LandmarkTable.read(file), "table.tsv", message);
  }

  private void listRefused(ImageTask task, String list, String message) throws IOException {
    write("train.tsv", list);
    refused(task, Split.TRAIN, "train.tsv", message);
  }

  private void refused(ImageTask task, Split split, String where, String message) {
    assertRefused(() -> read(task, split), where, message);
  }

  private Dataset<ImageExample> read(ImageTask task, Split split) throws UserException {
    return task.read(folder, split, task.preprocessing());
  }

  private void write(String name, String text) throws IOException {
    TestFiles.write(folder, name, text);
  }

  private void image(String name, int side) throws IOException {
    Path file = folder.resolve(name);
    Path parent = file.getParent();
    if (parent != null) {
      Files.createDirectories(parent);
    }
    Files.write(file, HostileImagesTest.encoded("png", side, side));
  }
}
