"""Tables of the scenario file about what comes from files: images with masks, volume meshes, densities."""
