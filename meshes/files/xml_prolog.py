"""What stands before the first element of an XML file: a mesh has no need to declare anything there."""

from pathlib import Path
from xml.parsers import expat

from .refusal import UnreadableFile


class _Root(Exception):  # noqa: N818 - ends parsing, no error
    """The first element has been reached."""


def refuse_declarations(path: Path) -> None:
    """Refuse a file with a document type: entities in it could grow to any size, or name other files.

    Parameters
    ----------
    path : Path

    Raises
    ------
    UnreadableFile
        It declares a document type.
    """

    def declared(name: str, *_: object) -> None:
        message = f"found a document type ({name!r}) with declarations, expected none in a mesh"
        raise UnreadableFile(message)

    def reached(*_: object) -> None:
        raise _Root

    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = declared
    parser.StartElementHandler = reached
    try:
        with path.open("rb") as stream:
            parser.ParseFile(stream)
    except (_Root, expat.ExpatError):  # what is no XML at all is refused by its reader
        return
