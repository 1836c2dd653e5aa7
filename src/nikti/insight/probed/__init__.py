"""Linear probes by kind of answer: one file per kind that they can learn (`SIMPLE` in `nikti.answers`),
found by its name, with

predict(train, truth, test) -> answers [m] of a probe that learned from a table of the training rows
score(truth, predicted, groups) -> (value, low, high)
gain(truth, predicted, before, groups) -> (value, low, high) of one set of answers over another
chance(truth, test) -> what the best fixed answer to the training rows scores on the test rows
codes(truth) -> class codes, None where there are no classes
colours(truth) -> codes of the colours of rows in a map
"""
