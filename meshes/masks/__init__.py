"""From the voxels of a mask to a closed surface of the same volume."""
