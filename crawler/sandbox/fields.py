"""Partial answers: the parameter `fields`, as Google's APIs have it.

`a,b` both, `a/b` a part of a, `a(b,c)` several parts of it, `*` whatever is there. Lists are gone
through. A name that the answer cannot have is refused, one that is merely absent this time is not.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from functools import lru_cache
from typing import TypeAlias, get_args

import msgspec

from crawler.sandbox.shape import JSON, Shape

Selection: TypeAlias = "dict[str, Selection] | None"
"""Which names to keep, and what of each; `None` keeps everything."""

_TOKEN = re.compile(r"[A-Za-z0-9_-]+|[*,/()]")


class FieldsInvalid(ValueError):
    """A selector that makes no sense; the message is the selector alone."""


@lru_cache(maxsize=256)
def parse_fields(text: str, answer: type[Shape]) -> Selection:
    """What `text` selects of an answer of the given shape.

    Raises `FieldsInvalid` where the text does not follow the grammar or names an unknown field.
    """
    tokens = _TOKEN.findall(text)
    if "".join(tokens) != text.replace(" ", ""):
        raise FieldsInvalid(text)
    stream = iter([*tokens, ""])
    selection, end = _read_list(stream, text)
    if end != "":
        raise FieldsInvalid(text)
    _check(selection, [answer])
    return selection


def project(value: JSON, selection: Selection) -> JSON:
    """The part of `value` that the selection keeps."""
    if selection is None:
        return value
    if isinstance(value, list):
        return [project(item, selection) for item in value]
    if not isinstance(value, dict):
        return value
    parts = {name: _selected(selection, name) for name in value if _names(selection, name)}
    return {
        name: project(value[name], part)
        for name, part in parts.items()
        # A star goes over every field, and what has no parts has none of those asked for.
        if part is None or isinstance(value[name], dict | list)
    }


def _names(selection: Mapping[str, Selection], name: str) -> bool:
    return name in selection or "*" in selection


def _selected(selection: Mapping[str, Selection], name: str) -> Selection:
    if name in selection and "*" in selection:
        return _union(selection[name], selection["*"])
    return selection[name] if name in selection else selection["*"]


def _union(one: Selection, other: Selection) -> Selection:
    return None if one is None or other is None else _merged(one, other)


def _merged(one: Mapping[str, Selection], other: Mapping[str, Selection]) -> dict[str, Selection]:
    both = dict(one)
    for name, part in other.items():
        both[name] = _union(both[name], part) if name in both else part
    return both


def _read_list(stream: Iterator[str], text: str) -> tuple[Selection, str]:
    selection: dict[str, Selection] = {}
    while True:
        part, end = _read_path(next(stream), stream, text)
        selection = _merged(selection, part)
        if end != ",":
            return selection, end


def _read_path(name: str, stream: Iterator[str], text: str) -> tuple[dict[str, Selection], str]:
    if not name or name in ",/()":
        raise FieldsInvalid(text)
    mark = next(stream)
    if mark == "/":
        below, end = _read_path(next(stream), stream, text)
        return {name: below}, end
    if mark == "(":
        inside, end = _read_list(stream, text)
        if end != ")":
            raise FieldsInvalid(text)
        return {name: inside}, next(stream)
    return {name: None}, mark


def _check(selection: Selection, shapes: Collection[type[Shape]]) -> None:
    """Raise `FieldsInvalid` for the first name that none of the shapes has."""
    for name, part in (selection or {}).items():
        found = _types_at(name, shapes)
        if not found:
            raise FieldsInvalid(name)
        if part is None or dict in found:
            continue
        inner = [each for each in found if issubclass(each, Shape)]
        if not inner:
            raise FieldsInvalid(f"{name}/{next(iter(part))}")
        _check(part, inner)


def _types_at(name: str, shapes: Collection[type[Shape]]) -> list[type]:
    fields = [_fields_of(shape) for shape in shapes]
    if name == "*":
        return [kind for each in fields for kind in each.values()]
    return [each[name] for each in fields if name in each]


@lru_cache
def _fields_of(shape: type[Shape]) -> dict[str, type]:
    return {field.encode_name: _innermost(field.type) for field in msgspec.structs.fields(shape)}


def _innermost(annotation: object) -> type:
    """The shape within `tuple[Shape, ...] | None`, `dict` for an unused object, else a leaf."""
    if isinstance(annotation, type) and issubclass(annotation, Shape):
        return annotation
    if getattr(annotation, "__origin__", None) is dict:
        return dict
    inner = [_innermost(part) for part in get_args(annotation)]
    return next((part for part in inner if part is not object), object)
