"""What decides a result: the values of its scenario, the files that it names, the code."""

import json
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from vertebra.records.manifest.environment import code_hash, file_hashes
from vertebra.records.workspace import fingerprint
from vertebra.scenarios.schema import Scenario

_code_hash = cache(code_hash)


def input_files(scenario: Scenario) -> list[Path]:
    """Files behind a scenario: its own, where it has one, and those of its anatomy and density."""
    own = () if scenario.file is None else (scenario.file,)
    return [*own, *scenario.input_files]


def inputs_hash(scenario: Scenario, edges_mm: Sequence[float] = ()) -> str:
    """Hash of everything that decides a result.

    Parameters
    ----------
    scenario : Scenario
    edges_mm : sequence of float [mm]
        Of a study of several meshes.
    """
    asked = [
        scenario.model_dump(exclude={"solver": {"threads"}}),
        list(edges_mm),
        _code_hash(),
        list(file_hashes(scenario.input_files).values()),
    ]
    return fingerprint(json.dumps(asked))
