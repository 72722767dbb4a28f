"""Folders of finished results, checked before anything is done with them."""

from pathlib import Path

from vertebra.records.result_files import MANIFEST
from vertebra.scenarios.error import ScenarioError


def finished_result(folder: Path) -> Path:
    """The folder, if a run has finished there.

    Raises
    ------
    ScenarioError
    """
    if not (folder / MANIFEST.name).is_file() or not (folder / "capacity.csv").is_file():
        found = "no such folder" if not folder.exists() else "no manifest.json with capacity.csv"
        unfinished = folder.with_name(f"{folder.name}.unfinished")
        hint = " Go on with --resume." if unfinished.is_dir() else " Run a scenario first: vertebra run main."
        message = f"{folder}: found {found}, expected the folder of a finished run.{hint}"
        raise ScenarioError(message)
    return folder
