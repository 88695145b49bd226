"""The Rasa engine: it read the same sentences, it answers as the engine inside does, and nobody is left alone when it dies."""

from __future__ import annotations

import json
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from bot.run import TRAINING_DATA
from nlu import INTENTS, LANGUAGES, Engine, RasaClient, Reader, training
from nlu.engine import NAMES
from nlu.examples import Example, examples
from tests.messengers import free_port

ROOT = Path(__file__).parents[2]
TRAINED_ON = ROOT / ".rasa/models/trained-on"
TOKEN = "a token for the tests"
STARTS_WITHIN = 180  #: seconds; most of it Rasa's own imports
PROBED_WITHIN = 20.0  #: seconds; here nobody waits for an answer
LOADED = """
import json
from rasa.shared.nlu.training_data.loading import load_data
from homeward_component import sentences
print(json.dumps([[one.language, one.intent, one.text] for one in sentences(load_data("nlu/data"))]))
"""


def _why_not() -> str:
    """What stands in the way of these tests; empty where nothing does."""
    if not TRAINED_ON.exists():
        return "the Rasa engine is not set up; run: make rasa"
    fresh = TRAINED_ON.read_text().strip() == training.fingerprint(TRAINING_DATA)
    return "" if fresh else "the Rasa engine was trained on other sentences; run: make rasa"


pytestmark = pytest.mark.skipif(bool(_why_not()), reason=_why_not())


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[subprocess.Popen[bytes], str]]:
    """The real server on a free port, as an operator starts it."""
    port, log = free_port(), tmp_path_factory.mktemp("rasa") / "log"
    url = f"http://127.0.0.1:{port}"
    environment = {**os.environ, "HOMEWARD_RASA_PORT": str(port), "HOMEWARD_RASA_TOKEN": TOKEN}
    with log.open("wb") as out, subprocess.Popen([ROOT / "nlu/rasa/serve"], env=environment, stdout=out, stderr=out) as process:
        try:
            _until_it_answers(process, url, log)
            yield process, url
        finally:
            process.kill()


def _until_it_answers(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    end = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < end and process.poll() is None:
        try:
            if httpx.get(f"{url}/status", params={"token": TOKEN}).status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.3)
    raise AssertionError(log.read_text(errors="replace")[-2000:])


def _probes() -> list[str]:
    """One training sentence of each intent in each language, and as many made of two halves, of which no model can be sure."""
    first: dict[tuple[str, str], Example] = {}
    for example in examples(TRAINING_DATA):
        first.setdefault((example.language, example.intent), example)
    texts = [example.text for example in first.values()]
    halves = [text.split() for text in texts]
    mixed = [" ".join([*one[: len(one) // 2], *other[len(other) // 2 :]]) for one, other in zip(halves, halves[7:] + halves[:7], strict=True)]
    return [*texts, *mixed]


def _inside(engine: Engine, text: str) -> dict[str, float]:
    """What the engine inside says to the text alone, as Rasa gets it."""
    found = engine.understand(text, next(iter(engine.languages(text)))).intents
    return dict(zip(NAMES, map(float, found), strict=True))


def test_rasa_reads_the_sentences_that_we_read() -> None:
    script = f"source nlu/rasa/environment && .rasa/bin/python -W ignore -c '{LOADED}'"
    done = subprocess.run(["bash", "-c", script], cwd=ROOT, capture_output=True, check=True)
    theirs = sorted(tuple(one) for one in json.loads(done.stdout.splitlines()[-1]))
    assert theirs == sorted((e.language, e.intent, e.text) for e in examples(TRAINING_DATA))


async def test_both_engines_say_the_same(server, understanding: Reader) -> None:
    client, engine = RasaClient(server[1], within=PROBED_WITHIN, token=TOKEN), understanding.engine
    probes = _probes()
    assert len(probes) == 2 * len(INTENTS) * len(LANGUAGES)
    differ, furthest = [], 0.0
    for text in probes:
        theirs, ours = await client.parse(text), _inside(engine, text)
        assert theirs.keys() == INTENTS.keys()
        furthest = max(furthest, *(abs(theirs[name] - ours[name]) for name in INTENTS))
        if max(theirs, key=theirs.__getitem__) != max(ours, key=ours.__getitem__):
            differ.append(text)
    assert len(differ) <= len(probes) * 0.01, differ
    assert furthest < 0.1  # the network is trained by two versions of scikit-learn, whose last digits differ
    print(f"{len(differ)} of {len(probes)} first intents differ, no probability by more than {furthest:.4f}")
    await client.close()


async def test_what_a_person_writes_is_no_command_for_rasa(server) -> None:
    client = RasaClient(server[1], within=PROBED_WITHIN, token=TOKEN)
    for text in ("/immediate_danger", " //greet", "/nobody_knows_this", "/", ""):
        found = await client.parse(text)
        assert found.keys() == INTENTS.keys(), text
    await client.close()


def test_without_the_token_nothing_is_told(server) -> None:
    url = server[1]
    assert httpx.post(f"{url}/model/parse", json={"text": "hello"}).status_code == 401
    assert httpx.put(f"{url}/model", json={"model_file": "another.tar.gz"}).status_code == 401


def test_no_argument_of_the_process_shows_the_token(server) -> None:
    shown = subprocess.run(["ps", "-ww", "-o", "args=", "-p", str(server[0].pid)], capture_output=True, check=True, text=True).stdout
    assert "command.py run" in shown
    assert TOKEN not in shown


def test_other_machines_are_let_in_with_a_token_only() -> None:
    environment = {name: value for name, value in os.environ.items() if name != "HOMEWARD_RASA_TOKEN"} | {"HOMEWARD_RASA_HOST": "0.0.0.0"}
    done = subprocess.run([ROOT / "nlu/rasa/serve"], env=environment, capture_output=True, check=False, text=True)
    assert (done.returncode, "HOMEWARD_RASA_TOKEN" in done.stderr) == (1, True)


async def test_when_it_is_killed_the_engine_inside_answers(server, understanding: Reader) -> None:
    process, url = server
    client = RasaClient(url, token=TOKEN)
    reader = Reader(understanding.engine, client)
    assert (await reader.read("is the return free of charge?")).engine == "rasa"
    process.kill()
    process.wait()
    start = time.perf_counter()
    reading = await reader.read("is the return free of charge?")
    assert (reading.intent, reading.engine) == ("return_cost", "embedded")
    assert time.perf_counter() - start < 2.5
    await client.close()
