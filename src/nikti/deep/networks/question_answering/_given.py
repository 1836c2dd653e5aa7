"""A reader with the body of given weights (BERT and its kin, as transformers builds them)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nikti.core.errors import ModelError
from nikti.core.words import Words

if TYPE_CHECKING:
    from torch import Tensor, nn

#: Tokens of the passage that are read at once, at most, and least.
WINDOW, LEAST = 256, 16

_SHORT = Words(
    en="these weights read {room} tokens at once; {needed} are needed.",
    bn="এই ওজনগুলো একবারে {room}টি টোকেন পড়ে; লাগে {needed}টি।",
)


def reader(config: dict[str, Any], dropout: float) -> nn.Module:
    """int64 [B, Q], [B, P] -> logits [B, 1 + P] twice, as the other readers. Questions end with the token
    that stands behind texts.

    Raises ModelError where the body reads too few tokens at once for a question and a part of a passage.
    """
    import torch
    from torch import nn
    from transformers import AutoConfig, AutoModel

    from nikti.deep import pretrained_text
    from nikti.deep.encoders.question import MAX_QUESTION
    from nikti.deep.networks.question_answering import _windows
    from nikti.deep.networks.question_answering._tokens import matches, within

    room = pretrained_text.window(config, MAX_QUESTION + 1 + WINDOW)
    width = min(WINDOW, room - MAX_QUESTION - 1)
    if width < LEAST:
        raise ModelError(_SHORT.format(room=room, needed=MAX_QUESTION + 1 + LEAST))
    shift, padding = pretrained_text.shift(config), config.get("pad_token_id") or 0

    class Given(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            facts = {"hidden_dropout_prob": dropout, "attention_probs_dropout_prob": dropout, **config}
            self.body = AutoModel.from_config(AutoConfig.for_model(**facts))
            if getattr(self.body, "pooler", None) is not None:
                self.body.pooler = None  # it reads the first token alone
            size = self.body.config.hidden_size
            self.match = nn.Embedding(2, size)
            nn.init.zeros_(self.match.weight)  # at first the body sees what it knows
            self.ends, self.none = nn.Linear(size, 2), nn.Linear(size, 2)
            self.kinds = getattr(self.body.config, "type_vocab_size", 1) > 1

        def forward(self, question: Tensor, passage: Tensor) -> tuple[Tensor, Tensor]:
            stride = width // 2
            windows, row = _windows.cut(passage, min(width, passage.shape[1]), stride)  # [W, w], [W]
            asked = question[row]  # [W, Q]
            last = (asked != 0).sum(1, keepdim=True) - 1
            end = asked.gather(1, last)  # [W, 1]
            tokens = torch.cat([asked, windows, end], 1)  # [W, Q + w + 1]
            same = torch.zeros_like(tokens)
            same[:, asked.shape[1] : -1] = matches(asked, windows).long()
            second = (torch.arange(tokens.shape[1], device=tokens.device) >= asked.shape[1]).long()
            x = self._read(tokens, same, second.expand_as(tokens))
            ends = self.ends(x[:, asked.shape[1] : -1])  # [W, w, 2]
            ends = _windows.joined(ends, row, passage.shape[1], stride)  # [B, P, 2]
            none = _windows.least(self.none(x[:, 0]), row)  # [B, 2]
            first, last = ends.unbind(2)
            return within(none, first, last, passage != 0)

        def _read(self, tokens: Tensor, same: Tensor, second: Tensor) -> Tensor:
            """[W, L] -> [W, L, D]. The body counts places, so padding between two parts is moved behind."""
            order = (tokens == 0).int().argsort(dim=1, stable=True)  # [W, L]
            tokens, same, second = (part.gather(1, order) for part in (tokens, same, second))
            words = torch.where(tokens != 0, tokens - shift, padding)
            words = self.body.get_input_embeddings()(words) + self.match(same)
            kinds = {"token_type_ids": second} if self.kinds else {}
            seen = self.body(inputs_embeds=words, attention_mask=(tokens != 0).long(), **kinds)
            back = order.argsort(1)[..., None].expand_as(seen.last_hidden_state)
            return seen.last_hidden_state.gather(1, back)

    return Given()
