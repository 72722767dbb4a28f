"""Broken scenarios: written by hand, each for a slip that somebody makes."""

import pytest

from vertebra.scenarios.catalogue import bundled_file

MAIN = bundled_file("main").read_text(encoding="utf-8")
TEXTS = {
    "empty": "",
    "blank": " \n\n\t\n",
    "comment only": "# nothing\n",
    "prose": "this is no TOML\n",
    "open string": 'schema = 1\nname = "x\n',
    "open table": "[mesh\n",
    "twice a key": "schema = 1\nschema = 1\n",
    "twice a table": "[mesh]\n[mesh]\n",
    "json": '{"schema": 1}',
    "yaml": "schema: 1\nname: x\n",
    "windows path": 'schema = 1\nname = "C:\\Users\\me"\n',
    "nul": "schema = 1\0",
    "latin-1": "name = 'caf\xe9'".encode("latin-1"),
    "utf-16": MAIN.encode("utf-16"),
    "binary": bytes(range(256)) * 40,
    "gzip": b"\x1f\x8b\x08" + bytes(100),
    "deep list": f"a = {'[' * 5000}{']' * 5000}\n",
    "deep inline": f"a = {'{a=' * 300}1{'}' * 300}\n",
    "deep dotted": f"{'a.' * 400}a = 1\n",
    "large": "# " + "x" * 1_100_000,
    "no schema": MAIN.replace("schema = 1\n", ""),
    "schema text": MAIN.replace("schema = 1", 'schema = "1"'),
    "schema 2": MAIN.replace("schema = 1", "schema = 2"),
    "schema true": MAIN.replace("schema = 1", "schema = true"),
    "no name": "schema = 1\n",
    "name of other kind": MAIN.replace(
        'name = "L1 wedge fracture, conservative and vertebroplasty"', "name = 3"
    ),
    "name too long": MAIN.replace("L1 wedge fracture", "x" * 200),
    "name empty": MAIN.replace('"L1 wedge fracture, conservative and vertebroplasty"', '""'),
    "no mesh": MAIN.replace("[mesh]", "[grid]"),
    "two arms of one name": f'{MAIN}\n[[arms]]\nname = "conservative"\n',
    "arm intact": f'{MAIN}\n[[arms]]\nname = "Intact"\n',
    "arm without a name": f"{MAIN}\n[[arms]]\n",
    "arm with a path": f'{MAIN}\n[[arms]]\nname = "../x"\n',
    "arms as a table": f"{MAIN.partition('[[arms]]')[0]}[arms]\nname = 'x'\n",
}
SET = {
    "mesh.order=3": "mesh.order",
    "mesh.order=2.0": "mesh.order",
    "mesh.order=true": "mesh.order",
    "mesh.parametric.edge_mm=0": "mesh.parametric.edge_mm",
    "mesh.parametric.edge_mm=-1": "mesh.parametric.edge_mm",
    "mesh.parametric.edge_mm=1e9": "mesh.parametric.edge_mm",
    "mesh.parametric.edge_mm=nan": "mesh.parametric.edge_mm",
    "mesh.parametric.edge_mm=inf": "mesh.parametric.edge_mm",
    "mesh.parametric.edge_mm=three": "mesh.parametric.edge_mm",
    "mesh.parametric.level=L9": "mesh.parametric.level",
    "mesh.parametric=3": "mesh.parametric",
    "mesh={}": "mesh",
    "mesh.surface.file=nowhere.stl": "mesh",
    "bone.density_qct_mg_cm3=0.1": "bone.density_qct_mg_cm3",
    "bone.density_qct_mg_cm3=1e6": "bone.density_qct_mg_cm3",
    "bone.density_qct_mg_cm3=[100]": "bone.density_qct_mg_cm3",
    "bone.density_ash_mg_cm3=100": "bone",
    "bone.law=hooke": "bone.law",
    "bone.densty=3": "bone.densty",
    "bone.anisotropy=yes": "bone.anisotropy",
    "bone.distribution=somehow": "bone.distribution",
    "fracture.type=burst": "fracture.type",
    "fracture.height_loss=17": "fracture.height_loss",
    "fracture.height_loss=-0.1": "fracture.height_loss",
    "fracture.centre=2": "fracture.centre",
    "fracture.zone_mm=0": "fracture.zone_mm",
    "fracture.cleft_mm=-1": "fracture.cleft_mm",
    "healing.days=[]": "healing.days",
    "healing.days=[7,0]": "healing.days",
    "healing.days=[0,7,7]": "healing.days",
    "healing.days=[-1]": "healing.days",
    "healing.days=[0,1.5]": "healing.days",
    "healing.days=[0,99999]": "healing.days",
    "healing.days=soon": "healing.days",
    "healing.law=magic": "healing.law",
    "patient.age_years=700": "patient.age_years",
    "patient.smoker=maybe": "patient.smoker",
    "patient.body_mass_kg=70000": "patient.body_mass_kg",
    "arms.vertebroplasty.cement.volume_ml=0": "cement.volume_ml",
    "arms.vertebroplasty.cement.volume_ml=4000": "cement.volume_ml",
    "arms.vertebroplasty.cement.day=-7": "cement.day",
    "arms.vertebroplasty.cement.day=9999": "cement.day",
    "arms.vertebroplasty.cement.approach=blind": "cement.approach",
    "arms.vertebroplasty.cement.product=glue": "cement.product",
    "arms.nobody.cement.volume_ml=4": "nobody",
    "arms.vertebroplasty=3": "arms.vertebroplasty",
    "loading.ends=springs": "loading.ends",
    "loading.rotation=loose": "loading.rotation",
    "loading.activities=[flying]": "loading.activities",
    "loading.activities=standing": "loading.activities",
    "loading.load_to_strength_limit=0": "loading.load_to_strength_limit",
    "loading.phases=[]": "loading.phases",
    "capacity.rule=guess": "capacity.rule",
    "capacity.criterion=hope": "capacity.criterion",
    "capacity.virtual_test=sometimes": "capacity.virtual_test",
    "solver.tolerance=1": "solver.tolerance",
    "solver.tolerance=0": "solver.tolerance",
    "solver.method=magic": "solver.method",
    "solver.threads=0": "solver.threads",
    "solver.threads=1000": "solver.threads",
    "output.fields=[heat]": "output.fields",
    "output.load_N=-1000": "output.load_N",
    "output.days=[5]": "output.days",
    "output.pictures=1": "output.pictures",
    "output.follow_up_weeks=[99]": "output.follow_up_weeks",
    "uncertainty.bands=wide": "uncertainty.bands",
    "uncertainty.pace_ratio=0": "uncertainty.pace_ratio",
    "treatment.drug=aspirin": "treatment.drug",
    "schema=2": "schema",
    "nonsense=1": "nonsense",
    "a.b.c.d.e.f.g.h.i.j.k.l=1": "a.b.c",
    "=1": "key=value",
    "mesh.order": "key=value",
}


