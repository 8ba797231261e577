"""From the folder `fixtures/rulebook` to a compiled RuleBook. Strict: what is not understood is refused by line.

The meaning of the tables is in `checklists.engine`; typed reading of single mappings is in `checklists.reading`.
"""

import hashlib
import json
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any

from checklists import rows, tables
from checklists.citations import RULES, SOURCES, cited
from checklists.engine.book import (
    ClassRule,
    Code,
    ConflictRule,
    Device,
    DocumentKind,
    Item,
    RuleBook,
    plain,
)
from checklists.engine.facts import FACTS
from checklists.reading import Desk, Entry, Mistake, RulebookRefused, meant
from checklists.yaml_source import Sequence, Text, YamlRefused, single

CONFLICT_FILES = (
    "conflicts_roles.yaml",
    "conflicts_delivery.yaml",
    "conflicts_tables.yaml",
    "conflicts_case.yaml",
    "conflicts_situations.yaml",
    "conflicts_lines.yaml",
    "conflicts_modifiers.yaml",
)
"""In the order in which messages are looked for."""
CITING = {
    "policies": "policies.yaml",
    "devices": "devices.yaml",
    "diagnoses": "diagnoses.yaml",
    "checks": "checks.yaml",
}

__all__ = ["Mistake", "RulebookRefused", "built_in_book", "current_book", "read_rulebook", "rulebook_folder"]


def current_book() -> RuleBook:
    """The book that judges: the files of `built_in_book` with the published releases of the edit tables over them."""
    from checklists.published import judging_book

    return judging_book(built_in_book())


def built_in_book() -> RuleBook:
    """The book in `settings.RULEBOOK_DIR` (default `fixtures/rulebook`), read once per process."""
    return _kept(rulebook_folder())


def rulebook_folder() -> Path:
    """The folder of this site's rule book."""
    from django.conf import settings

    return Path(getattr(settings, "RULEBOOK_DIR", None) or Path(settings.BASE_DIR) / "fixtures" / "rulebook")


@lru_cache(maxsize=4)
def _kept(folder: Path) -> RuleBook:
    return read_rulebook(folder)


def read_rulebook(folder: Path) -> RuleBook:
    """The compiled book of a folder. Raises RulebookRefused with every mistake found, each with file and line."""
    shelf = _Shelf(folder)
    book = shelf.book()
    if shelf.desk.mistakes or book is None:
        raise RulebookRefused(shelf.desk.mistakes)
    return book


