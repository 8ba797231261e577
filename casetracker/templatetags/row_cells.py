"""The tag that draws one field of a row: hidden label, control, message below. Written by hand for speed.

Forty lesions have a thousand such cells; drawing each with a form library takes ten times as long. What stands in a
row, and where, is the business of its template.
"""

from typing import Any

from django import forms, template
from django.forms import BoundField
from django.utils.html import escape, format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag
def cell(form: Any, name: str, label: str = "", css: str = "") -> SafeString:
    """The control of one field with a label for screen readers; `label` overrides the field's own."""
    bound = form[name]
    mark = f"id_{form.prefix}-{name}"
    caption = format_html('<label class="visually-hidden" for="{}">{}</label>', mark, label or bound.label)
    return mark_safe(caption + _control(form, bound, mark, css) + _message(bound, mark))


@register.simple_tag
def labelled(form: Any, name: str, unit: str = "") -> SafeString:
    """The same with a visible label: for the fields under a row."""
    bound = form[name]
    mark = f"id_{form.prefix}-{name}"
    tail = format_html(' <span class="unit">{}</span>', unit) if unit else ""
    caption = format_html('<label for="{}">{}{}</label>', mark, bound.label, tail)
    control = _control(form, bound, mark, "")
    inner = (
        format_html("{}{}", control, caption) if _is_tick(bound) else format_html("{}{}", caption, control)
    )
    return format_html('<div class="under-field">{}{}</div>', inner, _message(bound, mark))


@register.simple_tag
def hidden(form: Any, name: str) -> SafeString:
    """A field that nobody sees."""
    value = _text(form[name])
    full = form.add_prefix(name)
    return format_html('<input type="hidden" name="{}" id="id_{}" value="{}">', full, full, value)


def _control(form: Any, bound: BoundField, mark: str, css: str) -> SafeString:
    wrong = bound.name in form.errors if form.is_bound else False
    extra = format_html(' aria-invalid="true" aria-describedby="{}_error"', mark) if wrong else ""
    looks = f"{css} is-invalid" if wrong else css
    if isinstance(bound.field.widget, forms.Select):
        return _select(form, bound, mark, looks, extra)
    if _is_tick(bound):
        ticked = mark_safe(" checked") if bound.value() else ""
        return format_html(
            '<input type="checkbox" class="form-check-input {}" name="{}" id="{}"{}{}>',
            *(looks, bound.html_name, mark, ticked, extra),
        )
    return _input(bound, mark, looks, extra)


def _input(bound: BoundField, mark: str, looks: str, extra: str) -> SafeString:
    attributes = format_html_join("", ' {}="{}"', bound.field.widget.attrs.items())
    return format_html(
        '<input type="text" class="form-control {}" name="{}" id="{}" value="{}"{}{}>',
        *(looks, bound.html_name, mark, _text(bound), attributes, extra),
    )


def _select(form: Any, bound: BoundField, mark: str, looks: str, extra: str) -> SafeString:
    options = _options(form, bound)
    return format_html(
        '<select class="form-select {}" name="{}" id="{}"{}>{}</select>',
        *(looks, bound.html_name, mark, extra, options),
    )


def _options(form: Any, bound: BoundField) -> SafeString:
    """The options with one selected; drawn once per field and value of a page."""
    value = _text(bound)
    known = form.options.get((bound.name, value))
    if known is None:
        lines = [_option(key, words, value) for key, words in bound.field.choices]
        known = form.options[bound.name, value] = mark_safe("".join(lines))
    return known


def _option(key: Any, words: Any, value: str) -> str:
    selected = " selected" if str(key) == value else ""
    return f'<option value="{escape(key)}"{selected}>{escape(words)}</option>'


def _text(bound: BoundField) -> str:
    value = bound.value()
    return "" if value is None else str(value)


def _is_tick(bound: BoundField) -> bool:
    return isinstance(bound.field.widget, forms.CheckboxInput)


def _message(bound: BoundField, mark: str) -> SafeString:
    if not bound.form.is_bound or bound.name not in bound.form.errors:
        return mark_safe("")
    said = " ".join(bound.errors)
    return format_html('<span class="cell-error" id="{}_error">{}</span>', mark, said)
