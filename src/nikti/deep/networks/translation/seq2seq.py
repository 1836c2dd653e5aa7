"""A translator with weights that were learned elsewhere, as transformers builds it: Marian (Junczys-Dowmunt
et al. 2018, https://aclanthology.org/P18-4020) or T5 (Raffel et al. 2020, https://arxiv.org/abs/1910.10683).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nikti.core.words import Words
from nikti.deep import pretrained_pairs
from nikti.deep.methods import RECURRENT
from nikti.deep.shapes import TranslationShape

if TYPE_CHECKING:
    from torch import Tensor, nn

TITLE = Words(en="translator of transformers' kind (Marian, T5)", bn="Marian, T5 ধরনের ট্রান্সফরমার অনুবাদক")
NO_WEIGHTS = Words(
    en="it only starts from given weights: type --pretrained FOLDER",
    bn="এটি শুধু দেওয়া ওজন থেকে শুরু করে: লিখুন --pretrained FOLDER",
)
PRESETS = ()
METHOD = RECURRENT
REPRESENTS = False
RECIPE = {"label_smoothing": 0.1, "batch": 32}
CANDIDATES: tuple[dict[str, Any], ...] = ({},)
#: How given weights are found and tuned: all of them, at a rate that changes little.
PRETRAINED = {
    "find": pretrained_pairs.find,
    "head": (),
    "recipe": {
        **{"lr": 5e-5, "epochs": 3, "min_steps": 300, "max_epochs": 10, "head_first": 0.0},
        **{"first_layer": 1.0, "weight_decay": 1e-2},
    },
}
#: Added to the logits of tokens that are never said.
NEVER = -1e4
#: Measured on one thread, in batches of 32.
SECONDS_PER_PRODUCT, SECONDS_PER_TOKEN = 8.0e-11, 4.0e-5


def build(shape: TranslationShape, outputs: int, config: dict[str, Any]) -> nn.Module:
    """A translator as `nikti.deep.answers.phrases` describes it. config: of the network that given
    weights belong to, as in the config.json beside them."""
    import torch
    from torch import nn
    from transformers import AutoConfig, AutoModelForSeq2SeqLM

    from nikti.deep.encoders import _given_pairs
    from nikti.deep.encoders._pairs import PAD, START
    from nikti.deep.networks.translation import _parts

    special, start = _given_pairs.special(config)
    marian = config["model_type"] == "marian"

    class Given(nn.Module):
        beams, longest = _parts.BEAMS, shape.answer

        def __init__(self) -> None:
            super().__init__()
            self.body = AutoModelForSeq2SeqLM.from_config(AutoConfig.for_model(**config))
            # The model's number of each token, and which tokens are never said.
            moved = _given_pairs.MOVED
            theirs = (torch.arange(shape.vocabulary) - moved).clamp(min=0)
            never = torch.zeros(shape.vocabulary)
            for ours, number in special.items():
                never[number + moved] = NEVER
                theirs[ours] = number
            never[list(special)] = 0.0
            theirs[START] = start
            never[[PAD, START]] = NEVER
            self.register_buffer("theirs", theirs, persistent=False)
            self.register_buffer("never", never, persistent=False)

        def forward(self, source: Tensor, answer: Tensor | None = None) -> Tensor | tuple[Tensor, ...]:
            there = _parts.present(source)  # [B, S]
            read = self.body.get_encoder()(input_ids=self.theirs[source], attention_mask=there.long())
            memory = read.last_hidden_state, there.float()
            return memory if answer is None else self.logits(self.decode(memory, answer))

        def decode(self, memory: tuple[Tensor, ...], before: Tensor) -> Tensor:
            written = self.body.get_decoder()(
                input_ids=self.theirs[before],
                encoder_hidden_states=memory[0],
                encoder_attention_mask=memory[1].long(),
                use_cache=False,
            )
            return written.last_hidden_state

        def logits(self, states: Tensor) -> Tensor:
            if not marian and self.body.config.tie_word_embeddings:
                states = states * self.body.model_dim**-0.5  # T5's, where one table reads and writes
            logits = self.body.lm_head(states)
            if marian:
                logits = logits + self.body.final_logits_bias
            return logits[..., self.theirs] + self.never

        def start(
            self, memory: tuple[Tensor, ...], beams: int
        ) -> tuple[tuple[Tensor, ...], tuple[Tensor, ...]]:
            fixed = tuple(part.repeat_interleave(beams, 0) for part in memory)
            return fixed, (torch.zeros(len(fixed[0]), 0, dtype=torch.int64, device=memory[0].device),)

        def step(
            self, fixed: tuple[Tensor, ...], moving: tuple[Tensor, ...], token: Tensor, place: int
        ) -> tuple[Tensor, tuple[Tensor, ...]]:
            written = torch.cat([moving[0], token.flatten()[:, None]], 1)  # [B K, T], read again each time
            return self.decode(fixed, written)[:, -1].view(*token.shape, -1), (written,)

    return Given()


def accepts(shape: TranslationShape, outputs: int, n: int) -> Words | None:
    """Only with weights that were learned elsewhere."""
    return None if shape.given else NO_WEIGHTS


def seconds_per_sample(shape: TranslationShape, outputs: int, config: dict[str, Any]) -> float:
    """Training seconds of one sample on one thread; the mean length is about 0.4 of the shape's."""
    width = config["d_model"]
    layers = config.get("encoder_layers") or config["num_layers"]
    products = layers * 28 * width**2 + shape.vocabulary * width
    tokens = 0.4 * max(shape.length, shape.answer)
    return tokens * (SECONDS_PER_PRODUCT * products + SECONDS_PER_TOKEN)
