"""Writes the tokenizers and expected encodings that the tests of tokenizers are held against.

Needs Python with tokenizers and transformers; run in the repository's root:
    python3 data/src/test/scripts/tokenizer_reference.py [SHARED]
SHARED is the folder of shared data with gpt2-bpe, minilm-l6-h384 and stories260k-decoder.

The tiny vocabularies are trained on the sentences below, which were written for this file.
"""

import gzip
import json
import pathlib
import shutil
import sys
import tempfile

from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers
from transformers import AutoTokenizer

OUT = pathlib.Path("data/src/test/resources/dev/retort/data/tokenizers")
SHARED = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/data")

SENTENCES = [
    "The small network learns what the large network knows.",
    "A retort is a vessel in which liquids are distilled, drop by drop.",
    "When the fire is low, the vapour rises slowly and nothing is lost.",
    "She doesn't count the drops; she weighs the glass before and after.",
    "There were 13 flasks, 208 corks and 1 teacher in the old house.",
    "naïve café, déjà vu; Straße und Öl; señor; 日本語 と 中文; Привет мир",
    "for (int i = 0; i < n; i++) {\n\tsum += x[i];\n}\n",
]

ODD = {
    "empty": "",
    "space": " ",
    "spaces": "   ",
    "spaces within": "the  network   learns",
    "spaces around": "  the network  ",
    "plain": "The small network learns what the large network knows.",
    "contractions": "She doesn't, I'll, they've, IT'S",
    "numbers": "13 208 1,000,000.5 -7e-3 ½ ² Ⅷ",
    "tab and newline": "\tthe\n\nnetwork\r\nlearns\rslowly\n",
    "other line ends": "a\u2028b\u2029c\u0085d\u000be\u000cf",
    "control": "a\u0000b\u0001c\u001bd\u007fe\u009ff",
    "null alone": "\u0000",
    "emoji": "I ❤️ this 😀🎉",
    "emoji joined": "👩‍👩‍👧‍👦 👨🏽‍🚀 🏳️‍🌈 🇩🇪🇯🇵",
    "combining": "e\u0301 vs é, a\u0308o\u0323\u0302, Z\u0351\u036b\u0343\u036a\u0302\u036b",
    "zero width": "zero\u200bwidth\u200cnon\u200djoin\ufeffmark\u2060word",
    "soft hyphen": "dis\u00adtil\u00adla\u00adtion",
    "no-break space": "the\u00a0network\u202flearns\u3000slowly",
    "right to left": "שלום עולם مرحبا بالعالم",
    "right to left marks": "\u202eabc\u202c \u200fשלום\u200e",
    "hebrew points": "בְּרֵאשִׁית",
    "cjk": "日本語と中文の文字。全角!",
    "hangul": "안녕하세요 \u1112\u1161\u11ab",
    "thai": "สวัสดีชาวโลก",
    "devanagari": "नमस्ते दुनिया",
    "beyond the first plane": "𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𐍈 𒀀 𠜎",
    "noncharacters": "a\uffffb\ufdd0c\U0010ffffd",
    "private use": "a\ue000b\U000f0000c",
    "replacement": "a\ufffdb\ufffd\ufffd",
    "long word": "x" * 300,
    "long word of bytes": "é" * 120,
    "long mixed word": "distillation" * 30,
    "mark of pieces": "a▁b ▁c ▁▁d",
    "byte names": "<0x41><0xE9> <0x0A>",
    "hashes": "##ing ## # #the",
    "ligatures": "ﬁne ﬂow ½ ㎏ Ａｂｃ",
    "turkish": "İstanbul ıssız IĞDIR",
    "sharp s": "STRASSE Straße ẞ",
    "code": "for (int i = 0; i < n; i++) {\n\tsum += x[i];\n}\n",
    "bert's tokens": "the [MASK] network [SEP] learns [CLS][PAD] [UNK] [mask]",
    "roberta's tokens": "the <mask> network</s>learns<s> <pad> <unk>",
    "gpt-2's token": "the<|endoftext|>network <|endoftext|>",
    "quotes": "“the” ‘net’ «work» „drop“ it’s",
    "punctuation": "...!?—–-_~`^|\\/@$%&*()[]{}",
    "url": "https://example.org/a?b=c&d=%20#e",
    "interlinear": "a\ufff9b\ufffac\ufffb",
}


