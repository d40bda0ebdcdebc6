package dev.retort.space.text;

import com.google.common.collect.ImmutableList;
import com.google.common.collect.ImmutableMap;
import dev.retort.space.Families;
import dev.retort.space.Family;

/** The decoders. */
public final class DecoderFamilies implements Families.Provider {
  @Override
  public ImmutableList<Family> families() {
    return ImmutableList.of(
        DecoderFamily.GPT2, DecoderFamily.OPT, DecoderFamily.LLAMA, DecoderFamily.NEOX);
  }

  /** GPT-2, OPT, small Llamas and Pythia (Biderman et al., ICML 2023), as their publishers say. */
  @Override
  public ImmutableMap<String, String> models() {
    ImmutableMap.Builder<String, String> models = ImmutableMap.builder();
    models.put("gpt2", "gpt2:layers=12,hidden=768,heads=12,ratio=4");
    models.put("gpt2-medium", "gpt2:layers=24,hidden=1024,heads=16,ratio=4");
    models.put("gpt2-large", "gpt2:layers=36,hidden=1280,heads=20,ratio=4");
    models.put("gpt2-xl", "gpt2:layers=48,hidden=1600,heads=25,ratio=4");
    models.put("opt-125m", "opt:layers=12,hidden=768,heads=12,ratio=4");
    models.put("opt-350m", "opt:layers=24,hidden=1024,heads=16,ratio=4,norm=after,embedding=512");
    models.put("opt-1.3b", "opt:layers=24,hidden=2048,heads=32,ratio=4");
    models.put("opt-2.7b", "opt:layers=32,hidden=2560,heads=32,ratio=4,head-size=80");
    models.put("opt-6.7b", "opt:layers=32,hidden=4096,heads=32,ratio=4,head-size=128");
    models.put(
        "stories260k",
        "llama:layers=5,hidden=64,heads=8,intermediate=172,head-size=8,heads-per-group=2,"
            + "vocabulary=512,positions=512,tied=yes,rotary=pairs,norm-epsilon=0.00001");
    models.put(
        "tinyllama-1.1b",
        "llama:layers=22,hidden=2048,heads=32,intermediate=5632,heads-per-group=8,"
            + "norm-epsilon=0.00001");
    models.put("llama-7b", "llama:layers=32,hidden=4096,heads=32,intermediate=11008,head-size=128");
    models.put("pythia-70m", pythia(6, 512, 8, 64));
    models.put("pythia-160m", pythia(12, 768, 12, 64));
    models.put("pythia-410m", pythia(24, 1024, 16, 64));
    models.put("pythia-1b", pythia(16, 2048, 8, 256));
    models.put("pythia-1.4b", pythia(24, 2048, 16, 128));
    models.put("pythia-2.8b", pythia(32, 2560, 32, 80));
    return models.buildOrThrow();
  }

  @Override
  public ImmutableMap<String, String> accountings() {
    ImmutableMap.Builder<String, String> accountings = ImmutableMap.builder();
    for (String name : models().keySet()) {
      if (name.startsWith("pythia")) {
        accountings.put(name, "non-embedding");
      } else if (name.startsWith("opt") && !name.equals("opt-350m")) {
        accountings.put(name, "no-offset");
      }
    }
    return accountings.buildOrThrow();
  }

  private static String pythia(int layers, int hidden, int heads, int headSize) {
    return "gpt-neox:layers=" + layers + ",hidden=" + hidden + ",heads=" + heads
        + ",ratio=4,head-size=" + headSize;
  }
}
