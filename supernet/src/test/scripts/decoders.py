"""Small random decoders of transformers with their logits, and what its generate() makes of them.

python3 decoders.py FOLDER writes FOLDER/NAME/{config.json,model.safetensors,expected.safetensors}
for each model, and FOLDER/generation.json. Made with transformers 5.18 and torch 2.13 on a CPU.
"""

import json
import os
import sys

import torch
from safetensors.torch import save_file
from transformers import (GPT2Config, GPT2LMHeadModel, GPTNeoXConfig, GPTNeoXForCausalLM,
                          LlamaConfig, LlamaForCausalLM, OPTConfig, OPTForCausalLM)

WORDS = 29
CASES = {
    "gpt2": (GPT2LMHeadModel, GPT2Config(
        vocab_size=WORDS, n_positions=24, n_embd=16, n_layer=3, n_head=4, bos_token_id=0,
        eos_token_id=0)),
    "gpt2-erf": (GPT2LMHeadModel, GPT2Config(
        vocab_size=WORDS, n_positions=16, n_embd=12, n_layer=2, n_head=2, n_inner=20,
        activation_function="gelu", reorder_and_upcast_attn=True, layer_norm_epsilon=1e-3,
        bos_token_id=0, eos_token_id=0, tie_word_embeddings=False)),
    "opt": (OPTForCausalLM, OPTConfig(
        vocab_size=WORDS, max_position_embeddings=24, hidden_size=16, num_hidden_layers=3,
        num_attention_heads=4, ffn_dim=40, word_embed_proj_dim=16)),
    "opt-plain": (OPTForCausalLM, OPTConfig(
        vocab_size=WORDS, max_position_embeddings=16, hidden_size=12, num_hidden_layers=2,
        num_attention_heads=3, ffn_dim=20, word_embed_proj_dim=12, enable_bias=False,
        activation_function="gelu", _remove_final_layer_norm=True)),
    "llama": (LlamaForCausalLM, LlamaConfig(
        vocab_size=WORDS, max_position_embeddings=24, hidden_size=16, num_hidden_layers=3,
        num_attention_heads=4, num_key_value_heads=2, intermediate_size=28,
        rope_parameters={"rope_type": "default", "rope_theta": 500.0})),
    "llama-wide": (LlamaForCausalLM, LlamaConfig(
        vocab_size=WORDS, max_position_embeddings=16, hidden_size=12, num_hidden_layers=2,
        num_attention_heads=3, num_key_value_heads=1, head_dim=6, intermediate_size=20,
        attention_bias=True, mlp_bias=True, tie_word_embeddings=True,
        rms_norm_eps=1e-3)),
    "gpt-neox": (GPTNeoXForCausalLM, GPTNeoXConfig(
        vocab_size=WORDS, max_position_embeddings=24, hidden_size=32, num_hidden_layers=2,
        num_attention_heads=2, intermediate_size=40, bos_token_id=0, eos_token_id=0)),
    "gpt-neox-sequential": (GPTNeoXForCausalLM, GPTNeoXConfig(
        vocab_size=WORDS, max_position_embeddings=16, hidden_size=24, num_hidden_layers=2,
        num_attention_heads=3, intermediate_size=20, bos_token_id=0, eos_token_id=0,
        use_parallel_residual=False, attention_bias=False, hidden_act="gelu_new",
        rope_parameters={"rope_type": "default", "rope_theta": 100.0,
                         "partial_rotary_factor": 0.5})),
    # A case's seed is its place: new ones stand at the end.
    "opt-350m": (OPTForCausalLM, OPTConfig(
        vocab_size=WORDS, max_position_embeddings=24, hidden_size=16, num_hidden_layers=3,
        num_attention_heads=4, ffn_dim=40, word_embed_proj_dim=8, do_layer_norm_before=False)),
    "opt-after": (OPTForCausalLM, OPTConfig(
        vocab_size=WORDS, max_position_embeddings=16, hidden_size=12, num_hidden_layers=2,
        num_attention_heads=3, ffn_dim=20, word_embed_proj_dim=12, do_layer_norm_before=False,
        tie_word_embeddings=False)),
    "opt-projected": (OPTForCausalLM, OPTConfig(
        vocab_size=WORDS, max_position_embeddings=16, hidden_size=12, num_hidden_layers=2,
        num_attention_heads=3, ffn_dim=20, word_embed_proj_dim=15)),
}


def drawn(kind, config, seed):
    torch.manual_seed(seed)
    model = kind(config).eval()
    with torch.no_grad():
        for name, parameter in model.named_parameters():
            parameter.normal_(1.0 if "norm" in name and "weight" in name or ".ln_" in name
                              and "weight" in name else 0.0, 0.3)
    return model


