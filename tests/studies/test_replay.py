"""A result computed again from its manifest."""

import vertebra
from vertebra.commands.cli import status

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
