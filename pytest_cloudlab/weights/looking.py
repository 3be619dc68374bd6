"""The process that looks at one model file: `python -P -m pytest_cloudlab.weights.looking` in its folder.

It is started by `judging`, sets its own limits, and answers on stdout.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import msgspec

from pytest_cloudlab.weights import job, limits
from pytest_cloudlab.weights.archive import take_apart
from pytest_cloudlab.weights.contents import require_plain_weights
from pytest_cloudlab.weights.report import ModelReport, Unfit


def main() -> None:
    answer = _answer(Path())
    report = replace(answer.report, peak_rss_bytes=limits.held_bytes("VmHWM"))
    _say(msgspec.structs.replace(answer, report=report))


def _answer(folder: Path) -> job.Answer:
    task, model, digits = job.read(folder)
    limits.allow_time(task.cpu_s, task.wall_s)
    limits.allow_memory(task.memory_bytes)
    report = ModelReport(own_rss_bytes=limits.held_bytes("VmRSS"))
    try:
        # What can be told without torch is told before it: a second less for a file that is no model.
        names = len(task.network.tensors)
        archive = take_apart(model, unpacked_bytes=task.unpacked_bytes, pickle_bytes=(names + 64) << 10)
        del model
        require_plain_weights(archive.pickle, most_calls=100 + 20 * names)
    except Unfit as error:
        return job.Answer(replace(report, problem=error.problem))
    except MemoryError:
        return job.Answer(report, gave_up="memory")

    limits.lift_memory()
    try:
        import torch
    except ImportError as error:
        return job.Answer(report, gave_up="torch", said=str(error)[:300])
    torch.set_num_threads(1)
    from pytest_cloudlab.weights import evaluation, loading

    limits.allow_memory(task.memory_bytes)
    limits.write_nothing()
    limits.start_nothing(lambda event: _say(job.Answer(report, gave_up="code", said=event)))
    report = replace(report, own_rss_bytes=limits.held_bytes("VmRSS"))
    try:
        weights = loading.tensors_of(loading.load(archive))
        report = replace(report, tensors=loading.described(weights))
        loading.require_fitting(weights, task.network)
        report = replace(report, weights_sha256=loading.fingerprint(weights))
        loading.require_trained(weights, evaluation.initial_weights(task.network))
        measured = evaluation.accuracy(task.network, weights, digits, task.preparation)
        return job.Answer(replace(report, accuracy=measured, digits=len(digits)))
    except Unfit as error:
        return job.Answer(replace(report, problem=error.problem))
    except MemoryError:
        return job.Answer(report, gave_up="memory")
    except RuntimeError as error:  # which is what torch's own allocator raises
        if "allocate memory" not in str(error):
            raise
        return job.Answer(report, gave_up="memory")


def _say(answer: job.Answer) -> None:
    sys.stdout.buffer.write(msgspec.json.encode(answer))
    sys.stdout.flush()


if __name__ == "__main__":
    main()
