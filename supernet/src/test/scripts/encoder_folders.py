"""Makes the folders that EncoderFoldersTest reads: small encoders at random, as transformers saves
them, each with case.json: what it is given and what it answers.

    python3 encoder_folders.py ../resources/encoders

Written with torch 2.13, transformers 5.18. Logits are of all tokens, padding included; the test
compares those of tokens alone.
"""

import json
import os
import sys

import torch
from transformers import BertConfig, BertForMaskedLM, BertForSequenceClassification
from transformers import BertForTokenClassification
from transformers import CamembertConfig, CamembertForMaskedLM
from transformers import DistilBertConfig, DistilBertForMaskedLM, DistilBertForSequenceClassification
from transformers import DistilBertForTokenClassification, DistilBertModel
from transformers import ElectraConfig, ElectraForMaskedLM, ElectraForPreTraining
from transformers import ElectraForSequenceClassification, ElectraForTokenClassification
from transformers import MobileBertConfig, MobileBertForMaskedLM, MobileBertForPreTraining
from transformers import MobileBertForSequenceClassification, MobileBertForTokenClassification
from transformers import RobertaConfig, RobertaForMaskedLM, RobertaForSequenceClassification
from transformers import RobertaForTokenClassification, RobertaModel
from transformers import XLMRobertaConfig, XLMRobertaForSequenceClassification

SIZES = dict(
    vocab_size=30,
    hidden_size=12,
    num_hidden_layers=2,
    num_attention_heads=3,
    intermediate_size=20,
    max_position_embeddings=16,
)
DISTIL = dict(
    vocab_size=30, dim=12, n_layers=2, n_heads=3, hidden_dim=20, max_position_embeddings=16
)


def bert(**more):
    return BertConfig(**SIZES, **more)


def roberta(**more):
    return RobertaConfig(**SIZES, type_vocab_size=1, layer_norm_eps=1e-5, **more)


def electra(**more):
    return ElectraConfig(**SIZES, **{"embedding_size": 8, **more})


def mobile(**more):
    return MobileBertConfig(**SIZES, embedding_size=7, intra_bottleneck_size=9, **more)


def distil(**more):
    return DistilBertConfig(**DISTIL, **more)


CASES = {
    "bert-tokens": (BertForTokenClassification, bert(num_labels=5)),
    "bert-words": (BertForMaskedLM, bert(hidden_act="gelu_new")),
    "bert-regression": (
        BertForSequenceClassification,
        bert(num_labels=1, problem_type="regression", hidden_act="relu"),
    ),
    "roberta": (RobertaModel, roberta()),
    "roberta-classes": (RobertaForSequenceClassification, roberta(num_labels=3)),
    "roberta-tokens": (RobertaForTokenClassification, roberta(num_labels=5)),
    "roberta-words": (RobertaForMaskedLM, roberta(hidden_act="silu")),
    "distilbert": (DistilBertModel, distil(sinusoidal_pos_embds=True)),
    "distilbert-classes": (DistilBertForSequenceClassification, distil(num_labels=3)),
    "distilbert-tokens": (DistilBertForTokenClassification, distil(num_labels=5)),
    "distilbert-words": (DistilBertForMaskedLM, distil(activation="relu")),
    "electra-discriminator": (ElectraForPreTraining, electra()),
    "electra-classes": (ElectraForSequenceClassification, electra(num_labels=3)),
    "electra-classes-as-wide": (
        ElectraForSequenceClassification,
        electra(num_labels=1, embedding_size=12),
    ),
    "electra-tokens": (ElectraForTokenClassification, electra(num_labels=5)),
    "electra-words": (ElectraForMaskedLM, electra()),
    # A case's seed is its place: new ones stand at the end.
    "mobilebert-pretraining": (MobileBertForPreTraining, mobile()),
    "mobilebert-classes": (
        MobileBertForSequenceClassification,
        mobile(num_labels=3, classifier_activation=False, num_feedforward_networks=1),
    ),
    "mobilebert-classes-pooled": (
        MobileBertForSequenceClassification,
        mobile(num_labels=1, use_bottleneck_attention=True, num_feedforward_networks=2),
    ),
    "mobilebert-tokens": (
        MobileBertForTokenClassification,
        mobile(
            num_labels=5,
            normalization_type="layer_norm",
            layer_norm_eps=1e-3,
            hidden_act="gelu",
            num_feedforward_networks=3,
        ),
    ),
    "xlm-roberta-classes": (
        XLMRobertaForSequenceClassification,
        XLMRobertaConfig(**SIZES, type_vocab_size=1, layer_norm_eps=1e-5, num_labels=3),
    ),
    "camembert-words": (
        CamembertForMaskedLM,
        CamembertConfig(**SIZES, type_vocab_size=1, layer_norm_eps=1e-5),
    ),
    "mobilebert-words": (MobileBertForMaskedLM, mobile(layer_norm_eps=1e-5)),
}


def case(name, model):
    torch.manual_seed(7)
    padding = model.config.pad_token_id
    lengths = [9, 4, 1, 7]
    ids = torch.randint(2, 30, (len(lengths), max(lengths)))
    mask = torch.zeros_like(ids)
    for row, length in enumerate(lengths):
        ids[row, length:] = padding
        mask[row, :length] = 1
    likes_roberta = "roberta" in name or "camembert" in name
    if likes_roberta:
        ids[0, 3] = padding  # in the middle: positions are counted by ids, not by the mask
    given = dict(input_ids=ids, attention_mask=mask)
    if "distilbert" not in name and not likes_roberta:
        given["token_type_ids"] = (torch.arange(max(lengths)) > 2).long().expand_as(ids) * mask
    with torch.no_grad():
        outputs = model(**given, output_hidden_states=True)
    if not name.endswith(("discriminator", "pretraining")) and hasattr(outputs, "logits"):
        given["logits"] = outputs.logits
    else:
        given["last_hidden_state"] = outputs.hidden_states[-1]
    return {key: rounded(value.tolist()) for key, value in given.items()}


def rounded(value):
    return [rounded(each) for each in value] if isinstance(value, list) else round(value, 6)


def main(target):
    for seed, (name, (kind, config)) in enumerate(CASES.items()):
        torch.manual_seed(seed)
        model = kind(config).eval()
        with torch.no_grad():
            for key, parameter in model.named_parameters():
                # Large enough that every part shows in the answer.
                parameter.normal_(1.0 if "norm.weight" in key.lower() else 0.0, 0.3)
        folder = os.path.join(target, name)
        model.save_pretrained(folder)
        with open(os.path.join(folder, "case.json"), "w") as file:
            json.dump(case(name, model), file)
            file.write("\n")


main(sys.argv[1])
