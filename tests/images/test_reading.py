"""Every format gives the same image back; broken files are named, at once."""

import gzip
import struct
import time

import numpy as np
import pytest

from vertebra.images.formats.nifti import write_nifti
from vertebra.images.image import Image, ImageError
from vertebra.images.reading import read_image, read_labels


def nrrd(image, **changes):
    to_lps = np.diag([-1.0, -1.0, 1.0])
    steps = (to_lps @ image.affine[:3, :3]).T
    fields = {
        "type": "short",
        "dimension": "3",
        "space": "left-posterior-superior",
        "sizes": " ".join(map(str, image.shape)),
        "space directions": " ".join(f"({','.join(map(repr, step.tolist()))})" for step in steps),
        "space origin": f"({','.join(map(repr, (to_lps @ image.affine[:3, 3]).tolist()))})",
        "endian": "little",
        "encoding": "gzip",
    } | changes
    head = "NRRD0004\n" + "".join(f"{key}: {value}\n" for key, value in fields.items() if value is not None)
    return head.encode() + b"\n" + gzip.compress(image.values.astype("<i2").tobytes(order="F"))


def mha(image, **changes):
    to_lps = np.diag([-1.0, -1.0, 1.0])
    directions = to_lps @ image.affine[:3, :3] / image.spacing
    fields = {
        "ObjectType": "Image",
        "NDims": "3",
        "BinaryDataByteOrderMSB": "True",
        "TransformMatrix": " ".join(map(repr, directions.T.ravel().tolist())),
        "Offset": " ".join(map(repr, (to_lps @ image.affine[:3, 3]).tolist())),
        "ElementSpacing": " ".join(map(repr, image.spacing.tolist())),
        "DimSize": " ".join(map(str, image.shape)),
        "ElementType": "MET_SHORT",
    } | changes
    head = "".join(f"{key} = {value}\n" for key, value in fields.items() if value is not None)
    return head.encode() + b"ElementDataFile = LOCAL\n" + image.values.astype(">i2").tobytes(order="F")


def dicom(image, folder, leave_out=()):
    """A series of slices across the third axis, with a slope and an intercept."""
    pydicom = pytest.importorskip("pydicom", reason="pydicom, extra `images`, is not installed")
    from pydicom.dataset import FileDataset, FileMetaDataset
    from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid

    to_lps = np.diag([-1.0, -1.0, 1.0])
    steps = to_lps @ image.affine[:3, :3]
    series = generate_uid()
    for k in range(image.shape[2]):
        if k in leave_out:
            continue
        meta = FileMetaDataset()
        meta.TransferSyntaxUID, meta.MediaStorageSOPClassUID = ExplicitVRLittleEndian, CTImageStorage
        meta.MediaStorageSOPInstanceUID = generate_uid()
        each = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
        each.SOPClassUID, each.SOPInstanceUID = CTImageStorage, meta.MediaStorageSOPInstanceUID
        each.SeriesInstanceUID, each.Modality, each.InstanceNumber = series, "CT", k + 1
        each.Columns, each.Rows = image.shape[:2]
        unit = steps[:, :2] / image.spacing[:2]
        each.ImageOrientationPatient = [f"{v:.12g}" for v in unit.T.ravel()]
        each.PixelSpacing = [f"{image.spacing[1]:.12g}", f"{image.spacing[0]:.12g}"]
        each.ImagePositionPatient = [f"{v:.12g}" for v in to_lps @ image.affine[:3, 3] + k * steps[:, 2]]
        each.BitsAllocated, each.BitsStored, each.HighBit, each.PixelRepresentation = 16, 16, 15, 0
        each.SamplesPerPixel, each.PhotometricInterpretation = 1, "MONOCHROME2"
        each.RescaleSlope, each.RescaleIntercept = "1", "-1024"
        each.PixelData = (image.values[:, :, k].T + 1024).astype("<u2").tobytes()
        pydicom.dcmwrite(folder / f"slice{(7 * k) % 11:02d}.dcm", each, enforce_file_format=True)


def same(read, image):
    expected = image.canonical()
    np.testing.assert_array_equal(read.values, expected.values)
    np.testing.assert_allclose(read.affine, expected.affine, atol=2e-5)  # NIfTI stores single precision


@pytest.mark.parametrize("ending", [".nii", ".nii.gz"])
def test_nifti_comes_back(oblique, tmp_path, ending):
    write_nifti(oblique, tmp_path / f"ct{ending}")
    same(read_image(tmp_path / f"ct{ending}"), oblique)


def test_nrrd_comes_back(oblique, tmp_path):
    (tmp_path / "ct.nrrd").write_bytes(nrrd(oblique))
    same(read_image(tmp_path / "ct.nrrd"), oblique)


def test_metaimage_comes_back_from_one_file_and_from_two(oblique, tmp_path):
    content = mha(oblique)
    (tmp_path / "ct.mha").write_bytes(content)
    same(read_image(tmp_path / "ct.mha"), oblique)
    head, _, data = content.partition(b"LOCAL\n")
    (tmp_path / "ct.mhd").write_bytes(head + b"ct.raw\n")
    (tmp_path / "ct.raw").write_bytes(data)
    same(read_image(tmp_path / "ct.mhd"), oblique)


