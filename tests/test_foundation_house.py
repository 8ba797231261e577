"""The house rules that a linter cannot see: what the engine imports, who writes, what the files must not name."""

import ast
import os
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.template.loader import get_template

ROOT = Path(__file__).resolve().parents[1]
WRITERS = {"services", "migrations", "management"}
WRITES = {
    "save",
    "create",
    "bulk_create",
    "get_or_create",
    "update_or_create",
    "bulk_update",
    "update",
    "delete",
}
QUERIES = {"objects", "filter", "exclude", "all", "order_by", "select_for_update", "using"}


def python_files(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((ROOT / folder).rglob("*.py"))


def imported_by(file: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(file.read_text())):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield "." * node.level + (node.module or "")


def test_the_engine_imports_the_standard_library_and_itself_only():
    strangers = [
        f"{file.name}: {name}"
        for file in python_files("checklists/engine")
        for name in imported_by(file)
        if not name.startswith((".", "checklists.engine")) or name.startswith("..")
        if name.partition(".")[0] not in sys.stdlib_module_names and name != "checklists.engine"
    ]
    assert strangers == []


def test_the_engine_reads_no_clock_and_no_file():
    forbidden = re.compile(r"\b(open\(|\.now\(|\.today\(|utcnow|time\.time|read_text|os\.environ)")
    found = [
        f"{file.name}: {hit}" for file in python_files("checklists/engine") for hit in _hits(forbidden, file)
    ]
    assert found == []


def _hits(pattern: re.Pattern[str], file: Path) -> list[str]:
    code = [line for line in file.read_text().splitlines() if not line.lstrip().startswith("#")]
    return pattern.findall("\n".join(code))


def chain_of(node: ast.expr) -> set[str]:
    """Every name on the way to a call: `Case.objects.filter(...).update` -> {Case, objects, filter, update}."""
    names = set()
    while isinstance(node, ast.Attribute | ast.Call | ast.Subscript):
        if isinstance(node, ast.Attribute):
            names.add(node.attr)
        node = node.func if isinstance(node, ast.Call) else node.value
    return names | ({node.id} if isinstance(node, ast.Name) else set())


def writes_in(source: str) -> list[int]:
    """Line numbers where records are written: any `.save(`, and the other verbs at the end of a query."""
    lines = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in WRITES:
            names = chain_of(node.func.value)
            if node.func.attr == "save" or names & QUERIES:
                lines.append(node.lineno)
    return lines


@pytest.mark.parametrize(
    "line",
    ["case.save()", "Case.objects.create(x=1)", "cases.filter(x=1).update(y=2)", "case.items.all().delete()"],
)
def test_the_search_for_writes_finds_them(line):
    assert writes_in(line) == [1]


def test_only_services_write():
    written = [
        f"{file.relative_to(ROOT)}:{line}"
        for file in python_files("casetracker", "checklists")
        if not WRITERS & set(file.parts)
        for line in writes_in(file.read_text())
    ]
    assert written == []


def test_no_signals_and_no_save_overrides_except_the_audit_triggers():
    found = [
        f"{file.relative_to(ROOT)}: {hit}"
        for file in python_files("casetracker", "checklists")
        for hit in re.findall(r"(def save\(self|post_save|pre_save|m2m_changed)", file.read_text())
    ]
    assert found == []


def templates() -> list[str]:
    folder = ROOT / "templates"
    return sorted(str(file.relative_to(folder)) for file in folder.rglob("*.html"))


@pytest.mark.parametrize("name", templates())
def test_every_template_can_be_read(name):
    get_template(name)


@pytest.mark.parametrize("name", templates())
def test_no_template_carries_inline_script_or_style(name):
    """The content policy would block them, silently for the person who looks at the page."""
    text = (ROOT / "templates" / name).read_text()
    assert not re.search(r"<script(?![^>]*\bsrc=)[^>]*>", text)
    assert not re.search(r"<style[\s>]|\sstyle=\"|\son[a-z]+=\"|javascript:", text)


NOT_OURS = {".git", ".venv", "var", ".env", "staticfiles", "__pycache__", "vendor", ".hypothesis"}
NOT_OURS |= {".pytest_cache", ".ruff_cache", ".mypy_cache", ".import_linter_cache"}


def our_files() -> Iterator[Path]:
    """Every file of the project as it would be handed on; read from the folder, because git may be missing."""
    for folder, below, names in os.walk(ROOT):
        below[:] = [name for name in below if name not in NOT_OURS]
        yield from (Path(folder, name) for name in names if name not in NOT_OURS)


# The only addresses of other people's sites: names of formats and licences, and a source of the rule book.
NAMED_SITES = {"www.w3.org", "www.apache.org", "www.aiim.org", "www.astro.org"}
NOBODYS_SITES = re.compile(r"(?:.*\.)?example(?:\.org|\.com)?|testserver|localhost|127\.0\.0\.1")


def our_texts() -> Iterator[tuple[str, bytes]]:
    """Name and content of every file that a person of the project wrote; code of others lies in `vendor`."""
    for file in our_files():
        if file.suffix not in {".png", ".pdf", ".map"}:
            yield str(file.relative_to(ROOT)), file.read_bytes()


def test_no_file_names_a_place_of_one_machine():
    """The project stands alone: no folder of this checkout, no home folder."""
    places = [re.escape(f"{place}/".encode()) for place in (ROOT, Path.home()) if len(place.parts) > 1]
    known = re.compile(b"|".join([*places, rb"/(?:home|Users)/\w+/"]))
    assert [(name, hit) for name, text in our_texts() for hit in known.findall(text)] == []


def test_addresses_lead_to_named_sites_only():
    """No package host, no service: nothing of the project is fetched from somewhere."""
    address = re.compile(rb"https?://([A-Za-z0-9.-]+[A-Za-z0-9])")
    found = {(name, host.decode()) for name, text in our_texts() for host in address.findall(text)}
    strange = {pair for pair in found if pair[1] not in NAMED_SITES and not NOBODYS_SITES.fullmatch(pair[1])}
    assert strange == set()


LOCKS = ("requirements.txt", "requirements-dev.txt")
PIN = re.compile(r"[A-Za-z0-9._-]+(?:\[[^\]]*\])?==\S+(?: ; [^:@]+)? \\")
HASH = re.compile(r"    --hash=sha256:[0-9a-f]{64}(?: \\)?")
REMARK = re.compile(r" *#[^:@]*")


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_file_holds_pins_hashes_and_remarks_and_nothing_else(lock):
    lines = [line for line in (ROOT / lock).read_text().splitlines() if line]
    assert [line for line in lines if not any(kind.fullmatch(line) for kind in (PIN, HASH, REMARK))] == []
    pins = [place for place, line in enumerate(lines) if PIN.fullmatch(line)]
    assert len(pins) > 20
    assert all(HASH.fullmatch(lines[place + 1]) for place in pins)


def test_the_locks_hold_every_direct_dependency():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    for lock, wanted in zip(
        LOCKS, (project["dependencies"], project["optional-dependencies"]["dev"]), strict=True
    ):
        pinned = {name.lower() for name in re.findall(r"^([A-Za-z0-9._-]+)", (ROOT / lock).read_text(), re.M)}
        named = {re.split(r"[\[<>=]", line)[0].lower() for line in wanted}
        assert named - pinned == set()


def test_both_locks_agree():
    pins = [set(re.findall(r"^(\S+==\S+)", (ROOT / lock).read_text(), re.M)) for lock in LOCKS]
    assert pins[0] - pins[1] == set()
