"""How a network starts from given weights: an even head, and the statistics that it came with."""

import json
import math

import numpy as np

from nikti.core import catalogue
from nikti.core.contender import Budget
from nikti.deep import side
from nikti.deep.shapes import ImageShape
from nikti.tasks.image_classification import TASK

from ..contract.small import small


def test_the_head_is_even_and_batch_norms_keep_their_statistics(tmp_path):
    import torch
    from safetensors.torch import save_file

    _, data = small("image_classification")
    module = catalogue.load("deep/networks/image_classification", "small_cnn")
    params = {"width": 8, "dropout": 0.0}
    given = module.build(ImageShape(1, 8), 1, **params)
    with torch.no_grad():
        given.head.weight.fill_(50.0)  # a head that must not be taken over
    save_file(given.state_dict(), tmp_path / "model.safetensors")
    config = {"architecture": "small_cnn", "num_features": given.head.in_features}
    config |= {"pretrained_cfg": {"input_size": [1, 8, 8], "mean": [0.3], "std": [0.4]}}
    config["nikti"] = {"network": "small_cnn", "params": params}
    (tmp_path / "config.json").write_text(json.dumps(config))

    contender = side.contender("small_cnn_pretrained", TASK, {"pretrained": str(tmp_path)})
    fresh = contender.build(ImageShape(1, 8), 10, params)
    assert not any(weight.any() for weight in fresh.head.parameters())
    model = contender.fit(TASK, data, inner=[], seed=0, budget=Budget(epochs=2), progress=lambda *_: None)
    assert model.report.training_curve[0]["train_loss"] < math.log(10) + 0.2
    tuned, before = model.network.state_dict(), given.state_dict()
    assert not np.allclose(tuned["layers.0.weight"], before["layers.0.weight"])
    for name in before:
        if name.endswith(("running_mean", "running_var")):
            np.testing.assert_array_equal(tuned[name], before[name])
