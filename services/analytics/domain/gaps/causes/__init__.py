"""A cause, step by step: near misses, each case's code, its words, the sentence."""
