"""How networks learn sets of labels: the loss and the probabilities by hand."""

import numpy as np
import pytest
from scipy.special import expit

from nikti.deep.answers import labels
from nikti.deep.schedule import recipe

TRUTH = np.array([[1, 0, 1], [0, 0, 0]], np.float32)
LOGITS = np.array([[2.0, -1.0, 0.5], [-3.0, 0.0, 1.0]], np.float32)


@pytest.mark.parametrize("smoothing", [0.0, 0.2])
@pytest.mark.parametrize("members", [1, 4])
def test_the_loss_is_the_negative_log_likelihood_of_the_set(smoothing, members):
    import torch

    asked = recipe({"label_smoothing": smoothing})
    raw = torch.tensor(LOGITS if members == 1 else np.repeat(LOGITS[:, None], members, axis=1))
    found = labels.loss(None, raw, torch.tensor(TRUTH), asked)
    aim, p = TRUTH * (1 - smoothing) + smoothing / 2, expit(LOGITS)
    assert float(found) == pytest.approx(
        -(aim * np.log(p) + (1 - aim) * np.log(1 - p)).sum(axis=1).mean(), rel=1e-5
    )


def test_members_are_averaged_and_likely_labels_are_there():
    import torch

    raw = torch.tensor(np.stack([LOGITS, -LOGITS], axis=1))
    assert labels.read(None, raw).numpy() == pytest.approx(0.5)
    found = labels.read(None, torch.tensor(LOGITS)).numpy()
    assert found == pytest.approx(expit(LOGITS))
    answers = labels.finish(found, (0.0, 1.0), None, None)
    assert answers.tolist() == [[True, False, True], [False, True, True]]
    assert labels.valid_loss(found, TRUTH > 0, (0.0, 1.0)) == pytest.approx(
        -np.log(np.where(TRUTH > 0, expit(LOGITS), 1 - expit(LOGITS))).sum(axis=1).mean(), rel=1e-5
    )


def test_what_is_explained_is_the_labels_own_logit():
    import torch

    from nikti.deep.gradients import logit

    assert logit(1)(torch.tensor(LOGITS)).tolist() == [-1.0, 0.0]
    assert logit(0)(torch.tensor(np.stack([LOGITS, 3 * LOGITS], axis=1))).tolist() == [4.0, -6.0]
