"""A process of Python beside this one: it reads lines from this process and answers with lines.

It ends with this process: reading then meets the end of the pipe.
"""

import os
import subprocess
import sys
from collections.abc import Mapping

_ONE_THREAD = dict.fromkeys(
    ("NUMBA_NUM_THREADS", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"
)


def start(program: str, variables: Mapping[str, str] | None = None) -> subprocess.Popen[str] | None:
    """Start a process with one thread.

    Parameters
    ----------
    program : str
        Text of the program. The main module of this process is not run again in it, whatever the system.
    variables : mapping of str to str, optional
        Environment, beside that of this process.

    Returns
    -------
    subprocess.Popen or None
        Its input and output are pipes; None where none can be started.
    """
    try:
        return subprocess.Popen(
            [sys.executable, "-P", "-c", program],  # no module of the folder it stands in
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, **_ONE_THREAD, **(variables or {})},
            text=True,
            encoding="utf-8",
            start_new_session=True,  # Ctrl-C is for this process, which ends those it has started
        )
    except (OSError, ValueError, TypeError):  # no interpreter of its own, no processes left
        return None
