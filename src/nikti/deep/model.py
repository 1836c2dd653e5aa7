"""A trained network with its encoder: raw samples in, answers out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from nikti.core.contender import FitReport
from nikti.core.graph import Estimator, Graph, python_only
from nikti.core.inputs import Inputs
from nikti.deep import answers, persist
from nikti.deep import device as devices
from nikti.deep.predict import outputs
from nikti.deep.samples import encoded

if TYPE_CHECKING:
    from torch import nn

#: Raw samples encoded at a time, so that memory does not grow with the number of samples.
CHUNK = 2048


@dataclass
class DeepModel:
    """See `nikti.core.contender.Model` for the verbs.

    contender, network_name, family, modality, params: what `persist` needs to build it again;
    file: the user's network file, or None; scaling: (centre, spread) of regression targets;
    threads: CPU threads for predicting, None for torch's own choice.
    """

    contender: str
    network_name: str
    family: str
    modality: str
    answer: str
    params: dict[str, Any]
    classes: tuple[str, ...]
    scaling: tuple[float, float]
    encoder: Any
    network: nn.Module
    file: Path | None
    device: str
    threads: int | None
    report: FitReport

    def predict(self, inputs: Inputs) -> Any:
        """Class codes int64 [n], values float64 [n] in the answers' own units, boxes,
        masks or embeddings."""
        answer = answers.of(self.answer)
        if not hasattr(answer, "parts"):
            return answer.finish(self._outputs(inputs), self.scaling, inputs, self.encoder)
        parts, owners = answer.parts(inputs, self.encoder)
        found = answer.finish(self._outputs(parts), self.scaling, parts, self.encoder)
        return answer.joined(found, owners, len(inputs))

    def predict_proba(self, inputs: Inputs) -> np.ndarray | None:
        """float64 [n, C], rows adding up to 1 but for sets of labels; None where there are none."""
        answer = answers.of(self.answer)
        return answer.proba(self._outputs(inputs)) if answer.PROBABILITIES else None

    def importance(self) -> list[tuple[str, float]] | None:
        """None: a network has no named features."""
        return None

    def graph(self) -> Graph:
        """The way from a stored sample to an answer, as plain data; see `nikti.core.graph`."""
        raw, steps, read = self.encoder.graph()
        decoding, missing = answers.of(self.answer).decoding(self.network, self.scaling)
        estimator = Estimator("torch", self.network, "forward", read)
        return Graph(raw, steps, estimator, decoding, (*python_only(steps), *missing))

    def explainer(self) -> Any:
        """How it explains itself; None where its answers are no number for each class, and no value."""
        from nikti.deep.explain import DeepExplainer, explains

        explained = hasattr(answers.of(self.answer), "explained") and explains(self)
        return DeepExplainer(self) if explained else None

    def save(self, folder: Path) -> None:
        """Write the model as safetensors and JSON; see `nikti.deep.persist`."""
        persist.save(self, folder)

    @classmethod
    def load(cls, folder: Path, options: dict[str, Any]) -> DeepModel:
        """What `save` wrote. Raises ModelError; see `nikti.deep.persist.read`."""
        return cls(**persist.read(folder, options))

    def _outputs(self, inputs: Inputs) -> np.ndarray:
        """What the network says, [n, ...]; see `nikti.deep.answers`."""
        with devices.threads(self.threads):
            found = [
                outputs(
                    self.network,
                    self.encoder,
                    encoded(self.encoder, inputs.take(np.arange(start, min(start + CHUNK, len(inputs))))),
                    device=self.device,
                    answer=self.answer,
                )
                for start in range(0, len(inputs), CHUNK)
            ]
        if found:
            return np.concatenate(found)
        probabilities = answers.of(self.answer).PROBABILITIES
        return np.zeros((0, len(self.classes)) if probabilities else 0, np.float32)
