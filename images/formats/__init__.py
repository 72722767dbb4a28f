"""One format a file: NIfTI, NRRD, MetaImage, DICOM series."""
