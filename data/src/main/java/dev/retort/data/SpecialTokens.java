package dev.retort.data;

import com.google.common.collect.ImmutableSet;
import java.util.OptionalInt;

/**
 * The ids of the tokens of a tokenizer that are no text; each kind of network has some of them.
 *
 * @param bos begins a text that is continued: {@code <s>}, or GPT-2's {@code <|endoftext|>}
 * @param eos ends a text: {@code </s>}, {@code <|endoftext|>}
 * @param unknown stands for what has no piece
 * @param sep stands between and after the texts of an encoder: {@code [SEP]}, {@code </s>}
 * @param pad fills rows
 * @param cls stands before the text of an encoder: {@code [CLS]}, {@code <s>}
 * @param mask stands for a piece that is to be guessed: {@code [MASK]}, {@code <mask>}
 * @param all the ids of all of these and of further special tokens
 */
public record SpecialTokens(
    OptionalInt bos,
    OptionalInt eos,
    OptionalInt unknown,
    OptionalInt sep,
    OptionalInt pad,
    OptionalInt cls,
    OptionalInt mask,
    ImmutableSet<Integer> all) {}
