package dev.retort.supernet;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.Architecture;
import java.util.ServiceLoader;
import java.util.function.Function;

/** The networks of the families: those that a {@link Provider} on the class path offers. */
public final class Networks {
  private static final ImmutableMap<String, Function<Architecture, ImmutableList<Block>>> ALL =
      load();

  /** Offers networks; named in {@code META-INF/services/dev.retort.supernet.Networks$Provider}. */
  public interface Provider {
    /** How the blocks of an architecture are made, by the name of its family. */
    ImmutableMap<String, Function<Architecture, ImmutableList<Block>>> blocks();
  }

  private Networks() {}

  private static ImmutableMap<String, Function<Architecture, ImmutableList<Block>>> load() {
    ImmutableMap.Builder<String, Function<Architecture, ImmutableList<Block>>> all =
        ImmutableMap.builder();
    for (Provider provider : ServiceLoader.load(Provider.class, Networks.class.getClassLoader())) {
      all.putAll(provider.blocks());
    }
    return all.buildOrThrow();
  }

  /**
   * The blocks of an architecture, in order.
   *
   * @throws IllegalArgumentException when no network of its family is there
   */
  public static ImmutableList<Block> blocks(Architecture architecture) {
    String family = architecture.family().name();
    Function<Architecture, ImmutableList<Block>> factory = ALL.get(family);
    if (factory == null) {
      throw new IllegalArgumentException(
          "No network of family (" + family + "); there are those of " + ALL.keySet());
    }
    return factory.apply(architecture);
  }
}
