"""Many results at once: the page of a study, and the chapter about samples of a run."""
