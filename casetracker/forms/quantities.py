"""Form fields for numbers with a unit: typed with or without it, converted exactly, never rounded.

`1.8 cm` and `1.8cm` in a field of millimetres are 18 mm. Which size matters for which code is not known here.
"""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

_TYPED = re.compile(r"^(?P<number>\d+(?:\.\d*)?|\.\d+)\s*(?P<unit>[a-z%³]+\d?)?\.?$", re.IGNORECASE)
_MILLIMETRES = {"mm": Decimal(1), "cm": Decimal(10)}
_CUBIC = {"cc": Decimal(1), "ml": Decimal(1), "cm3": Decimal(1), "cm³": Decimal(1), "mm3": Decimal("0.001")}
_GRAY = {"gy": Decimal(1), "cgy": Decimal("0.01")}
_PERCENT = {"%": Decimal(1)}
_DEGREES = {"degrees": Decimal(1), "deg": Decimal(1)}


class QuantityField(forms.Field):
    """A `Decimal` with at most two decimals, or None when nothing was typed.

    Refused with a sentence: text, negative numbers, unknown units, more than two decimals, a value out of range.
    """

    widget = forms.TextInput

    def __init__(
        self,
        *,
        unit: str,
        factors: dict[str, Decimal],
        most: int,
        example: str,
        least: int = 0,
        **kwargs: Any,
    ) -> None:
        self.unit, self.factors, self.example = unit, factors, example
        self.least, self.most = Decimal(least), Decimal(most)
        super().__init__(required=kwargs.pop("required", False), **kwargs)
        self.widget.attrs.update({"inputmode": "decimal", "autocomplete": "off"})

    def to_python(self, value: Any) -> Decimal | None:
        text = str(value or "").strip()
        if not text:
            return None
        found = _TYPED.match(text)
        factor = self.factors.get((found["unit"] or self.unit).lower()) if found else None
        if found is None or factor is None:
            raise ValidationError(
                f"“{text}” is not a number of {self.unit}. Type for example {self.example}."
            )
        return self._checked(Decimal(found["number"]) * factor)

    def _checked(self, value: Decimal) -> Decimal:
        exact = value.normalize()
        if -int(exact.as_tuple().exponent) > 2:
            raise ValidationError(f"At most two decimals of {self.unit}: {exact:f} has more.")
        if not self.least <= exact <= self.most:
            raise ValidationError(f"Between {self.least} and {self.most} {self.unit}; {exact:f} is not.")
        return exact

    def prepare_value(self, value: Any) -> Any:
        return plain(value) if isinstance(value, Decimal) else value


def plain(value: Decimal) -> str:
    """A number without trailing zeros and without an exponent."""
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


class MillimetreField(QuantityField):
    def __init__(self, *, most: int = 300, example: str = "18 or 1.8 cm", **kwargs: Any) -> None:
        super().__init__(unit="mm", factors=_MILLIMETRES, most=most, example=example, **kwargs)


class VolumeField(QuantityField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(unit="cc", factors=_CUBIC, most=2000, example="3.2", **kwargs)


class DoseField(QuantityField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(unit="Gy", factors=_GRAY, most=160, example="20", **kwargs)


class PercentField(QuantityField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(unit="%", factors=_PERCENT, most=100, example="100", **kwargs)


class DegreeField(QuantityField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(unit="degrees", factors=_DEGREES, most=180, example="0.4", **kwargs)


class WholeField(forms.IntegerField):
    """A whole number within bounds, or None; typed as plain text so that a wrong entry stays on the screen."""

    widget = forms.TextInput

    def __init__(self, *, least: int = 0, most: int, **kwargs: Any) -> None:
        super().__init__(required=kwargs.pop("required", False), localize=False, **kwargs)
        self.least, self.most = least, most
        self.widget.attrs.update({"inputmode": "numeric", "autocomplete": "off"})

    def to_python(self, value: Any) -> int | None:
        text = str(value if value is not None else "").strip()
        if not text:
            return None
        if not re.fullmatch(r"\d{1,6}", text):
            raise ValidationError(f"“{text}” is not a whole number.")
        if not self.least <= int(text) <= self.most:
            raise ValidationError(f"Between {self.least} and {self.most}; {text} is not.")
        return int(text)
