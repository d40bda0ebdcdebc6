package dev.retort.supernet.format;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.common.collect.ImmutableList;
import dev.retort.space.Architecture;
import dev.retort.supernet.Weights;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * BERT: {@code BertModel} and {@code BertForSequenceClassification} of transformers.
 *
 * <p>A file without classifier reads as {@code classes=0}; one without pooler too as {@code
 * pooling=first}. {@code pooling=first} is written as a pooler that passes the first token through.
 */
public final class BertModel implements HuggingFaceModel {
  @Override
  public String type() {
    return "bert";
  }

  @Override
  public String family() {
    return "bert";
  }

  @Override
  public Described read(ConfigFile config) {
    return new Read(new BertConfigReader(config).read());
  }

  /** What a file says. */
  private record Read(BertConfig config) implements Described {
    @Override
    public Optional<String> blueprintName(String fileName) {
      return BertNames.isKnownExtra(fileName)
          ? Optional.empty()
          : Optional.of(BertNames.blueprintName(fileName));
    }

    @Override
    public Architecture architecture(Contents contents) {
      boolean classifier = contents.hasBelow("classifier.");
      boolean pooler = contents.hasBelow("bert.pooler.");
      return config.architecture(
          classifier ? config.labels().size() : 0, classifier || pooler ? "pooler" : "first");
    }

    @Override
    public ImmutableList<String> labels() {
      return config.labels();
    }

    @Override
    public @Nullable Boolean lowerCase() {
      return config.lowerCase();
    }
  }

  @Override
  public Optional<Refusal> refusal(Architecture architecture) {
    return PlainBert.refusal(architecture);
  }

  @Override
  public ObjectNode config(Architecture architecture, ImmutableList<String> labels) {
    return BertConfig.of(architecture, labels).json();
  }

  @Override
  public Map<String, NDArray> tensors(Weights weights, NDManager scratch) {
    boolean pass = weights.architecture().word("pooling").equals("first")
        && weights.architecture().integer("classes") > 0;
    return pass ? PassingPooler.tensors(weights, scratch) : weights.tensors();
  }
}
