"""Density and fracture as the anatomy allows them."""

from ..anatomy_section import Bone, Fracture, Mesh
from ..healing_section import Healing
from ..loading_section import Loading


def check_collapse(fracture: Fracture | None, healing: Healing) -> None:
    """Refuse a collapse that is asked for with a curve of healing, which holds it already.

    Raises
    ------
    ValueError
    """
    if fracture is None or healing.law != "curve":
        return
    if fracture.collapse and "collapse" in fracture.model_fields_set:
        message = (
            'found fracture.collapse = true with healing.law = "curve", expected false: a curve is measured on the '
            "body as it was. Remove the key or take another law."
        )
        raise ValueError(message)


def check_density_image(mesh: Mesh, bone: Bone) -> None:
    """Refuse an image of density without a body that lies in it, and a second statement of where bone is dense.

    Raises
    ------
    ValueError
    """
    image = bone.density_image
    if image is None:
        return
    if mesh.parametric is not None:
        message = (
            "found bone.density_image with mesh.parametric, expected an anatomy that lies in the image: mesh.image, "
            "mesh.surface or mesh.file. Take one of them, or state bone.density_qct_mg_cm3."
        )
        raise ValueError(message)
    own = mesh.image.file if mesh.image is not None else None
    if image.file is None and own is None:
        message = "found bone.density_image and no image, expected mesh.image.file or bone.density_image.file. Name it."
        raise ValueError(message)
    if bone.distribution is not None:
        message = (
            "found bone.distribution with bone.density_image, which says where bone is dense; expected one of them. "
            "Remove bone.distribution."
        )
        raise ValueError(message)


def check_fracture(mesh: Mesh, fracture: Fracture | None) -> None:
    """Refuse a fracture that a drawn body cannot have, and a label of a mask that is not there.

    Raises
    ------
    ValueError
    """
    if fracture is None:
        return
    if fracture.type == "existing" and mesh.parametric is not None:
        message = (
            f'found fracture.type = "existing" with {mesh.anatomy.key}, a drawn body, expected mesh.image, '
            "mesh.surface or mesh.file. Take one of them, or a fracture of another type."
        )
        raise ValueError(message)
    if fracture.band_label is not None and mesh.image is None:
        message = (
            "found fracture.band_label without mesh.image, expected a mask that holds it. Remove band_label."
        )
        raise ValueError(message)


def check_voxels(mesh: Mesh, bone: Bone, loading: Loading) -> None:
    """Refuse voxels without measured density, and caps in the mask that do not carry the load.

    Raises
    ------
    ValueError
    """
    marked = mesh.image
    if marked is None or marked.method != "voxels":
        return
    if bone.density_image is None:
        message = (
            'found mesh.image.method = "voxels" and a stated density, expected bone.density_image: voxels hold '
            'what shell and endplates carry. Name the image, or take method = "fit".'
        )
        raise ValueError(message)
    if marked.cap_labels is not None and loading.ends != "pmma_caps":
        message = (
            f'found mesh.image.cap_labels with loading.ends = "{loading.ends}", expected "pmma_caps". Set it, '
            "or remove cap_labels."
        )
        raise ValueError(message)
