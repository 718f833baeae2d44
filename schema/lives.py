"""When an actor lived: from the birth, or founding, to the death, or dissolution.

Both are properties of an actor as told (EDTF); where claims differ the value shown has rivals. Who
asks whether somebody was alive wants every value told, since none of them is known to be wrong.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from visavis.schema import dates

__all__ = ["Life", "life"]


class Life(NamedTuple):
    """When an actor was born and when it died, None where nobody tells; of rival dates one holds,
    `[a,b]`."""

    born: dates.Date | None
    died: dates.Date | None


def life(properties: Mapping[str, Any]) -> Life:
    """The life that the properties of an actor tell, all rival values among them."""
    rivals = json.loads(properties["rivals"]) if properties.get("rivals") else {}

    def told(name: str) -> dates.Date | None:
        if not properties.get(name):
            return None
        values = [rival["value"] for rival in rivals.get(name, ())] or [properties[name]]
        return dates.join(dates.parse(str(value)) for value in values)

    return Life(told("born"), told("died"))
