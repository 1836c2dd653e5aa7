"""A job as it travels, and as it is done where it arrives."""

import json
import subprocess
import sys

from nikti.core import catalogue
from nikti.jobs import packed, prepare, speed


def test_a_job_that_travels_names_no_place_of_this_machine(place, tmp_path):
    mine = tmp_path / "my features.py"
    mine.write_text("")
    roots = place.roots | {"own0": tmp_path}
    options = {"features_file": str(mine)}
    one = prepare.Job("classical", place.task.name, place.name, options, threads=1)
    sent = json.dumps(packed(one, "logs/1.txt", roots))
    assert str(tmp_path) not in sent and str(place.folder) not in sent and "own0:my features.py" in sent


def test_every_kind_of_job_is_found_by_its_name():
    kinds = catalogue.names("jobs")
    assert {"trial", "prepare", "plan", "latency", "speed", "device"} <= set(kinds)
    assert packed(speed.Job(), "logs/1.txt", {}) == {"kind": "speed", "log": "logs/1.txt", "job": {}}


def test_what_a_job_prints_goes_into_its_log_and_its_answer_comes_back(tmp_path):
    script = (
        "import sys, json, os, pathlib\n"
        "from nikti.jobs import packed, run, device\n"
        "place = pathlib.Path(sys.argv[1]); out = os.dup(1)\n"
        "work = packed(device.Job('cpu'), 'logs/one.txt', {'run': place})\n"
        "answer = run(work, {'run': place}, print)\n"
        "print('a library says', flush=True)\n"
        "os.write(out, json.dumps(answer).encode())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, str(tmp_path)], capture_output=True, text=True, check=True
    )
    assert json.loads(done.stdout) == "cpu"
    assert "a library says" in (tmp_path / "logs" / "one.txt").read_text()
