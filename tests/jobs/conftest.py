"""A run's folder with its split, and its data as they are stored: what a job finds."""

import os
from types import SimpleNamespace

import numpy as np
import pytest


@pytest.fixture(scope="session")
def place(tmp_path_factory):
    """Wine, its first 40 rows the user's own test split. roots: see `nikti.executors.Roots`."""
    from dataclasses import replace

    from nikti.run import prepare, reading
    from nikti.run.request import Request

    before = os.environ.get("NIKTI_CACHE")
    os.environ["NIKTI_CACHE"] = str(tmp_path_factory.mktemp("cache"))
    try:
        request = Request(source="wine", preset="fast")
        data, task = reading.read(request)
        data = replace(data, split=np.where(np.arange(len(data)) < 40, 2, 0).astype(np.uint8))
        data, split, _ = prepare.prepare_data(request, data, task)
        folder = tmp_path_factory.mktemp("run")
        prepare.save_split(folder, split, data, task)
        yield SimpleNamespace(
            request=request,
            task=task,
            data=data,
            split=split,
            folder=folder,
            name=data.home.name,
            roots={"run": folder, "data": data.home.parent},
        )
    finally:
        if before is None:
            del os.environ["NIKTI_CACHE"]
        else:
            os.environ["NIKTI_CACHE"] = before


@pytest.fixture
def emitted():
    return []
