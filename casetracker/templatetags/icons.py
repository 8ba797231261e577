"""The tag that draws an icon from the sprite `static/img/icons.svg`.

Nothing here knows which icon means which state: that table is in `badges.py`.
"""

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()
SPRITE = "img/icons.svg"


@register.simple_tag
def icon(name: str, label: str = "", size: str = "") -> SafeString:
    """Draw one icon; `label` is for an icon that stands without a word, `size` is "" or "lg"."""
    css = "icon icon-lg" if size == "lg" else "icon"
    address = f"{static(SPRITE)}#{name}"
    if label:
        return format_html(
            '<svg class="{}" role="img" aria-label="{}"><use href="{}"></use></svg>', css, label, address
        )
    return format_html(
        '<svg class="{}" aria-hidden="true" focusable="false"><use href="{}"></use></svg>', css, address
    )
