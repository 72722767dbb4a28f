"""The documentation site: `sphinx-build -W docs docs/_site` after `pip install -e '.[docs]'`; needs no network."""

import sys
from pathlib import Path

from vertebra.records.manifest.environment import version as installed

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

project = "vertebra"
author = "The vertebra developers"
copyright = "The vertebra developers, BSD-3-Clause"
release = version = installed()

extensions = [
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "myst_parser",
    "sphinx_gallery.gen_gallery",
    "made_pages",
    "set_formulas",
]
myst_enable_extensions = ["dollarmath", "colon_fence", "deflist"]
myst_heading_anchors = 3
exclude_patterns = ["_site", "_made/*.csv", "README.md"]
html_theme = "pydata_sphinx_theme"
html_title = "vertebra"
html_static_path = ["static"]
html_css_files = ["site.css"]
html_show_sourcelink = False
html_context = {"default_mode": "auto"}
_WIDE = (
    "index",
    "start",
    "scenario",
    "columns",
    "api",
    "commands",
    "model",
    "verification",
    "solver",
    "architecture",
)
html_sidebars = {page: [] for page in _WIDE}
html_theme_options = {
    "show_prev_next": True,
    "secondary_sidebar_items": ["page-toc"],
    "navbar_align": "left",
    "header_links_before_dropdown": 6,
    "footer_start": ["copyright"],
    "footer_end": [],
    "pygments_light_style": "default",
    "pygments_dark_style": "monokai",
}

autodoc_member_order = "bysource"
autodoc_typehints = "none"
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_ivar = True

sphinx_gallery_conf = {
    "examples_dirs": "../examples",
    "gallery_dirs": "tutorials",
    "filename_pattern": r"\.py$",
    "ignore_pattern": r"__init__",
    "download_all_examples": False,
    "show_memory": False,
    "remove_config_comments": True,
    "min_reported_time": 1,
    "plot_gallery": "True",
    "abort_on_example_error": True,
    "capture_repr": ("_repr_html_", "__repr__"),
}


def _escape_bars(app, what, name, obj, options, lines):
    """Write the norms of docstrings as they stand: a pair of bars is a substitution in reStructuredText."""
    lines[:] = [line if line.lstrip().startswith("+") else line.replace("|", "\\|") for line in lines]


def setup(app):
    """Connect what needs no extension of its own."""
    app.connect("autodoc-process-docstring", _escape_bars, priority=900)
