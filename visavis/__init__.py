"""vis-à-vis: a knowledge graph of diplomatic encounters and relationships.

```python
import visavis

g = visavis.open()                   # the project of this folder
g.chain("reagan", "gorbachev")       # how they came to trust each other, act by act, cited
g.path("santos", "merkel")           # who could have carried it from here to there
g.evidence("actor/reagan")           # how we know
```
"""

from __future__ import annotations

import pathlib as _pathlib
from typing import TYPE_CHECKING, Any

# A checkout without symbolic links (Windows) has the rooms beside the package, not in it.
if not (_pathlib.Path(__file__).parent / "schema" / "model.py").is_file():
    __path__.append(str(_pathlib.Path(__file__).parent.parent))

if TYPE_CHECKING:
    from visavis.face import Project, open

__version__ = "0.1.0"
__all__ = ["Project", "__version__", "open"]


def __getattr__(name: str) -> Any:
    """Load the face on first use, so that `import visavis` costs nothing."""
    if name in ("open", "Project"):
        from visavis import face

        return getattr(face, name)
    raise AttributeError(f"module 'visavis' has no attribute '{name}'")
