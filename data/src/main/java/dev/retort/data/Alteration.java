package dev.retort.data;

/**
 * What is done at random to examples that a network is trained on.
 *
 * <p>A data set knows the kinds that fit its examples and refuses others: {@link WordDropout} and
 * {@link MaskedWords} for text, {@code dev.retort.data.image.Augmentation} for images.
 */
public interface Alteration {}
