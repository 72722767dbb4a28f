"""How kernels are compiled, and how compiled code is kept on disk from one process to the next.

Kernels of all rooms are decorated with the `njit` of this room in place of numba's. Files are kept where numba keeps
its own: under NUMBA_CACHE_DIR where that is set, else beside the source, else in the user's cache folder; where none of
these can be written, in a folder for temporary files, and where that cannot be written either, compiled code is not
kept. Beyond what numba does,

- a kernel may call kernels of other files: code is compiled anew after a change to the file of the kernel, to the file
  of any kernel that it calls, to how they are decorated, or to a constant that one of them reads (numba looks at the
  kernel's own file only);
- files that are cut short, empty or otherwise unreadable are replaced, and a full disk is no error;
- processes that compile at the same time do not overwrite each other's code;
- kernels that a long job is known to call can be compiled in other processes while it begins.

Nothing is read or written before a kernel is first called. `lanes` and `prefetch` are instructions that numba lacks.
"""

from . import collection as collection
from .decorator import njit

__all__ = ["njit"]
