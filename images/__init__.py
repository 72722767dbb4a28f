"""Voxels in: images and masks in RAS, labels by preset, HU to density, samples of a tetrahedral mesh."""
