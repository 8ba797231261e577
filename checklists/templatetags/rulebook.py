"""Links from the id of a rule, a conflict or a code to its page in the rule book. Unknown ids stay plain text."""

import re
from collections.abc import Iterable

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from checklists.engine.plain import plain
from checklists.pages import wording
from checklists.pages.citations import has_page
from checklists.reader import current_book

register = template.Library()
_ID = re.compile(r"\b([A-Z]{1,5}-\d{1,3})\b")
TABS = (
    ("Codes and rules", ("rulebook", "rulebook-code", "rulebook-rule")),
    ("Documents", ("rulebook-documents",)),
    ("Conflicts", ("rulebook-conflicts",)),
    ("Policies", ("rulebook-policies",)),
    ("Two days compared", ("rulebook-changes",)),
    ("Not verified", ("rulebook-unverified",)),
    ("Try out", ("rulebook-try",)),
)


@register.simple_tag(takes_context=True)
def rulebook_tabs(context: template.Context) -> SafeString:
    """The tabs of the rule book as list entries; the shown one is marked, a code or a rule under the first."""
    match = context["request"].resolver_match
    shown = match.url_name if match else ""
    return format_html_join(
        "",
        '<li><a href="{}"{}>{}</a></li>',
        ((reverse(names[0]), _mark(shown in names), label) for label, names in TABS),
    )


def _mark(current: bool) -> SafeString:
    return mark_safe(' aria-current="page"' if current else "")


@register.filter
def rule_link(rule: str) -> SafeString:
    """One rule id as a link: `{{ reason.rule|rule_link }}`."""
    if not rule or not has_page(current_book(), rule):
        return format_html("{}", rule or "")
    return format_html('<a href="{}">{}</a>', reverse("rulebook-rule", args=[rule]), rule)


@register.filter
def rule_links(rules: Iterable[str]) -> SafeString:
    """Several rule ids, with a dot between them."""
    return format_html_join(" · ", "{}", ((rule_link(rule),) for rule in rules or ()))


@register.filter
def code_link(code: str) -> SafeString:
    """A billing code as a link to its page; plain where the book does not hold it."""
    if code not in current_book().codes:
        return format_html("{}", code)
    return format_html('<a href="{}">{}</a>', reverse("rulebook-code", args=[code]), code)


@register.filter
def code_links(codes: Iterable[str]) -> SafeString:
    """Several codes, with commas."""
    return format_html_join(", ", "{}", ((code_link(code),) for code in codes or ()))


@register.filter
def plain_words(word: object) -> str:
    """A stored word as it is read: `hospital_outpatient` becomes `hospital outpatient`."""
    return plain(str(word or ""))


@register.filter
def spelled(sentence: object) -> str:
    """A sentence of the book with its facts in words: `{course.treatment_days}` becomes `[treatment days]`."""
    return wording.spelled(current_book(), str(sentence or ""))


@register.filter
def rules_in_text(text: object) -> SafeString:
    """A sentence in which the ids of rules are links."""
    parts = _ID.split(str(text or ""))
    return format_html_join("", "{}", ((rule_link(part),) for part in parts))


@register.filter
def source_titles(keys: Iterable[str]) -> SafeString:
    """Source keys with their titles and, where there is one, their public address."""
    sources = current_book().sources
    shown = [(key, sources[key]) for key in keys or () if key in sources]
    return format_html_join(
        "", "<li>{}</li>", ((_source(key, entry.title, entry.address),) for key, entry in shown)
    )


def _source(key: str, title: str, address: str) -> SafeString:
    if "." not in address.partition("/")[0]:
        return format_html('{} <span class="rule">{}</span>', title, key)
    return format_html(
        '<a href="https://{}" rel="noreferrer">{}</a> <span class="rule">{}</span>', address, title, key
    )
