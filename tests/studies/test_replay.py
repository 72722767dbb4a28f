"""A result computed again from its manifest."""

import numba
import pytest
from coarse_runs import coarse

import vertebra
from vertebra.commands.cli import status
from vertebra.records.tables import read_csv

TABLES = ("capacity.csv", "tissue.csv", "healing.csv", "activities.csv", "mesh.npz")


def test_a_manifest_replays_its_result_byte_for_byte(results, tmp_path):
    before = results("direct")
    out = tmp_path / "again"
    assert status(["run", str(before / "manifest.json"), "--quiet", "--out", str(out)]) == 0
    for name in TABLES:
        assert (out / name).read_bytes() == (before / name).read_bytes(), name
    ours, theirs = vertebra.open_result(out).manifest, vertebra.open_result(before).manifest
    assert ours["given"] == theirs["given"]
    assert ours["solver"]["states"] == theirs["solver"]["states"]


@pytest.mark.skipif(numba.config.NUMBA_NUM_THREADS < 2, reason="there is one thread only")
@pytest.mark.parametrize("collapse", ["true", "false"])
def test_tables_do_not_depend_on_the_number_of_threads(tmp_path, collapse):
    quick = (
        "capacity.rule=section",
        "uncertainty.bands=off",
        "healing.days=[0,28]",
        f"fracture.collapse={collapse}",
    )
    for threads in ("1", "2"):
        words = [*coarse("crush", *quick), "--quiet", "--threads", threads]
        assert status([*words, "--out", str(tmp_path / threads)]) == 0
    ones, twos = (read_csv(tmp_path / threads / "capacity.csv") for threads in ("1", "2"))
    for one, two in zip(ones, twos, strict=True):
        assert two == {
            name: value if isinstance(value, str) else pytest.approx(value, rel=1e-9)
            for name, value in one.items()
        }
