"""Translators with weights from a folder: read as transformers reads them, tuned, saved and loaded again."""

import io
import json

import numpy as np
import pytest

from nikti.core import catalogue
from nikti.core.contender import Budget
from nikti.core.errors import ModelError, UsageError
from nikti.core.inputs import Texts
from nikti.deep import side
from nikti.deep.encoders import _pairs
from nikti.deep.encoders import translation as encoding

OPTIONS = {"pretrained": "auto", "allow_download": False, "network_file": None}
SMALL = {
    "marian": {
        **{
            "d_model": 32,
            "encoder_layers": 1,
            "decoder_layers": 1,
            "encoder_ffn_dim": 48,
            "decoder_ffn_dim": 48,
        },
        **{"encoder_attention_heads": 2, "decoder_attention_heads": 2, "max_position_embeddings": 64},
    },
    "t5": {"d_model": 32, "d_kv": 16, "d_ff": 48, "num_layers": 1, "num_heads": 2, "dropout_rate": 0.0},
}


@pytest.fixture(scope="module")
def data():
    task = catalogue.load("tasks", "translation").TASK
    return task, task.prepare(catalogue.load("datasets", "phrasebook").load(n=60))


def pieces(place, data):
    """A tokenizer as Marian's makers write it; the numbers of its special tokens."""
    from sentencepiece import SentencePieceTrainer

    sides = (list(data.inputs), [data.targets[row][0] for row in range(len(data))])
    numbers = {"</s>": 0, "<unk>": 1}
    for name, texts in zip(("source", "target"), sides, strict=True):
        model = io.BytesIO()
        SentencePieceTrainer.train(
            sentence_iterator=iter(texts),
            model_writer=model,
            vocab_size=120,
            minloglevel=2,
            num_threads=1,
            hard_vocab_limit=False,
        )
        (place / f"{name}.spm").write_bytes(model.getvalue())
        from sentencepiece import SentencePieceProcessor

        processor = SentencePieceProcessor(model_proto=model.getvalue())
        for number in range(3, processor.get_piece_size()):
            numbers.setdefault(processor.id_to_piece(number), len(numbers))
    numbers["<pad>"] = len(numbers)
    (place / "vocab.json").write_text(json.dumps(numbers), encoding="utf-8")
    return {"vocab_size": len(numbers), "pad_token_id": numbers["<pad>"], "eos_token_id": 0}


