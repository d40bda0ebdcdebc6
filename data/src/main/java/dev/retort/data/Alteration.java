package dev.retort.data;

/** What is done at random to examples that a network is trained on. */
public sealed interface Alteration permits WordDropout, Augmentation {}
