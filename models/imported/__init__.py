"""Bodies that files bring: images with masks, and fractures that are there already."""
