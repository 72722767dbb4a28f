"""The benchmarks at smoke size: peers run, answers agree, every column is there. Seconds are never asserted."""

import csv
import os
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.environ.get("NUMBA_DISABLE_JIT") == "1", reason="interpreted kernels take minutes"),
]


def run(script, folder, *options):
    """Run a benchmark script as its README says; rows of its CSV file by peer."""
    table = folder / "rows.csv"
    done = subprocess.run(
        [sys.executable, "-m", f"benchmarks.{script}", *options, "--csv", str(table)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    with table.open(newline="", encoding="utf-8") as file:
        return done.stdout, {row["peer"]: row for row in csv.DictReader(file)}


@pytest.mark.slow
def test_cold_solves_agree_with_the_peers_that_the_tests_install(tmp_path):
    said, rows = run(
        "bench_solve", tmp_path, "--size", "4k", "--peers", "vertebra", "pyamg", "superlu", "scikit-fem"
    )
    assert list(rows) == ["vertebra", "pyamg", "superlu", "scikit-fem"], said
    for name in ("vertebra", "pyamg", "superlu"):
        row = rows[name]
        assert float(row["residual"]) <= 1e-8
        assert abs(float(row["energy_difference"])) <= 1e-6
        assert abs(float(row["force_difference"])) <= 1e-6
        assert float(row["work_units"]) > 0
        assert float(row["peak_MB"]) > 0
        assert name in said
    assert float(rows["scikit-fem"]["matrix_difference"]) < 1e-10
    assert 0 < int(rows["vertebra"]["iterations"]) < 60
    assert float(rows["vertebra"]["ratio"]) == 1


@pytest.mark.slow
def test_series_of_a_stiffening_callus_keeps_its_certificate(tmp_path):
    _, rows = run("bench_series", tmp_path, "--size", "4k", "--points", "4", "--peers", "vertebra", "--check")
    assert float(rows["vertebra"]["largest_error"]) <= 1e-4
    assert int(rows["vertebra"]["n_points"]) == 4


def test_an_unknown_size_is_refused_with_the_known_ones(monkeypatch, capsys):
    monkeypatch.syspath_prepend(ROOT)
    main = import_module("benchmarks.bench_solve").main
    with pytest.raises(SystemExit, match="2"):
        main(["--size", "7k"])
    assert "135k" in capsys.readouterr().err


@pytest.mark.slow
def test_a_year_of_healing_is_counted_in_cold_solves(tmp_path):
    _, rows = run("bench_healing", tmp_path, "--edge", "4", "--order", "1")
    assert list(rows) == [
        "cold solve",
        "perfusion, a year",
        "kinetic law, a year",
        "mechano-regulated year, prendergast",
    ]
    assert float(rows["cold solve"]["cold_solves"]) == 1
    assert int(rows["mechano-regulated year, prendergast"]["solves"]) > 12  # at least the listed days


@pytest.mark.skipif(os.name != "posix", reason="kills processes")
def test_a_few_faults_of_the_campaign_lose_nothing():
    """A run, disturbed and taken up again; the campaign disturbs other jobs, too, as often as it is asked to."""
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "benchmarks.faults.campaign",
            "--faults",
            "2",
            "--length",
            "2",
            "--seed",
            "7",
            "--job",
            "collapsing",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=900,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 faults" in done.stdout


def test_targets_say_what_is_met_missed_and_not_measured():
    targets = import_module("vertebra.benchmarks.targets")
    ours = {
        "peer": "vertebra",
        "size": "1M",
        "order": 1.0,
        "callus_MPa": 50.0,
        "total_s": 10.0,
        "unknowns": 1e6,
    }
    tables = {
        "solve": [
            ours | {"work_units": 290.0, "peak_MB": 1600.0, "ratio": 1.0},
            ours | {"peer": "pyamg", "ratio": 7.0},
            ours | {"peer": "ngsolve", "ratio": 2.5},
        ]
    }
    said = {row["what"]: row for row in (target.row(tables) for target in targets.TARGETS)}
    assert said["cold solve at 1 M, work units"]["verdict"] == "met"
    assert said["peak memory at 1 M, tet4, MB"]["verdict"] == "missed"
    assert said["cold solve, fastest peer over ours, worst"]["measured"] == 2.5
    assert said["run main, second, wall s"]["verdict"] == "not measured"


def test_the_part_of_a_file_is_found_where_the_package_is_a_link(tmp_path):
    growth = import_module("vertebra.benchmarks.bench_growth")
    (tmp_path / "vertebra").symlink_to(growth.ROOT)
    for parent in (growth.ROOT, tmp_path / "vertebra"):
        place = growth.Sampler()._place(str(parent / "fem" / "limit" / "least_power.py"))
        assert list(growth.PARTS)[place] == "limit load"
    assert growth.Sampler()._place(str(tmp_path / "elsewhere.py")) == len(growth.PARTS)


def test_growth_of_a_part_is_its_slope_over_unknowns():
    growth = import_module("vertebra.benchmarks.bench_growth")
    sizes = (1e4, 4e4, 16e4)
    rows = [
        {"scenario": "main", "edge_mm": 1.0, "unknowns": n}
        | dict.fromkeys([*growth.PARTS, growth.OTHER], 1e-5 * n**1.1)
        | {"healing": 1e-9 * n}
        for n in sizes
    ]
    found = growth.exponents(rows)
    assert found["mesh"] == pytest.approx(1.1)
    assert found["healing"] != found["healing"]  # too short to be read
