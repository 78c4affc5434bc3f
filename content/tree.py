"""The files under content/ while they are being read, and every fault found in them."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import msgspec
import yaml

from content.courses import Course, Stock
from content.schema import (
    City,
    Directory,
    Fault,
    Language,
    Number,
    Phrase,
    Region,
    RuleBook,
    Text,
)

SOURCE_UNKNOWN = "en"
BASE: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


STR, SEQ, MAP = (f"tag:yaml.org,2002:{kind}" for kind in ("str", "seq", "map"))


class Loader(BASE):  # type: ignore[misc]
    """YAML as clinicians expect it: a word is a word, and an id stands once."""

    def resolve(self, kind: type, value: str | None, implicit: Any) -> str:
        """Say what a thing is. Of words, only a few first letters can be anything but a word: the most are done here."""
        if kind is yaml.ScalarNode and value and value[0] not in self.yaml_implicit_resolvers:
            return STR
        tag: str = super().resolve(kind, value, implicit)
        return tag

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:  # noqa: FBT001, FBT002
        """Make words, lists and maps in one step each: there are two hundred thousand of them at every start."""
        if node.tag == STR and isinstance(node, yaml.ScalarNode):
            return node.value
        if node in self.constructed_objects:
            return self.constructed_objects[node]
        plain = node.tag in (SEQ, MAP) and isinstance(node, yaml.SequenceNode | yaml.MappingNode)
        if not plain or node in self.recursive_objects:
            return super().construct_object(node, deep)
        self.recursive_objects[node] = None
        made: Any
        if isinstance(node, yaml.MappingNode):
            made = self.construct_mapping(node, deep=True)
        else:
            made = [self.construct_object(each) for each in node.value]
        self.constructed_objects[node] = made
        del self.recursive_objects[node]
        return made

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002
        """Refuse a second entry under one id, where YAML would silently keep the last."""
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key.value, str) and key.value in seen:
                raise yaml.constructor.ConstructorError(None, None, f"'{key.value}' stands twice", key.start_mark)
            seen.add(str(key.value))
        if all(key.tag == STR and isinstance(key, yaml.ScalarNode) for key, _ in node.value):
            return {key.value: self.construct_object(value) for key, value in node.value}
        mapping: dict[Any, Any] = super().construct_mapping(node, deep=deep)
        return mapping


# Whatever stands in a file is a text until a field says otherwise: `no`, `103` and dates are words here.

Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag.endswith((":null", ":merge"))]
    for first, resolvers in BASE.yaml_implicit_resolvers.items()
}


class Tree(msgspec.Struct):
    """What was read from a folder, as far as it could be read, and the faults met on the way."""

    folder: Path
    languages: tuple[Language, ...] = ()
    source: str = SOURCE_UNKNOWN
    phrases: dict[str, Phrase] = {}
    areas: dict[str, str] = {}
    strings: dict[str, dict[str, Text]] = {}
    courses: dict[str, Course] = {}
    stocks: dict[str, Stock] = {}
    words: dict[tuple[str, str], dict[str, str]] = {}
    doubts: dict[tuple[Path, str], str] = {}
    numbers: tuple[Number, ...] = ()
    regions: tuple[Region, ...] = ()
    cities: tuple[City, ...] = ()
    directory: Directory = Directory()
    rules: RuleBook = RuleBook(())
    faults: list[Fault] = []
    gathered: Any = None
    """What `content/entries.py` made of it, once."""

    def name(self, path: Path) -> str:
        """Name a file as a person would look for it: content/strings/tg/menu.yaml."""
        inside = path.relative_to(self.folder) if path.is_relative_to(self.folder) else path.name
        return str(Path(self.folder.name, inside))

    def blame(self, path: Path, place: str, message: str) -> None:
        """Note a fault."""
        self.faults.append(Fault(self.name(path), place, message))

    def strings_path(self, language: str, area: str) -> Path:
        """Where the texts of a language about one area are kept."""
        return self.folder / "strings" / language / f"{area}.yaml"

    def sources(self) -> tuple[Course | Stock, ...]:
        """Every programme and shelf."""
        return (*self.courses.values(), *self.stocks.values())

    def words_path(self, source: Course | Stock, language: str) -> Path:
        """Where the words of a programme or shelf in a language are kept."""
        kind = "programmes" if isinstance(source, Course) else "shelves"
        return self.folder / kind / source.id / f"{language}.yaml"


_read: dict[tuple[bytes, Any], Any] = {}
"""Every file that was read before and could be, by its bytes and kind. Nobody changes what is in there."""


def open_as(tree: Tree, path: Path, kind: Any) -> Any:
    """Read a YAML file as `kind`; None, with a fault, where it cannot be read. The same bytes are read only once."""
    try:
        written = path.read_bytes()
        known = hashlib.sha256(written).digest(), kind
        if known not in _read:
            data = yaml.load(written.decode(), Loader)  # noqa: S506 (a safe loader underneath)
            _read[known] = msgspec.convert(data, kind, strict=False)
    except FileNotFoundError:
        tree.blame(path, "", "there is no such file. Add it")
    except UnicodeDecodeError:
        tree.blame(path, "", "is not UTF-8. Save it as UTF-8")
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        tree.blame(path, f"line {mark.line + 1}" if mark else "", f"not YAML: {error.problem}. Correct this line")
    except yaml.YAMLError as error:
        tree.blame(path, "", f"not YAML: {str(error).splitlines()[0]}. Remove what cannot be read")
    except msgspec.ValidationError as error:
        _misfit(tree, path, error, "")
    else:
        return _read[known]
    return None


def convert(tree: Tree, path: Path, data: Any, kind: Any, place: str) -> Any:
    """Give `data` as `kind`; None, with a fault, where it does not fit."""
    try:
        return msgspec.convert(data, kind, strict=False)
    except msgspec.ValidationError as error:
        _misfit(tree, path, error, place)
        return None


def _misfit(tree: Tree, path: Path, error: msgspec.ValidationError, place: str) -> None:
    message, _, where = str(error).partition(" - at ")
    inner = where.strip("`").removeprefix("$").lstrip(".")
    tree.blame(path, ".".join(filter(None, (place, inner))), f"{message}. Correct it")