def test_a_dicom_series_comes_back_in_hu_in_whatever_order_its_files_lie(oblique, tmp_path):
    dicom(oblique, tmp_path)
    same(read_image(tmp_path), oblique)


def test_a_missing_slice_is_named(oblique, tmp_path):
    dicom(oblique, tmp_path, leave_out=(4,))
    with pytest.raises(ImageError, match="one is missing or doubled"):
        read_image(tmp_path)


def test_dicom_without_pydicom_names_the_extra(tmp_path, monkeypatch):
    import sys

    monkeypatch.setitem(sys.modules, "pydicom", None)
    with pytest.raises(ImageError, match=r"pip install 'vertebra\[images\]'"):
        read_image(tmp_path)


def huge_nifti(oblique, tmp_path):
    write_nifti(oblique, tmp_path / "x.nii")
    data = bytearray((tmp_path / "x.nii").read_bytes())
    data[40:56] = struct.pack("<8h", 3, 3000, 3000, 3000, 1, 1, 1, 1)
    return bytes(data)


def no_affine(oblique, tmp_path):
    write_nifti(oblique, tmp_path / "x.nii")
    data = bytearray((tmp_path / "x.nii").read_bytes())
    data[252:256] = b"\0\0\0\0"  # qform_code and sform_code
    return bytes(data)


def metres(oblique, tmp_path):
    affine = oblique.affine.copy()
    affine[:3] /= 1000
    write_nifti(Image(oblique.values, affine), tmp_path / "x.nii")
    return (tmp_path / "x.nii").read_bytes()


def cut(oblique, tmp_path):
    write_nifti(oblique, tmp_path / "x.nii.gz")
    return (tmp_path / "x.nii.gz").read_bytes()[:700]


BROKEN = {
    "cut.nii.gz": (cut, "not a readable NIfTI image|it is cut"),
    "huge.nii": (huge_nifti, "3000 x 3000 x 3000 voxels, 27000 million, expected at most"),
    "nowhere.nii": (no_affine, "found sform_code 0 and qform_code 0.*mesh.image.axes"),
    "metres.nii": (metres, "look like metres.*expected an affine in mm"),
    "text.nii.gz": (lambda *_: b"no image at all", "not a readable NIfTI image"),
    "empty.nii": (lambda *_: b"", "not a readable NIfTI image"),
    "cut.nrrd": (lambda image, _: nrrd(image)[:-300], "cut or damaged"),
    "huge.nrrd": (lambda image, _: nrrd(image, sizes="700 700 700"), "it is cut, or its header is wrong"),
    "negative.nrrd": (lambda image, _: nrrd(image, sizes="-7 9 11"), "expected three axes of 2 or more"),
    "nowhere.nrrd": (lambda image, _: nrrd(image, space=None), "found no space"),
    "other.nrrd": (lambda *_: b"PNG....", "begins with NRRD"),
    "cut.mha": (lambda image, _: mha(image)[:-50], "it is cut, or its header is wrong"),
    "nowhere.mha": (lambda image, _: mha(image, TransformMatrix=None), "found no TransformMatrix"),
    "colours.mha": (lambda image, _: mha(image, ElementNumberOfChannels="3"), "found 3 values a voxel"),
    "headless.mha": (lambda *_: b"\0" * 500, "expected lines up to ElementDataFile"),
    "image.png": (lambda *_: b"", "ending in '.png'"),
}


@pytest.mark.parametrize("name", BROKEN)
def test_broken_images_are_refused_at_once_by_file_and_reason(oblique, tmp_path, name):
    make, reason = BROKEN[name]
    (tmp_path / name).write_bytes(make(oblique, tmp_path))
    begin = time.monotonic()
    with pytest.raises(ImageError, match=f"(?s){name}: .*({reason})"):
        read_image(tmp_path / name)
    assert time.monotonic() - begin < 5


def test_axes_can_be_stated_where_the_file_is_silent(oblique, tmp_path):
    (tmp_path / "x.mha").write_bytes(mha(oblique, TransformMatrix=None))
    read = read_image(tmp_path / "x.mha", axes="PIR")
    np.testing.assert_allclose(read.affine[:3, :3], np.diag(oblique.spacing[[2, 0, 1]]), atol=1e-9)
    np.testing.assert_array_equal(read.values, np.flip(oblique.values.transpose(2, 0, 1), (1, 2)))


def test_an_image_named_as_mask_is_refused(oblique, tmp_path):
    write_nifti(oblique, tmp_path / "ct.nii")
    with pytest.raises(ImageError, match="expected labels"):
        read_labels(tmp_path / "ct.nii")


def test_values_that_are_no_numbers_are_refused(oblique, tmp_path):
    values = oblique.values.astype(np.float32)
    values[1, 1, 1] = np.nan
    write_nifti(Image(values, oblique.affine), tmp_path / "ct.nii")
    with pytest.raises(ImageError, match="1 voxels that are no finite numbers"):
        read_image(tmp_path / "ct.nii")