def fast(place, data):
    """A tokenizer.json; T5 pads with 0 and ends with 1."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers

    found = Tokenizer(models.BPE(unk_token="<unk>"))
    found.pre_tokenizer, found.decoder = pre_tokenizers.Metaspace(), decoders.Metaspace()
    texts = [*data.inputs, *(data.targets[row][0] for row in range(len(data)))]
    trainer = trainers.BpeTrainer(
        vocab_size=200, special_tokens=["<pad>", "</s>", "<unk>"], show_progress=False
    )
    found.train_from_iterator(texts, trainer)
    found.save(str(place / "tokenizer.json"))
    return {"vocab_size": found.get_vocab_size(), "pad_token_id": 0, "eos_token_id": 1, "unk_token_id": 2}


@pytest.fixture(scope="module", params=["marian", "t5"])
def given(request, tmp_path_factory, data):
    """(a folder as transformers writes it, transformers' own model)."""
    import torch
    from safetensors.torch import save_file
    from transformers import AutoConfig, AutoModelForSeq2SeqLM

    torch.set_num_threads(1)
    kind, place = request.param, tmp_path_factory.mktemp(request.param)
    special = (pieces if kind == "marian" else fast)(place, data[1])
    config = {"model_type": kind, **SMALL[kind], **special, "decoder_start_token_id": special["pad_token_id"]}
    torch.manual_seed(0)
    model = AutoModelForSeq2SeqLM.from_config(AutoConfig.for_model(**config)).eval()
    shared = model.get_input_embeddings().weight
    tensors = {n: t.contiguous() for n, t in model.state_dict().items() if t.data_ptr() != shared.data_ptr()}
    tensors["model.shared.weight" if kind == "marian" else "shared.weight"] = shared.detach().clone()
    save_file(tensors, place / "model.safetensors")
    (place / "config.json").write_text(json.dumps(config))
    return place, model


def test_texts_come_back_from_the_models_own_pieces(given, data):
    texts = [data[1].targets[row][0] for row in range(5)]
    encoder = encoding.fit(
        data[1].inputs, seed=0, options={"tokenizer": str(given[0])}, targets=data[1].targets
    )
    tokens = encoder.encode_answers(texts)
    assert encoder.decode(tokens) == texts and (tokens.max() < encoder.shape.vocabulary)
    again = encoding.from_state(*encoder.state())
    np.testing.assert_array_equal(again.encode_answers(texts), tokens)
    np.testing.assert_array_equal(again.encode(data[1].inputs)[0], encoder.encode(data[1].inputs)[0])


def test_it_says_what_transformers_says(given, data):
    import torch

    place, model = given
    encoder = encoding.fit(data[1].inputs, seed=0, options={"tokenizer": str(place)}, targets=data[1].targets)
    contender = side.contender("seq2seq_pretrained", data[0], {**OPTIONS, "pretrained": str(place)})
    network = contender.build(encoder.shape, 0, contender.weights.params).eval()
    source = encoder.batch(encoder.encode(data[1].inputs.take([0, 1])))[0]
    answer = torch.from_numpy(encoder.encode_answers([data[1].targets[row][0] for row in (0, 1)])).long()
    written = torch.cat([torch.full((2, 1), _pairs.START), answer[:, :4]], 1)
    theirs = torch.arange(encoder.shape.vocabulary) - 4
    config = model.config
    special = {_pairs.PAD: config.pad_token_id, _pairs.END: config.eos_token_id}
    for ours, number in {**special, _pairs.START: config.decoder_start_token_id}.items():
        theirs[ours] = number
    with torch.inference_mode():
        wanted = model(
            input_ids=theirs[source],
            attention_mask=(source != 0).long(),
            decoder_input_ids=theirs[written],
        ).logits
        said = network.logits(network.decode(network(source), written))
    plain = [
        number + 4 for number in range(config.vocab_size) if number not in (0, 1, 2, config.pad_token_id)
    ]
    for ours in (_pairs.END, *plain):
        torch.testing.assert_close(said[..., ours], wanted[..., theirs[ours]], atol=1e-4, rtol=1e-4)
    never = [_pairs.PAD, _pairs.START, *(number + 4 for number in special.values())]
    assert (said[..., never] < -1000).all()


def test_it_is_tuned_and_kept(given, data, tmp_path):
    task, pairs = data
    contender = side.contender("seq2seq_pretrained", task, {**OPTIONS, "pretrained": str(given[0])})
    assert contender.pretrained and contender.accepts(task, pairs) is None
    model = contender.fit(
        task,
        pairs,
        inner=[(np.arange(54), np.arange(54, 60))],
        seed=0,
        budget=Budget(tries=1, epochs=2),
        progress=lambda fraction, text: None,
    )
    losses = [row["train_loss"] for row in model.report.training_curve]
    assert losses[-1] < losses[0]
    model.save(tmp_path)
    some = Texts(list(pairs.inputs)[:4])
    again, first = side.load_model(tmp_path, OPTIONS).predict(some), model.predict(some)
    assert [again[row] for row in range(4)] == [first[row] for row in range(4)]


def test_what_does_not_belong_together_is_refused(given, data, tmp_path):
    task = data[0]
    assert "seq2seq_pretrained" not in side.names(task, OPTIONS)
    for name in ("config.json", "model.safetensors"):
        (tmp_path / name).write_bytes((given[0] / name).read_bytes())
    with pytest.raises(UsageError, match="has no tokenizer.json"):
        side.names(task, {**OPTIONS, "pretrained": str(tmp_path)})
    for file in given[0].glob("*"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    config = json.loads((tmp_path / "config.json").read_text())
    (tmp_path / "config.json").write_text(json.dumps({**config, "d_model": 64}))
    contender = side.contender("seq2seq_pretrained", task, {**OPTIONS, "pretrained": str(tmp_path)})
    encoder = encoding.fit(
        data[1].inputs, seed=0, options={"tokenizer": str(tmp_path)}, targets=data[1].targets
    )
    with pytest.raises(ModelError, match="does not fit"):
        contender.build(encoder.shape, 0, contender.weights.params)
