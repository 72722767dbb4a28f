"""What fields do not say of a result that pictures and scene show: its name, its load, its arms."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from vertebra.records.result_files import MANIFEST


@dataclass(frozen=True)
class Subject:
    """A result as pictures name it; known before anything is solved.

    Attributes
    ----------
    name : str
        Of the scenario.
    load_N : float
        Load at which fields are given.
    arms : tuple of str
        Without the intact vertebra.
    injections : mapping of str to float [d]
        Day on which an arm is injected.
    """

    name: str
    load_N: float
    arms: tuple[str, ...]
    injections: Mapping[str, float]

    @classmethod
    def of(cls, name: str, scenario: Mapping[str, Any]) -> "Subject":
        """Subject of a scenario.

        Parameters
        ----------
        name : str
        scenario : mapping
            All values, as a manifest keeps them.
        """
        arms = scenario.get("arms", ())
        return cls(
            name,
            scenario["output"]["load_N"],
            tuple(arm["name"] for arm in arms),
            {arm["name"]: float(arm["cement"]["day"]) for arm in arms if arm.get("cement")},
        )

    @classmethod
    def of_folder(cls, folder: Path) -> "Subject":
        """Subject of a result, from its manifest."""
        manifest = json.loads((folder / MANIFEST.name).read_text(encoding="utf-8"))
        return cls.of(manifest["name"], manifest["scenario"])
