"""Files that a scenario names."""

from pathlib import Path

from ..anatomy_section import Bone, Mesh
from ..error import ScenarioError
from ..imported.image import ImageFile


def check_files(mesh: Mesh, bone: Bone, source: Path | None) -> None:
    """Refuse a scenario whose files are missing, before anything is computed.

    Parameters
    ----------
    mesh : Mesh
    bone : Bone
    source : Path or None
        File of the scenario.

    Raises
    ------
    ScenarioError
    """
    anatomy, image = mesh.anatomy, bone.density_image
    named = dict.fromkeys(anatomy.named_files.items(), anatomy.expected)
    named |= dict.fromkeys({} if image is None else image.named_files.items(), ImageFile.expected)
    for (key, file), expected in named.items():
        if not file.is_file() and not (file.is_dir() and "DICOM" in expected):
            found = "a folder" if file.is_dir() else "no such file"
            message = (
                f"{source or 'scenario'}: {key}: found {found} at {file}, expected {expected}. Paths in a scenario "
                "start at its folder, paths in --set at the current one. Correct the path."
            )
            raise ScenarioError(message)