@pytest.mark.parametrize("kind", TEXTS)
def test_a_file_that_is_no_scenario_is_refused(tmp_path, refused, kind):
    file = tmp_path / "mine.toml"
    text = TEXTS[kind]
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    refused(["run", file], file)


@pytest.mark.parametrize("override", SET)
def test_a_value_that_cannot_be_is_refused_by_its_key(tmp_path, refused, override):
    refused(["run", "main", "--set", override], "", SET[override])


@pytest.mark.parametrize("source", ["nowhere.toml", "mian", ".", "", "main.toml", "a" * 300, "no\nsuch"])
def test_a_scenario_that_is_not_there_is_refused(refused, source):
    refused(["run", source], "")


def begins(place):
    """Whether a quote or bracket there opens something, outside of comments."""
    before = MAIN[:place].rpartition("\n")[2]
    return "#" not in before and before.count('"') % 2 == 0


@pytest.mark.parametrize("number", range(12))
def test_a_file_cut_short_is_refused(tmp_path, refused, number):
    """Cut inside each of a dozen words that need an end."""
    places = [place for place, letter in enumerate(MAIN) if letter in '"[{' and begins(place)]
    file = tmp_path / "cut.toml"
    file.write_text(MAIN[: places[number * (len(places) - 1) // 11] + 1], encoding="utf-8")
    refused(["run", file], file)
