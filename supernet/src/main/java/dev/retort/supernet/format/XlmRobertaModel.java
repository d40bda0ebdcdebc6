package dev.retort.supernet.format;

/**
 * XLM-RoBERTa (Conneau et al., ACL 2020): RoBERTa of a hundred languages, of the same
 * network and names of tensors, {@code XLMRobertaModel} and the same heads of transformers. A
 * student is written as RoBERTa.
 */
public final class XlmRobertaModel extends RobertaModel {
  @Override
  public String type() {
    return "xlm-roberta";
  }

  @Override
  EncoderConfig keys() {
    return EncoderConfig.LIKE_BERT;
  }

  @Override
  public boolean written() {
    return false;
  }
}
