package dev.retort.data.image;

import com.google.common.collect.ImmutableList;
import dev.retort.data.TextLines;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.jspecify.annotations.Nullable;

/**
 * Faces in whole photos, from the XML of dlib's imglab: {@code image} elements that hold
 * {@code box} elements that hold {@code part} elements, each with a name and a place.
 *
 * <p>An example is one face: the square around its points, 1.5 times as wide as the wider of their
 * extents, black where it reaches out of the photo. Points are in the order of their names. The XML
 * may have no document type, so that nothing else is fetched and nothing grows.
 */
public final class DlibFaces implements ImageSource {
  private static final double MARGIN = 1.5;

  private final ImmutableList<Face> faces;

  /** One face of a photo. */
  private record Face(Path photo, int line, float[] places) {}

  private DlibFaces(ImmutableList<Face> faces) {
    this.faces = faces;
  }

  /**
   * Reads a file, plain or gzip; no photo is decoded yet.
   *
   * @throws dev.retort.space.UserException if it is not such XML, a photo is missing or outside of
   *     its folder, or faces differ in their points
   */
  public static DlibFaces read(Path file) {
    return BinaryFile.read(file, in -> new DlibFaces(new Parser(file, in).read()));
  }

  /** Reads the elements in their order. */
  private static final class Parser {
    private final Path file;
    private final Path folder;
    private final InputStream in;
    private final List<Face> faces = new ArrayList<>();
    private final List<Float> places = new ArrayList<>();
    private final List<String> names = new ArrayList<>();
    private List<String> firstNames = List.of();
    private @Nullable Path photo;

    Parser(Path file, InputStream in) {
      this.file = file;
      this.in = in;
      Path absolute = file.toAbsolutePath().normalize();
      this.folder = absolute.resolveSibling("").normalize();
    }

    ImmutableList<Face> read() {
      XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
      factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
      factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
      try {
        XMLStreamReader xml = factory.createXMLStreamReader(in);
        while (xml.hasNext()) {
          event(xml, xml.next());
        }
      } catch (XMLStreamException e) {
        throw BinaryFile.wrong(
            file, "is broken XML (" + String.valueOf(e.getMessage()).replace('\n', ' ') + ").", e);
      }
      if (faces.isEmpty()) {
        throw TextLines.wrong(file, "has no box with parts in an image. Is it dlib's XML?");
      }
      return ImmutableList.copyOf(faces);
    }

    private void event(XMLStreamReader xml, int event) {
      if (event == XMLStreamConstants.DTD) {
        throw wrong(xml, "a document type is not allowed. Take it out.");
      }
      if (event == XMLStreamConstants.START_ELEMENT) {
        switch (xml.getLocalName()) {
          case "image" -> photo = photo(xml);
          case "part" -> part(xml);
          default -> {}
        }
      } else if (event == XMLStreamConstants.END_ELEMENT && xml.getLocalName().equals("box")) {
        box(xml);
      }
    }

    private Path photo(XMLStreamReader xml) {
      String name = attribute(xml, "file");
      try {
        Path found = folder.resolve(name).normalize();
        if (!found.startsWith(folder)) {
          throw wrong(xml, "the path '" + ListFile.shorten(name) + "' leads out of the folder.");
        }
        if (!Files.isRegularFile(found)) {
          throw wrong(xml, "the file '" + ListFile.shorten(name) + "' is not in the folder.");
        }
        return found;
      } catch (InvalidPathException e) {
        throw wrong(xml, "the path '" + ListFile.shorten(name) + "' is none.");
      }
    }

    private void part(XMLStreamReader xml) {
      String name = attribute(xml, "name");
      if (!names.isEmpty() && names.get(names.size() - 1).compareTo(name) >= 0) {
        throw wrong(xml, "the part '" + ListFile.shorten(name) + "' is out of order.");
      }
      if (names.size() == LandmarkTable.MOST_POINTS) {
        throw wrong(xml, "a face has more than " + LandmarkTable.MOST_POINTS + " parts.");
      }
      names.add(name);
      for (String axis : new String[] {"x", "y"}) {
        String cell = attribute(xml, axis);
        if (!cell.matches("-?[0-9]{1,6}")) {
          throw wrong(xml, "the place '" + ListFile.shorten(cell) + "' is no number of pixels.");
        }
        places.add(Float.parseFloat(cell));
      }
    }

    private void box(XMLStreamReader xml) {
      if (photo == null || names.isEmpty()) {
        throw wrong(xml, "a box must hold parts and stand in an image.");
      }
      if (faces.isEmpty()) {
        firstNames = List.copyOf(names);
      } else if (!firstNames.equals(names)) {
        throw wrong(xml, "the parts of this box are not those of the first one.");
      }
      float[] all = new float[places.size()];
      for (int i = 0; i < all.length; i++) {
        all[i] = places.get(i);
      }
      faces.add(new Face(photo, xml.getLocation().getLineNumber(), all));
      names.clear();
      places.clear();
    }

    private String attribute(XMLStreamReader xml, String name) {
      String value = xml.getAttributeValue(null, name);
      if (value == null) {
        throw wrong(xml, "the element " + xml.getLocalName() + " has no '" + name + "'.");
      }
      return value;
    }

    private RuntimeException wrong(XMLStreamReader xml, String message) {
      return TextLines.wrong(file, xml.getLocation().getLineNumber(), message);
    }
  }

  /** Number of points of each face. */
  public int points() {
    return faces.get(0).places().length / 2;
  }

  @Override
  public int size() {
    return faces.size();
  }

  @Override
  public int classes() {
    return 0;
  }

  @Override
  public ImageExample read(int index) {
    Face face = faces.get(index);
    float[] low = {Float.POSITIVE_INFINITY, Float.POSITIVE_INFINITY};
    float[] high = {Float.NEGATIVE_INFINITY, Float.NEGATIVE_INFINITY};
    for (int i = 0; i < face.places().length; i++) {
      low[i % 2] = Math.min(low[i % 2], face.places()[i]);
      high[i % 2] = Math.max(high[i % 2], face.places()[i]);
    }
    double extent = Math.max(high[0] - low[0], high[1] - low[1]);
    int side = (int) Math.max(1, Math.round(MARGIN * extent));
    if (side > Preprocessing.LARGEST) {
      throw TextLines.wrong(
          face.photo(),
          "has a face that is " + side + " pixels wide, more than " + Preprocessing.LARGEST + ".");
    }
    int left = Math.round((low[0] + high[0] - side) / 2);
    int top = Math.round((low[1] + high[1] - side) / 2);
    return new ImageExample(ImageDecoder.decode(face.photo()), new Target.Points(face.places()))
        .window(top, left, side, side);
  }

  @Override
  public float label(int index) {
    return Float.NaN;
  }

  @Override
  public String name(int index) {
    return faces.get(index).photo() + ", face that ends in line "
        + faces.get(index).line();
  }
}
