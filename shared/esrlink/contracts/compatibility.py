"""Whether the events of this build keep what the last release promised, told in sentences.

A promise has two sides. What is still in topics, archives and dead letters was written by an older producer and must be read
by today's consumers; what is written today must be read by a consumer of the last release, which may stay as it is for
years. So a change is breaking when either cannot. A wider pattern or bound is not: every message that could be sent
before still can, and is read as before.

It compares JSON Schemas as `esrlink.contracts.schemas` makes them. What it cannot judge it calls breaking. It cannot see a
change of meaning under the same name: that is for people.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from esrlink.contracts.patterns import is_wider

Schema = Mapping[str, Any]

# Words that say nothing of which values fit.
_REMARKS = frozenset(
    {"title", "description", "examples", "deprecated", "$id", "$schema", "$defs", "x-event", "$comment"}
)
# Words with a judgement of their own, below.
_JUDGED = frozenset({"type", "enum", "const", "pattern", "properties", "required", "items", "default"})
_FLOORS = frozenset({"minimum", "exclusiveMinimum", "minLength", "minItems"})
_CEILINGS = frozenset({"maximum", "exclusiveMaximum", "maxLength", "maxItems"})


@dataclass(frozen=True, slots=True)
class Change:
    """One difference between two sets of events, as a sentence."""

    event: str
    sentence: str
    breaking: bool

    def __str__(self) -> str:
        return f"{self.event}: {self.sentence}"


def breaking(released: Mapping[str, Schema], current: Mapping[str, Schema]) -> list[Change]:
    """What of `current` breaks the promises of `released`; both are schemas by CloudEvents type."""
    return [change for change in changes(released, current) if change.breaking]


def changes(released: Mapping[str, Schema], current: Mapping[str, Schema]) -> list[Change]:
    """Every difference that a consumer could notice, by event."""
    found = []
    for name in sorted(released.keys() | current.keys()):
        if name not in released:
            found.append(Change(name, "is new", breaking=False))
        elif name not in current:
            announced = bool(released[name].get("deprecated"))
            sentence = "is gone, as the last release announced" if announced else "is gone, and nobody was told before"
            found.append(Change(name, sentence, breaking=not announced))
        else:
            old, new = released[name], current[name]
            about = [*_envelope(old["x-event"], new["x-event"]), *_Comparison(old, new).run()]
            found += [Change(name, sentence, breaking=breaks) for sentence, breaks in about]
    return found


Finding = tuple[str, bool]  # a sentence, and whether it breaks


def _envelope(old: Schema, new: Schema) -> Iterator[Finding]:
    for word, meaning in (
        ("topic", "its topic"),
        ("key", "its key"),
        ("partition_key", "its partition key"),
        ("state", "whether its topic is a state"),
    ):
        if old[word] != new[word]:
            yield f"{meaning} changed from {_told(old[word])} to {_told(new[word])}", True
    if old["producer"] != new["producer"]:
        yield f"{new['producer']} publishes it, no longer {old['producer']}", False


class _Comparison:
    """Two schemas of one event, compared from the top down with their `$ref`s followed."""

    def __init__(self, old: Schema, new: Schema) -> None:
        self._old, self._new = old, new

    def run(self) -> Iterator[Finding]:
        """Every finding, in the order of the fields."""
        yield from self._compare("", self._old, self._new)

    def _compare(self, at: str, before: Schema, after: Schema) -> Iterator[Finding]:
        old, old_nullable = _seen(self._old, before)
        new, new_nullable = _seen(self._new, after)
        where = f"`{at}`" if at else "the event"
        if old_nullable and not new_nullable:
            yield f"{where} may no longer be null, as it is in older messages", True
        if new_nullable and not old_nullable:
            yield f"{where} may be null, which no consumer expects", True
        if old.get("type") != new.get("type"):
            yield f"the type of {where} changed from {_told(old.get('type'))} to {_told(new.get('type'))}", True
            return
        yield from _values(where, old, new)
        yield from self._other_words(where, old, new)
        if "items" in old and "items" in new:
            yield from self._compare(f"{at}[]", old["items"], new["items"])
        elif ("items" in old) != ("items" in new):
            yield f"what {where} lists changed", True
        if "properties" in old or "properties" in new:
            yield from self._fields(f"{at}." if at else "", old, new)

    def _other_words(self, where: str, old: Schema, new: Schema) -> Iterator[Finding]:
        for word in sorted((old.keys() | new.keys()) - _REMARKS - _JUDGED):
            before, after = _whole(self._old, old.get(word)), _whole(self._new, new.get(word))
            if before != after:
                wider = _is_wider_bound(word, before, after)
                yield f"`{word}` of {where} changed from {_told(before)} to {_told(after)}", not wider

    def _fields(self, inside: str, old: Schema, new: Schema) -> Iterator[Finding]:
        before, after = old.get("properties", {}), new.get("properties", {})
        always_before, always_after = set(old.get("required", ())), set(new.get("required", ()))
        for name in before:
            if name not in after:
                yield f"the field `{inside}{name}` is gone", True
                continue
            if name in always_after - always_before:
                yield f"the field `{inside}{name}` is newly required, and older messages lack it", True
            if name in always_before - always_after:
                yield f"the field `{inside}{name}` may be left out, and was always there", True
            yield from self._compare(f"{inside}{name}", before[name], after[name])
        for name in after.keys() - before.keys():
            if name in always_after:
                yield f"the new field `{inside}{name}` is required, and older messages lack it", True
            else:
                yield f"the field `{inside}{name}` is new and optional", False


def _values(where: str, old: Schema, new: Schema) -> Iterator[Finding]:
    yield from _choices(where, _listed(old), _listed(new))
    yield from _pattern(where, old.get("pattern"), new.get("pattern"))
    if old.get("default") != new.get("default") and "default" in old and "default" in new:
        changed = f"from {_told(old['default'])} to {_told(new['default'])}"
        yield f"what it means to leave {where} out changed {changed}", True


def _listed(schema: Schema) -> list[Any] | None:
    return [schema["const"]] if "const" in schema else schema.get("enum")


def _choices(where: str, old: list[Any] | None, new: list[Any] | None) -> Iterator[Finding]:
    if old is None and new is not None:
        yield f"{where} takes a closed list of values, and took any", True
    elif old is not None and new is None:
        yield f"{where} takes any value, and consumers know a closed list", True
    elif old is not None and new is not None:
        for value in old:
            if value not in new:
                yield f"{where} can no longer be {_told(value)}, as it is in older messages", True
        for value in new:
            if value not in old:
                yield f"{where} can be {_told(value)}, which no consumer knows", True


def _pattern(where: str, old: str | None, new: str | None) -> Iterator[Finding]:
    if old == new:
        return
    if new is None:
        yield f"{where} no longer has to fit a pattern", False
    elif old is None:
        yield f"{where} has to fit the pattern {_told(new)}, and older messages need not", True
    elif is_wider(new, than=old):
        yield f"the pattern of {where} is wider: {_told(new)}, no longer {_told(old)}", False
    else:
        yield f"the pattern of {where} is narrower, or not surely wider: {_told(new)}, no longer {_told(old)}", True


def _is_wider_bound(word: str, old: Any, new: Any) -> bool:
    if word not in _FLOORS | _CEILINGS or old is None:
        return False
    return new is None or (new <= old if word in _FLOORS else new >= old)


def _seen(root: Schema, schema: Schema) -> tuple[Schema, bool]:
    """A schema with its `$ref` followed and without its being null, and whether it may be."""
    if "$ref" in schema:
        rest = {word: value for word, value in schema.items() if word != "$ref"}
        target, nullable = _seen(root, root["$defs"][schema["$ref"].removeprefix("#/$defs/")])
        return {**target, **rest}, nullable
    options = schema.get("anyOf", [])
    others = [one for one in options if one != {"type": "null"}]
    if len(others) != 1 or len(options) != 2:
        return schema, False
    rest = {word: value for word, value in schema.items() if word != "anyOf"}
    target, _ = _seen(root, others[0])
    return {**target, **rest}, True


def _whole(root: Schema, value: Any) -> Any:
    """A part of a schema with all its `$ref`s followed and without remarks, to be compared as it is."""
    if isinstance(value, list):
        return [_whole(root, one) for one in value]
    if not isinstance(value, dict):
        return value
    seen = {**root["$defs"][value["$ref"].removeprefix("#/$defs/")]} if "$ref" in value else value
    return {
        word: {name: _whole(root, field) for name, field in inner.items()}
        if word == "properties"
        else _whole(root, inner)
        for word, inner in seen.items()
        if word not in _REMARKS
    }


def _told(value: object) -> str:
    return "nothing" if value is None else " or ".join(map(str, value)) if isinstance(value, list) else f"`{value}`"
