package dev.retort.data;

/** What is done at random to images, each a function of (seed, epoch, index of the image). */
public record Augmentation() implements Alteration {}