def forward(folder, model):
    lengths = [11, 4, 7]
    ids = torch.randint(0, WORDS, (len(lengths), max(lengths)))
    mask = torch.tensor([[int(i < each) for i in range(max(lengths))] for each in lengths])
    with torch.no_grad():
        logits = model(input_ids=ids, attention_mask=mask).logits
    save_file({"input_ids": ids, "attention_mask": mask, "logits": logits.contiguous()},
              os.path.join(folder, "expected.safetensors"))


def generation(model):
    prompts = [[3, 7, 1, 9], [5], [2, 2, 8, 11, 4, 6]]
    def greedy(prompt):
        return model.generate(
            torch.tensor([prompt]), attention_mask=torch.ones(1, len(prompt), dtype=int),
            max_new_tokens=12, do_sample=False, eos_token_id=None, pad_token_id=0)[0].tolist()

    one, two = greedy(prompts[0])[-2], greedy(prompts[2])[-5]  # tokens that do come
    runs = [
        {"maxTokens": 12},
        {"maxTokens": 12, "stops": [one, two]},
        {"maxTokens": 12, "repetitionPenalty": 1.7},
        {"maxTokens": 10, "beams": 3},
        {"maxTokens": 10, "beams": 4, "stops": [one, two]},
        {"maxTokens": 10, "beams": 4, "stops": [one, two], "lengthPenalty": 2.0},
        {"maxTokens": 10, "beams": 2, "stops": [two], "lengthPenalty": -1.0},
        {"maxTokens": 10, "beams": 3, "stops": [one, two], "earlyStopping": True},
        {"maxTokens": 10, "beams": 3, "stops": [one, two, 9], "repetitionPenalty": 1.5},
    ]
    for run in runs:
        run["tokens"] = []
        for prompt in prompts:
            made = model.generate(
                torch.tensor([prompt]), attention_mask=torch.ones(1, len(prompt), dtype=int),
                max_new_tokens=run["maxTokens"], do_sample=False, num_beams=run.get("beams", 1),
                eos_token_id=run.get("stops"), pad_token_id=0,
                repetition_penalty=run.get("repetitionPenalty", 1.0),
                length_penalty=run.get("lengthPenalty", 1.0),
                early_stopping=run.get("earlyStopping", False))[0, len(prompt):].tolist()
            ends = [i for i, each in enumerate(made) if each in run.get("stops", [])]
            run["tokens"].append(made[:ends[0] + 1] if ends else made)
    return {"prompts": prompts, "runs": runs}


def warped():
    """The probabilities that generate() draws from, by its own processors in its own order."""
    from transformers.generation.logits_process import (
        RepetitionPenaltyLogitsProcessor, TemperatureLogitsWarper, TopKLogitsWarper,
        TopPLogitsWarper)
    torch.manual_seed(5)
    cases = []
    for penalty, temperature, top_k, top_p in [
            (1.0, 1.0, 0, 1.0), (1.3, 0.7, 0, 1.0), (1.0, 1.0, 5, 1.0), (1.0, 1.5, 0, 0.8),
            (1.2, 0.9, 6, 0.6), (0.8, 2.0, 3, 0.01)]:
        logits = 3 * torch.randn(12)
        read = torch.randint(0, 12, (5,))
        scores = logits[None]
        if penalty != 1.0:
            scores = RepetitionPenaltyLogitsProcessor(penalty)(read[None], scores)
        if temperature != 1.0:
            scores = TemperatureLogitsWarper(temperature)(read[None], scores)
        if top_k > 0:
            scores = TopKLogitsWarper(top_k)(read[None], scores)
        if top_p < 1.0:
            scores = TopPLogitsWarper(top_p)(read[None], scores)
        cases.append({"repetitionPenalty": penalty, "temperature": temperature, "topK": top_k,
                      "topP": top_p, "logits": logits.tolist(), "read": read.tolist(),
                      "probabilities": torch.softmax(scores[0], -1).tolist()})
    return cases


def main(target):
    made = {}
    for seed, (name, (kind, config)) in enumerate(CASES.items()):
        folder = os.path.join(target, name)
        model = drawn(kind, config, seed)
        model.save_pretrained(folder)
        left = os.path.join(folder, "generation_config.json")
        if os.path.exists(left):
            os.remove(left)
        forward(folder, model)
        if name in ("gpt2", "llama", "opt-350m"):
            made[name] = generation(model)
    made["warped"] = warped()
    with open(os.path.join(target, "generation.json"), "w") as out:
        json.dump(made, out)
        out.write("\n")


main(sys.argv[1])
