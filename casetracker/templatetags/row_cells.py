"""The tag that draws one field of a row: hidden label, control, message below. Written by hand for speed.

Forty lesions have a thousand such cells; drawing each with a form library takes ten times as long. What stands in a
row, and where, is the business of its template.
"""

from typing import Any

from django import forms, template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag
def cell(form: Any, name: str, label: str = "") -> SafeString:
    """The control of one field with a label for screen readers; `label` overrides the field's own."""
    field = form.fields[name]
    full = form.add_prefix(name)
    caption = f'<label class="visually-hidden" for="id_{full}">{escape(label or field.label)}</label>'
    return mark_safe(caption + _control(form, name, full))


@register.simple_tag
def labelled(form: Any, name: str, unit: str = "") -> SafeString:
    """The same with a visible label: for the fields under a row."""
    field = form.fields[name]
    full = form.add_prefix(name)
    tail = f' <span class="unit">{escape(unit)}</span>' if unit else ""
    caption = f'<label for="id_{full}">{escape(field.label)}{tail}</label>'
    control = _control(form, name, full)
    inner = control + caption if _is_tick(field) else caption + control
    return mark_safe(f'<div class="under-field">{inner}</div>')


@register.simple_tag
def hidden(form: Any, name: str) -> SafeString:
    """A field that nobody sees."""
    full = form.add_prefix(name)
    return mark_safe(
        f'<input type="hidden" name="{full}" id="id_{full}" value="{escape(_text(form, name, full))}">'
    )


def _control(form: Any, name: str, full: str) -> str:
    """Control and, when the entry was not understood, the message tied to it."""
    field = form.fields[name]
    wrong = form.errors.get(name) if form.is_bound else None
    looks = " is-invalid" if wrong else ""
    extra = f' aria-invalid="true" aria-describedby="id_{full}_error"' if wrong else ""
    return _drawn(form, field, name, full, looks, extra) + (_message(wrong, full) if wrong else "")


def _drawn(form: Any, field: Any, name: str, full: str, looks: str, extra: str) -> str:
    value = _text(form, name, full)
    start = f'name="{full}" id="id_{full}"{extra}'
    if isinstance(field.widget, forms.Select):
        return f'<select class="form-select{looks}" {start}>{_options(form, field, name, value)}</select>'
    if _is_tick(field):
        ticked = " checked" if value and value != "False" else ""
        return f'<input type="checkbox" class="form-check-input{looks}" {start}{ticked}>'
    attributes = _attributes(form, field, name)
    return f'<input type="text" class="form-control{looks}" {start} value="{escape(value)}"{attributes}>'


def _attributes(form: Any, field: Any, name: str) -> str:
    """Attributes of the control; the same for all rows."""
    known = form.options.get(name)
    if known is None:
        pairs = field.widget.attrs.items()
        known = form.options[name] = "".join(f' {key}="{escape(value)}"' for key, value in pairs)
    return known


def _options(form: Any, field: Any, name: str, value: str) -> str:
    """The options with one selected; drawn once per field and value of a page."""
    known = form.options.get((name, value))
    if known is None:
        known = form.options[name, value] = "".join(
            _option(key, words, value) for key, words in field.choices
        )
    return known


def _option(key: Any, words: Any, value: str) -> str:
    selected = " selected" if str(key) == value else ""
    return f'<option value="{escape(key)}"{selected}>{escape(words)}</option>'


def _text(form: Any, name: str, full: str) -> str:
    """What stands in the control: as typed, or as recorded."""
    if form.is_bound:
        return form.data.get(full) or ""
    value = form.fields[name].prepare_value(form.get_initial_for_field(form.fields[name], name))
    return "" if value is None else str(value)


def _is_tick(field: Any) -> bool:
    return isinstance(field.widget, forms.CheckboxInput)


def _message(messages: Any, full: str) -> str:
    return f'<span class="cell-error" id="id_{full}_error">{escape(" ".join(messages))}</span>'
