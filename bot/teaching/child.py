"""A training in a process of its own, at the lowest priority: what people write meanwhile is answered first. `python -m bot.teaching.child JOB`."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import threading
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.teaching.comparing import figures, led, losses, lost_questions, readings
from bot.teaching.known import held_out_lines
from nlu import Engine, Reader
from nlu.examples import examples
from nlu.extending import extend
from nlu.training import fingerprint

COMPARING = 2  #: steps after those of the training: each model reads
KEEPING = 1  #: and one more, which our parent does


def main(job_file: Path) -> None:
    """Train as the job says, compare with the live model, and write down what came of it."""
    os.nice(19)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    job = json.loads(job_file.read_text("utf-8"))
    data, fresh = Path(job["data"]), Path(job["folder"])
    done = 0

    def progress(stage: str, step: int, steps: int) -> None:
        nonlocal done
        done = steps
        _tell(stage, step, steps + COMPARING + KEEPING)

    extend(Path(job["base"]), examples(data), examples(Path(job["extra"])), fresh, progress)
    found = asyncio.run(_compared(data, Path(job["live"]), fresh, job["questions"], done))
    Path(job["outcome"]).write_text(json.dumps({"base": fingerprint(data), **found}, ensure_ascii=False), "utf-8")


async def _compared(data: Path, live: Path, fresh: Path, questions: list[dict[str, str]], done: int) -> dict[str, Any]:
    lines, read, to = held_out_lines(data), [], []
    for number, folder in enumerate((live, fresh)):
        _tell("comparing", done + number, done + COMPARING + KEEPING)
        reader = Reader(Engine.load(folder))
        read.append(await readings(reader, lines))
        to.append(await led(reader, questions))
    _tell("keeping", done + COMPARING, done + COMPARING + KEEPING)
    lost = [*lost_questions(questions, *to), *losses(lines, *read)]
    return {"figures": [asdict(figure) for figure in figures(lines, *read)], "losses": [asdict(loss) for loss in lost]}


def _tell(stage: str, step: int, steps: int) -> None:
    print(json.dumps([stage, step, steps]), flush=True)


def _end_with_parent() -> None:
    """Whoever started us holds the other end of our input; when it is gone, so are we and all that we started."""
    while os.read(0, 4096):  # not through sys.stdin, whose lock a thread must not hold when the interpreter ends
        pass
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
