"""Stored words as they are read: `hospital_outpatient` becomes `hospital outpatient`, `avm` becomes `AVM`."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

_SPELT: Final = {
    "20_up": "20 and more",
    "avm": "AVM",
    "cobalt60": "cobalt-60",
    "cone_beam_six_axis": "cone-beam CT with six-axis registration",
    "cpt": "CPT",
    "ct": "CT",
    "forward_3d": "forward 3-D",
    "g": "G",
    "medicare_advantage": "Medicare Advantage",
    "medicare_ffs": "Medicare fee for service",
    "medicaid": "Medicaid",
    "mri": "MRI",
    "pet": "PET",
    "pretreatment_qa": "pretreatment QA",
    "reference_ct": "reference CT",
    "spine_avm": "spine AVM",
    "xray_six_axis": "X-rays with six-axis registration",
}
_WORD: Final = re.compile(r"[A-Za-z0-9_]+")


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """A stored word, or a text of stored words, without underscores and with the capitals people know."""
    return _WORD.sub(lambda found: _SPELT.get(found[0], found[0].replace("_", " ")), text)