class _Shelf:
    """The files of one folder, read in the order in which they depend on each other."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.desk = Desk(dict(FACTS))
        self.content: dict[str, Any] = {}

    def yaml(self, name: str) -> Any:
        try:
            found = single((self.folder / name).read_text(encoding="utf-8"))
        except YamlRefused as refusal:
            self.desk.refuse(name, refusal.line, refusal.message)
            return None
        except (OSError, UnicodeDecodeError) as error:
            self.desk.refuse(name, 1, f"the file cannot be read: {error.__class__.__name__}")
            return None
        self.content[name] = found
        return found

    def entries(self, name: str) -> list[Entry]:
        rows = self.yaml(name)
        if rows is None:
            return []
        if not isinstance(rows, Sequence):
            self.desk.refuse(name, 1, "the file must be a list")
            return []
        return [Entry(self.desk, name, row, rows.line) for row in rows]

    def folder_files(self, name: str) -> Iterator[str]:
        for path in sorted((self.folder / name).glob("*.yaml")):
            yield f"{name}/{path.name}"

    def table(self, name: str) -> str:
        try:
            text = (self.folder / name).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            self.desk.refuse(name, 1, f"the file cannot be read: {error.__class__.__name__}")
            return ""
        self.content[name] = text.split("\n")
        return text

    def book(self) -> RuleBook | None:
        about = Entry(self.desk, "book.yaml", self.yaml("book.yaml"))
        policies = self.keyed("policies.yaml", rows.policy_key, "key")
        self.desk.facts.update({f"policy.{key}": rows.policy_fact(entry) for key, entry in policies.items()})
        sources = self.keyed("sources.yaml", rows.source, "key")
        rules = self.keyed("rules.yaml", rows.rule_text, "id")
        self.desk.rules.update(rules)
        items = self.items()
        conflicts = {
            file: tuple(rows.whole(entry, rows.conflict_rule) for entry in self.entries(file))
            for file in CONFLICT_FILES
        }
        parts: dict[str, Any] = {
            "version": about.text("version"),
            "edits_release": about.text("edits_release"),
            "first_day": about.day("first_day"),
            "policies": policies,
            "sources": sources,
            "rules": rules,
            "items": items,
            "kinds": self.kinds(items),
            "checks": tuple(
                rows.whole(entry, rows.consistency_check) for entry in self.entries("checks.yaml")
            ),
            "classes": tuple(rows.whole(entry, rows.class_rule) for entry in self.entries("classes.yaml")),
            "spine": tuple(rows.whole(entry, rows.spine_rule) for entry in self.entries("spine.yaml")),
            "conflicts": tuple(rule for rules in conflicts.values() for rule in rules),
            "codes": self.codes(),
            "devices": self.devices(),
            "diagnoses": tuple(
                rows.whole(entry, rows.diagnosis_hint) for entry in self.entries("diagnoses.yaml")
            ),
            "pairs": tables.read_pairs(self.desk, self.table("pairs.csv")),
            "limits": tables.read_limits(self.desk, self.table("limits.csv")),
            "parents": tables.read_parents(self.desk, self.table("parents.csv")),
            "catalogue": tables.read_catalogue(self.desk, self.table("catalogue.csv")),
            "outpatient": tables.read_outpatient(self.desk, self.table("outpatient.csv")),
        }
        about.close()
        self.cross_check(parts, conflicts)
        self.all_cited(parts)
        digest = hashlib.sha256(json.dumps(self.content, sort_keys=True).encode()).hexdigest()
        return RuleBook(**parts, digest=digest, facts=self.desk.facts)

    def keyed(self, name: str, build: Any, key: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for entry in self.entries(name):
            built = rows.whole(entry, build)
            if getattr(built, key) in found:
                entry.refuse(f"'{getattr(built, key)}' stands twice", key)
            found[getattr(built, key)] = built
        return found

    def items(self) -> dict[str, Item]:
        found: dict[str, Item] = {}
        for file in self.folder_files("documents"):
            for entry in self.entries(file):
                item = rows.whole(entry, rows.item)
                if item.key in found:
                    entry.refuse(f"the item '{item.key}' stands twice", "key")
                found[item.key] = item
        return found

    def kinds(self, items: dict[str, Item]) -> dict[str, DocumentKind]:
        proves: dict[str, list[str]] = {}
        for item in items.values():
            for kind in item.kinds:
                proves.setdefault(kind, []).append(item.key)
        found: dict[str, DocumentKind] = {}
        for entry in self.entries("kinds.yaml"):
            kind = rows.whole(entry, lambda row: rows.kind(row, proves))
            if kind.key in found:
                entry.refuse(f"the kind '{kind.key}' stands twice", "key")
            found[kind.key] = kind
        for item in items.values():
            for unknown in {*item.kinds, *item.reviews} - set(found):
                self.desk.refuse("kinds.yaml", 1, f"the kind '{unknown}' of item '{item.key}' is not listed")
        return found

    def codes(self) -> dict[str, Code]:
        found: dict[str, Code] = {}
        for file in self.folder_files("codes"):
            entry = Entry(self.desk, file, self.yaml(file))
            code = rows.whole(entry, rows.billing_code)
            if code.code in found or f"codes/{code.code}.yaml" != file:
                entry.refuse(f"the code '{code.code}' must stand once, in codes/{code.code}.yaml", "code")
            found[code.code] = code
        return found

    def devices(self) -> dict[str, Device]:
        found: dict[str, Device] = {}
        for entry in self.entries("devices.yaml"):
            device = rows.whole(entry, rows.device)
            for name in {plain(alias) for alias in (device.name, *device.aliases)}:
                if name in found:
                    entry.refuse(f"the machine name '{name}' stands twice", "device")
                found[name] = device
        return found

    def cross_check(self, parts: dict[str, Any], conflicts: dict[str, tuple[ConflictRule, ...]]) -> None:
        """Rule ids, sources and item keys that are cited must exist."""
        for name, code in parts["codes"].items():
            for edition in code.editions:
                self.cited(f"codes/{name}.yaml", "item", edition.documents, parts["items"])
                self.cited(f"codes/{name}.yaml", "rule", edition.rules, parts["rules"])
                self.cited(f"codes/{name}.yaml", "source", edition.source, parts["sources"])
        lesion_rules = (("classes.yaml", parts["classes"]), ("spine.yaml", parts["spine"]))
        for file, found in (*lesion_rules, *conflicts.items()):
            for row in found:
                rules = (row.rule,) if isinstance(row, ClassRule) else row.rules
                self.cited(file, "rule", rules, parts["rules"])
        for rule in parts["rules"].values():
            self.cited("rules.yaml", "source", rule.source, parts["sources"])

    def all_cited(self, parts: dict[str, Any]) -> None:
        """Rules and sources that any other part cites must exist too; some cite a rule as their source."""
        either = {**parts["sources"], **parts["rules"]}
        for part, file in CITING.items():
            self.cited(file, "rule", tuple(dict.fromkeys(cited(parts[part], RULES))), parts["rules"])
            self.cited(file, "source", tuple(dict.fromkeys(cited(parts[part], SOURCES))), either)
        for name, code in parts["codes"].items():
            inner = (code.course_limit, *(edition.modifiers for edition in code.editions))
            self.cited(f"codes/{name}.yaml", "rule", tuple(cited(inner, RULES)), parts["rules"])

    def cited(self, file: str, what: str, names: tuple[str, ...], known: dict[str, Any]) -> None:
        for name in names:
            if name not in known:
                told = f"the {what} '{name}' is not in the book{meant(name, known)}"
                self.desk.refuse(file, line_of(name, self.content.get(file)), told)


def line_of(word: str, content: object) -> int:
    """The line of the first place where a word stands as a value; 1 when it is nowhere."""
    if isinstance(content, Text):
        return content.line if content == word else 1
    parts = content.values() if isinstance(content, dict) else content if isinstance(content, list) else ()
    return next((line for line in (line_of(word, part) for part in parts) if line > 1), 1)