def byte_level(name, specials_first, specials_last):
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    trainer = trainers.BpeTrainer(
        vocab_size=256 + 90,
        initial_alphabet=sorted(pre_tokenizers.ByteLevel.alphabet()),
        min_frequency=1,
        show_progress=False,
    )
    tokenizer.train_from_iterator(SENTENCES, trainer)
    trained = json.loads(tokenizer.to_str())["model"]
    pieces = specials_first + [p for p, _ in sorted(trained["vocab"].items(), key=lambda e: e[1])]
    folder = OUT / name
    folder.mkdir(parents=True, exist_ok=True)
    vocab = {piece: i for i, piece in enumerate(pieces + specials_last)}
    (folder / "vocab.json").write_text(json.dumps(vocab), encoding="utf-8")
    merges = [m if isinstance(m, str) else " ".join(m) for m in trained["merges"]]
    (folder / "merges.txt").write_text("#version: 0.2\n" + "\n".join(merges) + "\n", encoding="utf-8")
    return folder


def config(folder, values):
    (folder / "tokenizer_config.json").write_text(json.dumps(values, indent=1) + "\n", encoding="utf-8")


def unigram():
    """As T5 and others have it: SentencePiece's Unigram, bytes for what has no piece."""
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC()])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    trainer = trainers.UnigramTrainer(
        vocab_size=150, special_tokens=["<pad>", "</s>", "<unk>"], unk_token="<unk>", show_progress=False
    )
    tokenizer.train_from_iterator([s for s in SENTENCES if s.isascii()], trainer)
    root = json.loads(tokenizer.to_str())
    vocab = root["model"]["vocab"]
    root["model"]["vocab"] = vocab[:3] + [[f"<0x{i:02X}>", -20.0] for i in range(256)] + [
        [p, round(s, 6)] for p, s in vocab[3:]
    ]
    root["model"]["unk_id"] = 2
    root["model"]["byte_fallback"] = True
    root["decoder"] = json.loads(
        json.dumps({"type": "Sequence", "decoders": [{"type": "ByteFallback"}, {"type": "Metaspace",
        "replacement": "▁", "prepend_scheme": "always", "split": True}]})
    )
    root["post_processor"] = {
        "type": "TemplateProcessing",
        "single": [{"Sequence": {"id": "A", "type_id": 0}}, {"SpecialToken": {"id": "</s>", "type_id": 0}}],
        "pair": [
            {"Sequence": {"id": "A", "type_id": 0}},
            {"SpecialToken": {"id": "</s>", "type_id": 0}},
            {"Sequence": {"id": "B", "type_id": 0}},
            {"SpecialToken": {"id": "</s>", "type_id": 0}},
        ],
        "special_tokens": {"</s>": {"id": "</s>", "ids": [1], "tokens": ["</s>"]}},
    }
    folder = OUT / "unigram"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "tokenizer.json").write_text(json.dumps(root), encoding="utf-8")
    config(folder, {"tokenizer_class": "PreTrainedTokenizerFast", "eos_token": "</s>", "pad_token": "<pad>",
                    "unk_token": "<unk>"})
    return folder


