"""The snippet of the documentation steps through the days of a field file."""

import re
from pathlib import Path

import pytest

pytest.importorskip("pyvista")
PAGE = Path(__file__).resolve().parents[3] / "docs" / "how-to" / "paraview.md"


def test_the_snippet_reads_every_day_of_a_series(tmp_path, monkeypatch, capsys):
    from scene_folder import CELLS, DAYS, write_scene_folder

    folder = write_scene_folder(tmp_path / "result")
    monkeypatch.chdir(folder)
    (snippet,) = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)
    found = {}
    exec(compile(snippet, "paraview.md", "exec"), found)
    lines = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert [float(day) for day, _ in lines] == DAYS["conservative"]
    used = [float(value) for _, value in lines]
    assert used == sorted(used)
    assert len(set(used)) == 3
    grid = found["grid"]
    assert grid.n_cells == len(CELLS)
    assert grid.field_data["region_names"][0] == "trabecular"
