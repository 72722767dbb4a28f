"""A helper process: compiles the kernels named on its standard input into the cache, and answers when each is there.

It ends with the process that started it: reading then meets the end of the pipe.
"""

import os
import sys

from .specialisation import named


def serve() -> None:
    """Compile until the pipe ends."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever libraries print is no answer
    for line in sys.stdin:
        try:
            kernel, signature = named(line.strip())
            kernel.compile(signature)
        except Exception:  # the process that asked compiles it, and says what is wrong
            pass
        answers.write("\n")
        answers.flush()