def cases(tokenizer):
    rows = []
    for name, text in ODD.items():
        ids = tokenizer(text)["input_ids"]
        rows.append({
            "name": name,
            "text": text,
            "ids": ids,
            "decoded": tokenizer.decode(ids, skip_special_tokens=True, clean_up_tokenization_spaces=False),
            "whole": tokenizer.decode(ids, skip_special_tokens=False, clean_up_tokenization_spaces=False),
        })
    pair = tokenizer("the small network", "learns slowly")
    return {
        "size": len(tokenizer),
        "specials": {k: tokenizer.convert_tokens_to_ids(v) for k, v in tokenizer.special_tokens_map.items()
                     if isinstance(v, str)},
        "pair": {"ids": pair["input_ids"],
                 "types": pair.get("token_type_ids", tokenizer("the", "b").get("token_type_ids"))},
        "texts": rows,
    }


def llama2c(text, pieces):
    """llama2.c's encode(): the pair whose union has the best score is joined, again and again."""
    ids = {p["text"]: p["id"] for p in pieces}
    tokens = [1]
    if text:
        tokens.append(ids[" "])
    for letter in text:
        if letter in ids:
            tokens.append(ids[letter])
        else:
            tokens += [b + 3 for b in letter.encode("utf-8")]
    while True:
        best, at = None, -1
        for i in range(len(tokens) - 1):
            joined = ids.get(pieces[tokens[i]]["text"] + pieces[tokens[i + 1]]["text"])
            if joined is not None and (best is None or pieces[joined]["score"] > pieces[best]["score"]):
                best, at = joined, i
        if best is None:
            return tokens
        tokens[at:at + 2] = [best]


def main():
    expected = {}
    endoftext = byte_level("gpt2", [], ["<|endoftext|>"])
    config(endoftext, {"tokenizer_class": "GPT2Tokenizer"})
    expected["gpt2"] = cases(AutoTokenizer.from_pretrained(endoftext))
    roberta = byte_level("roberta", ["<s>", "<pad>", "</s>", "<unk>"], ["<mask>"])
    mask = {"content": "<mask>", "lstrip": True, "rstrip": False, "normalized": False, "single_word": False,
            "special": True, "__type": "AddedToken"}
    # As published: the mask swallows the space before it.
    config(roberta, {"tokenizer_class": "RobertaTokenizer", "mask_token": mask})
    expected["roberta"] = cases(AutoTokenizer.from_pretrained(roberta))
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for name in ("vocab.json", "merges.txt"):
            shutil.copy(roberta / name, folder)
        config(folder, {"tokenizer_class": "GPT2Tokenizer", "add_bos_token": True, "bos_token": "</s>",
                        "eos_token": "</s>", "unk_token": "</s>", "pad_token": "<pad>"})
        expected["opt"] = cases(AutoTokenizer.from_pretrained(folder))
    expected["unigram"] = cases(AutoTokenizer.from_pretrained(unigram()))
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        shutil.copy("examples/authors/vocab.txt", folder)
        config(folder, {"tokenizer_class": "BertTokenizer", "do_lower_case": True})
        expected["authors"] = cases(AutoTokenizer.from_pretrained(folder))
        config(folder, {"tokenizer_class": "BertTokenizer", "do_lower_case": False})
        expected["authors-cased"] = cases(AutoTokenizer.from_pretrained(folder))
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        for name, own in (("encoder.json.gz", "vocab.json"), ("vocab.bpe.gz", "merges.txt")):
            (folder / own).write_bytes(gzip.open(SHARED / "gpt2-bpe" / name).read())
        config(folder, {"tokenizer_class": "GPT2Tokenizer"})
        expected["shared-gpt2"] = cases(AutoTokenizer.from_pretrained(folder))
    stories = SHARED / "stories260k-decoder"
    pieces = [json.loads(line) for line in (stories / "tokens.jsonl").open(encoding="utf-8")]
    expected["shared-stories"] = {"texts": [
        {"name": name, "text": text, "ids": llama2c(text, pieces)} for name, text in ODD.items()
        # Names of special tokens are plain text there, and ▁ is a letter.
        if name not in ("roberta's tokens", "mark of pieces")
    ]}
    (OUT / "odd-text.json").write_text(json.dumps(expected, indent=None, separators=(",", ":")) + "\n",
                                      encoding="utf-8")


main()
