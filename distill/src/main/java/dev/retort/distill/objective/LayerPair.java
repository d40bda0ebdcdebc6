package dev.retort.distill.objective;

/**
 * A layer of the student and the one of the teacher that it learns from.
 *
 * @param student its number, from 1; 0 for the embeddings
 * @param teacher likewise
 */
public record LayerPair(int student, int teacher) {}
