"""The total band of a run, and which inputs make it: samples, their courses, their spread, their indices."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from vertebra.courses.bands.tabulated import COLUMNS
from vertebra.courses.key_days import shown_days
from vertebra.courses.plan import INTACT
from vertebra.courses.progress import Progress
from vertebra.records.columns import total_name
from vertebra.records.whole_files import write_text
from vertebra.scenarios.schema import Scenario

from ..executors.job import Executor, Job
from ..sweep.design import unit_samples
from ..sweep.keys import Method
from .indices import Borne
from .inputs import Uncertain, uncertain_inputs
from .sampled import SHORTENED, ArmDay, Row, SampleWorker, coarse_scenario, sample_rows

_SHARES = {"p10": 0.1, "p90": 0.9}
TOGETHER = 4
"""Samples in a row in one worker, kept together."""
_PIECES = {"capacity_N": ("capacity_N",), "service_N": ("capacity_N", SHORTENED)}
"""Columns whose inputs are ranked; each is the least of its pieces."""
_LEAST = 0.005
"""Total index below which an input is not listed."""


@dataclass(frozen=True, eq=False)
class Total:
    """What is uncertain about a run.

    Attributes
    ----------
    rows : mapping of (arm, day) to mapping of str to float
        Both ends of every total band.
    influence : list of dict
        Rows of `influence.csv`.
    samples : int
    worst_error : float [-]
        Of the surrogate, over all outputs it was fitted to; NaN without one.
    """

    rows: Mapping[ArmDay, dict[str, float]] = field(default_factory=dict)
    influence: Sequence[dict[str, float | str]] = ()
    samples: int = 0
    worst_error: float = float("nan")


def total_of(
    scenario: Scenario,
    rows: Mapping[ArmDay, Row],
    folder: Path,
    executor: Executor,
    report: Callable[[Progress], None] = lambda progress: None,
) -> Total:
    """Follow all samples of a scenario and say how its curves spread.

    Parameters
    ----------
    scenario : Scenario
    rows : mapping of (arm, day) to mapping of str to float
        Columns of `capacity.csv` of every state of the run.
    folder : Path
        Where finished samples are kept, and taken from.
    executor : Executor
    report : callable
        Called after every few samples.

    Returns
    -------
    Total
        Empty where nothing is asked for.

    Raises
    ------
    NotConverged
    """
    asked = scenario.uncertainty
    if asked.total != "on":
        return Total()
    inputs = uncertain_inputs(scenario)
    places = unit_samples(Method(kind="latin_hypercube", samples=asked.samples, seed=asked.seed), len(inputs))
    columns = [each.quantiles(places[:, number]).tolist() for number, each in enumerate(inputs)]
    names = [each.name for each in inputs]
    samples = [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]
    plain, *others = _courses(coarse_scenario(scenario), [{}, *samples], folder, executor, report)
    found = [
        sample_rows(scenario, rows, plain, other, sample)
        for sample, other in zip(samples, others, strict=True)
    ]
    spread = {
        (at, name): np.array([each[at][name] for each in found])
        for at in rows
        for name in (*COLUMNS, SHORTENED)
    }
    ends = {
        at: {
            total_name(name, end): float(np.quantile(spread[at, name], share))
            for name in COLUMNS
            for end, share in _SHARES.items()
        }
        for at in rows
    }
    influence, error = _influence(scenario, inputs, places, spread)
    return Total(ends, influence, len(samples), error)


def _courses(
    scenario: Scenario,
    samples: Sequence[dict[str, float]],
    folder: Path,
    executor: Executor,
    report: Callable[[Progress], None],
) -> list[dict[ArmDay, Row]]:
    """Courses of all samples; those of an interrupted run are read back."""
    parts = [list(samples[begin : begin + TOGETHER]) for begin in range(0, len(samples), TOGETHER)]
    files = [folder / f"samples-{number:05d}.json" for number in range(len(parts))]
    jobs = [
        Job(file.name, "", (scenario, part))
        for file, part in zip(files, parts, strict=True)
        if not file.is_file()
    ]
    done = len(parts) - len(jobs)
    for outcome in executor.run(jobs, SampleWorker):
        if outcome.died:
            message = f"samples of the total band: {outcome.died}."
            raise MemoryError(message)
        write_text(folder / outcome.job.name, json.dumps(outcome.value))
        done += 1
        report(
            Progress(min(done * TOGETHER, len(samples)), len(samples), "samples of the total band", 0, None)
        )
    kept = [course for file in files for course in json.loads(file.read_text(encoding="utf-8"))]
    return [{(arm, day): row for arm, day, row in course} for course in kept]


def _influence(
    scenario: Scenario,
    inputs: Sequence[Uncertain],
    places: np.ndarray,
    spread: Mapping[tuple[ArmDay, str], np.ndarray],
) -> tuple[list[dict[str, float | str]], float]:
    """Indices of Sobol' of every input on key days, the largest first, and the largest error of the surrogate."""
    days = {arm: sorted(on) for arm, on in shown_days(scenario).items()} | {INTACT.name: [0]}
    asked = [
        ((arm, day), name)
        for arm, on in days.items()
        for day in on
        for name in _PIECES
        if ((arm, day), name) in spread and np.ptp(spread[(arm, day), name]) > 0
    ]
    if not asked:
        return [], float("nan")
    of = [[(at, piece) for piece in _PIECES[name]] for at, name in asked]
    distinct = list(dict.fromkeys(piece for pieces in of for piece in pieces))
    borne = Borne.fit(
        places,
        np.stack([spread[each] for each in distinct], axis=1),
        [tuple(distinct.index(piece) for piece in pieces) for pieces in of],
        [each.variable for each in inputs],
    )
    first, total = borne.indices(len(inputs), scenario.uncertainty.seed)
    out: list[dict[str, float | str]] = []
    for number, ((arm, day), name) in enumerate(asked):
        for place in np.argsort(total[number])[::-1]:
            if total[number, place] < _LEAST:
                continue
            each = inputs[place]
            out.append(
                {
                    "arm": arm,
                    "day": day,
                    "quantity": name,
                    "input": each.name,
                    "input_unit": each.unit,
                    "low": each.low,
                    "middle": each.middle,
                    "high": each.high,
                    "first_order": float(first[number, place]),
                    "total_order": float(total[number, place]),
                    "surrogate_error": float(borne.error[number]),
                }
            )
    return out, float(borne.error.max())
