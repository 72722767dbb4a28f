"""Processor time of imports and of `vertebra --help`, each in a new process."""

import argparse
import os
import statistics
import subprocess
import sys

STARTS = {
    "python": ["-c", "pass"],
    "import numpy": ["-c", "import numpy"],
    "import numba": ["-c", "import numba"],
    "import vertebra": ["-c", "import vertebra"],
    "import vertebra.fem": ["-c", "import vertebra.fem"],
    "vertebra --help": [
        "-c",
        "import sys; sys.argv = ['vertebra', '--help']; from vertebra.commands.cli import main; main()",
    ],
}


def processor_time(arguments: list[str]) -> float:
    """User and system time [s] of one Python process."""
    before = os.times()
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
    after = os.times()
    return after.children_user + after.children_system - before.children_user - before.children_system


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=7)
    repeats = parser.parse_args().repeats
    print("| start | processor time s, median | least | most |\n| --- | ---: | ---: | ---: |")
    for name, arguments in STARTS.items():
        processor_time(arguments)  # byte code is written
        times = [processor_time(arguments) for _ in range(repeats)]
        print(f"| {name} | {statistics.median(times):.2f} | {min(times):.2f} | {max(times):.2f} |")


if __name__ == "__main__":
    main()
