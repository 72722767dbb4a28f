"""What is drawn of the fields of a result, in memory: it needs no table, and can be made before there are any."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from .scene.content import SceneContent
from .scene.markup import SceneMarkup, page_scene
from .stills.slices import draw_slices


@dataclass(frozen=True)
class Drawn:
    """Pictures and scene of the fields of a result.

    Attributes
    ----------
    slices : mapping of str to bytes
        Pictures by the name of their file.
    scene : SceneMarkup or None
        None where a result has no fields that fit into a page.
    """

    slices: Mapping[str, bytes] = field(default_factory=dict)
    scene: SceneMarkup | None = None

    @classmethod
    def of(cls, content: SceneContent | None, *, pictures: bool) -> "Drawn":
        """Draw fields.

        Parameters
        ----------
        content : SceneContent or None
            None where a result has no fields that can be shown.
        pictures : bool
            Whether to draw slices.
        """
        if content is None:
            return cls()
        return cls(draw_slices(content) if pictures else {}, page_scene(content))
