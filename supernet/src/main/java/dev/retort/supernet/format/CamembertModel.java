package dev.retort.supernet.format;

/**
 * CamemBERT (Martin et al., ACL 2020): RoBERTa of French, of the same
 * network and names of tensors, {@code CamembertModel} and the same heads of transformers. A
 * student is written as RoBERTa.
 */
public final class CamembertModel extends RobertaModel {
  @Override
  public String type() {
    return "camembert";
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
