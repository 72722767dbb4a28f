"""One list of rooms: packaging names every folder of code, the import contract every room and root module."""

import tomllib
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
NOT_SHIPPED = ("tests", "benchmarks", "docs", "examples", "build")


def folders_of_code():
    found = {"vertebra"}
    for file in ROOT.rglob("*.py"):
        parts = file.relative_to(ROOT).parts[:-1]
        if parts and parts[0] not in NOT_SHIPPED and not any(part.startswith(".") for part in parts):
            found.add(".".join(("vertebra", *parts)))
    return found


def test_packaging_names_every_folder_of_code():
    assert set(PROJECT["tool"]["setuptools"]["packages"]) == folders_of_code()


def test_packaging_takes_every_file_that_the_code_reads():
    given = PROJECT["tool"]["setuptools"]["package-data"]
    shipped = {
        file
        for name in folders_of_code()
        for pattern in (*given["*"], *given.get(name, ()))
        for file in ROOT.joinpath(*name.split(".")[1:]).glob(pattern)
    }
    rooms = {ROOT / name.split(".")[1] for name in folders_of_code() if name != "vertebra"}
    read = {file for room in rooms if room.is_dir() for file in room.rglob("*") if file.is_file()}
    missing = {file for file in read - shipped if file.suffix != ".py" and "__pycache__" not in file.parts}
    assert not missing, f"not in the wheel: {sorted(str(file.relative_to(ROOT)) for file in missing)}"


def test_every_folder_of_code_says_what_it_is_and_every_room_is_typed():
    for name in folders_of_code():
        folder = ROOT.joinpath(*name.split(".")[1:])
        assert (folder / "__init__.py").read_text(encoding="utf-8").startswith('"""'), folder
        if name.count(".") <= 1:
            assert (folder / "py.typed").is_file(), folder


def test_the_import_contract_names_every_room():
    (contract,) = PROJECT["tool"]["importlinter"]["contracts"]
    layers = {room.strip() for floor in contract["layers"] for room in floor.split("|")}
    modules = {file.stem for file in ROOT.glob("*.py")} - {"__init__"}
    assert layers == modules | {name.split(".")[1] for name in folders_of_code() if name != "vertebra"}


def test_a_folder_lists_like_a_table_of_contents():
    for name in folders_of_code():
        modules = [file.name for file in ROOT.joinpath(*name.split(".")[1:]).glob("*.py")]
        assert len(modules) <= 16, f"{name}: {len(modules)} modules"


def test_the_picture_of_the_rooms_is_that_of_the_code():
    spec = spec_from_file_location("draw_rooms", ROOT / "docs" / "draw_rooms.py")
    drawing = module_from_spec(spec)
    spec.loader.exec_module(drawing)
    committed = (ROOT / "docs" / "rooms.svg").read_text(encoding="utf-8")
    assert committed == drawing.picture(), "the rooms have changed. Run: python docs/draw_rooms.py"
