"""A process that draws the fields of a run while the run goes on, and writes the report when it is asked to.

Its first line of input says what to draw; the second one that tables and manifest stand in the folder. It writes
nothing before: a run that is killed meanwhile leaves its own files alone. Where anything fails it ends without an
answer, and the run draws for itself.
"""

import json
import os
import sys
from pathlib import Path

from .drawn import Drawn
from .files import write_with_tables
from .scene.content import SceneContent
from .scene.subject import Subject


def serve() -> None:
    """Draw, wait, write, answer."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever libraries print is no answer
    line = sys.stdin.readline()
    if not line:
        return
    asked = json.loads(line)
    folder = Path(asked["folder"])
    content = SceneContent.of(folder, Subject(**asked["subject"]))
    drawn = Drawn.of(content, pictures=asked["pictures"])
    del content  # the run may need the memory
    if sys.stdin.readline():
        write_with_tables(folder, drawn)
        answers.write("\n")
        answers.flush()
