package dev.retort.space;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import com.google.common.collect.ImmutableSortedMap;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * The families that there are: those that a {@link Provider} on the class path offers. A program
 * can bring families of its own.
 */
public final class Families {
  private static final ImmutableList<Provider> PROVIDERS = providers();
  private static final ImmutableMap<String, Family> ALL = load();

  /** Offers families; named in {@code META-INF/services/dev.retort.space.Families$Provider}. */
  public interface Provider {
    /** The families; each name is offered once. */
    ImmutableList<Family> families();

    /**
     * Published models of these families that may be named instead of spelt out: the text of an
     * {@link Architecture} by name, in the order in which they are listed. A name is offered once,
     * by one provider, and has no colon.
     */
    default ImmutableMap<String, String> models() {
      return ImmutableMap.of();
    }

    /**
     * The name of the {@link Accounting} that the figures of a model were published with, by the
     * model's name; those that it does not have were counted exactly.
     */
    default ImmutableMap<String, String> accountings() {
      return ImmutableMap.of();
    }

    /** Published search spaces of these families, for {@link Presets}; a name is offered once. */
    default ImmutableList<Preset> presets() {
      return ImmutableList.of();
    }
  }

  private Families() {}

  private static ImmutableList<Provider> providers() {
    return ImmutableList.copyOf(
        ServiceLoader.load(Provider.class, Families.class.getClassLoader()));
  }

  private static ImmutableMap<String, Family> load() {
    ImmutableSortedMap.Builder<String, Family> all = ImmutableSortedMap.naturalOrder();
    for (Provider provider : PROVIDERS) {
      provider.families().forEach(family -> all.put(family.name(), family));
    }
    return all.buildOrThrow();
  }

  /** Every family by name. */
  public static ImmutableMap<String, Family> all() {
    return ALL;
  }

  /** The family of that name, or null. */
  public static @Nullable Family find(String name) {
    return ALL.get(name);
  }

  /** The architectures, as text, of all published models that have a name. */
  public static ImmutableMap<String, String> models() {
    ImmutableMap.Builder<String, String> models = ImmutableMap.builder();
    PROVIDERS.forEach(provider -> models.putAll(provider.models()));
    return models.buildOrThrow();
  }

  /** The accountings of published models that were not counted exactly, by the model's name. */
  static ImmutableMap<String, String> accountings() {
    ImmutableMap.Builder<String, String> accountings = ImmutableMap.builder();
    PROVIDERS.forEach(provider -> accountings.putAll(provider.accountings()));
    return accountings.buildOrThrow();
  }

  /** The published search spaces of all families. */
  static ImmutableList<Preset> presets() {
    return PROVIDERS.stream()
        .flatMap(provider -> provider.presets().stream())
        .collect(ImmutableList.toImmutableList());
  }
}
