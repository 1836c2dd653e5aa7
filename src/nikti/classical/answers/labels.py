"""Sets of labels: each label is learned by itself, as one class of two."""

LEARNED_AS = "label"
