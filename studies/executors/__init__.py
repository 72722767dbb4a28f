"""Where the cases of a study are computed: in this process, in processes beside it, on a cluster."""
