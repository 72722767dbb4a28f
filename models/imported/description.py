"""What the image of a scenario holds, in words: for `vertebra check`."""

import numpy as np

from vertebra.images.core import core_mean
from vertebra.meshes.volumes.voxel_body import require_coarse
from vertebra.scenarios.imported.image import ImageFile
from vertebra.scenarios.schema import Scenario

from .imaged import calibrated, marked_body, mask_in_image, raw_image


def described_image(scenario: Scenario) -> tuple[str, ...]:
    """Sentences about mask, grid, calibration and values of the image of a scenario; empty without one.

    Raises
    ------
    ImageError
    SurfaceError
        More voxels than can be solved where they are the elements.
    """
    anatomy, said = scenario.mesh.anatomy, []
    if isinstance(anatomy, ImageFile):
        found = marked_body(anatomy)
        grid, n = found.mask.grid, int(found.mask.inside.sum())
        edges = " x ".join(f"{edge:.3g}" for edge in grid.spacing)
        said.append(
            f"label {found.label} of the mask: {found.mask.volume_mm3 / 1000:.2f} mL in {n} voxels of {edges} mm, "
            f"brought to {grid.axes}"
            + (f", {grid.obliqueness_deg:.1f} degrees oblique" if grid.obliqueness_deg > 0.05 else "")
        )
        said += found.notes
        if anatomy.mesher == "voxels":
            require_coarse(found.mask.inside, grid.affine, scenario.mesh.order)
            caps = "grown on the ends, as loading.ends has it"
            if found.caps is not None:
                caps = f"{len(found.caps[0])} below and {len(found.caps[1])} above, by label"
            said.append(
                f"solved on its voxels: {6 * n} tetrahedra of order {scenario.mesh.order}; voxels of caps: {caps}"
            )
    if scenario.bone.density_image is None:
        return tuple(said)
    mask = mask_in_image(anatomy, scenario.bone)
    known = calibrated(anatomy, scenario.bone, mask)
    values = raw_image(anatomy, scenario.bone).values[mask.inside].astype(float)
    low, high = np.percentile(values, [5, 95])
    said += known.notes
    said.append(
        f"voxels of the mask hold {values.mean():.4g} {scenario.bone.density_image.unit} in the mean, 90 % of them "
        f"{low:.4g} to {high:.4g}; density {known.image.values[mask.inside].mean():.1f} in the mean, "
        f"{core_mean(known.image, mask):.1f} mg/cm3 in the core"
    )
    return (*said, *known.warnings)
