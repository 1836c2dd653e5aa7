"""How much plain numbers count in a linear model where n-grams stand beside them."""

#: modality: weight of a number of deviation 1; 1 for others.
WEIGHTS = {"text": 0.03, "table": 0.5}


def weight(modality: str) -> float:
    """The weight of the numbers of a sample.

    >>> weight("text"), weight("series")
    (0.03, 1.0)
    """
    return WEIGHTS.get(modality, 1.0)
