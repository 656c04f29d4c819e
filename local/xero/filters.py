# SPDX-License-Identifier: Apache-2.0
"""The `where` and `order` expressions of Xero's lists, over documents of Python values.

The language is a part of .NET's dynamic queries:
https://developer.xero.com/documentation/api/accounting/requests-and-responses.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from local.xero.operands import (
    OPERATORS,
    QueryError,
    compare,
    guid,
    moment,
    sort_key,
    text_of,
    truth,
)
from local.xero.wire import Document

Term = Callable[[Document], Any]

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<text>"(?:[^"]|"")*")
      | (?P<number>-?\d{1,28}(?:\.\d{1,28})?)[mMdDfFlL]?\b
      | (?P<name>[A-Za-z_]\w*)
      | (?P<sign>==|!=|<>|<=|>=|&&|\|\||[<>=!(),.])
    )""",
    re.VERBOSE | re.ASCII,
)
_DEEPEST = 40
_SYNONYMS = {"=": "==", "<>": "!="}
_TEXT_TESTS: dict[str, Callable[[str, str], bool]] = {
    "contains": lambda text, part: part in text,
    "startswith": str.startswith,
    "endswith": str.endswith,
    "equals": str.__eq__,
}
_TEXT_CHANGES: dict[str, Callable[[str], str]] = {
    "tolower": str.lower,
    "toupper": str.upper,
    "trim": str.strip,
    "tostring": str,
}


def where(expression: str, fields: Iterable[str]) -> Callable[[Document], bool]:
    """Return the test that an expression describes.

    Raises:
        QueryError: the expression cannot be read. The returned test raises it too, where two
            values of a document cannot be compared.
    """
    term = _Parser(_tokens(expression), _names(fields)).whole()

    def test(document: Document) -> bool:
        return truth(term(document))

    return test


def order(documents: Iterable[Document], clause: str, fields: Iterable[str]) -> list[Document]:
    """Return the documents in the order that a clause such as `Name ASC, Date DESC` asks for.

    Raises:
        QueryError: the clause cannot be read.
    """
    known = _names(fields)
    ordered = list(documents)
    for part in reversed(clause.split(",")):
        name, *direction = part.split() or [""]
        if [word.upper() for word in direction] not in ([], ["ASC"], ["DESC"]):
            raise QueryError(f"'{part.strip()}' is not an order")
        path = _path(name.split("."), known)
        ordered.sort(
            key=lambda document, path=path: sort_key(path(document)),  # type: ignore[misc]
            reverse=bool(direction) and direction[0].upper() == "DESC",
        )
    return ordered


def _names(fields: Iterable[str]) -> dict[str, str]:
    return {name.lower(): name for name in fields}


def _tokens(expression: str) -> list[tuple[str, str]]:
    tokens = []
    position = 0
    text = expression.rstrip()
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None:
            raise QueryError(f"Syntax error at position {position}")
        kind = match.lastgroup or ""
        tokens.append((kind, match[kind]))
        position = match.end()
    return [*tokens, ("end", "")]


@dataclass(slots=True)
class _Parser:
    tokens: list[tuple[str, str]]
    fields: dict[str, str]
    position: int = field(default=0, init=False)
    depth: int = field(default=0, init=False)

    def whole(self) -> Term:
        term = self._either()
        if self._kind() != "end":
            raise QueryError(f"Syntax error at '{self._word()}'")
        return term

    def _kind(self) -> str:
        return self.tokens[self.position][0]

    def _word(self) -> str:
        return self.tokens[self.position][1]

    def _take(self) -> str:
        word = self._word()
        self.position += 1
        return word

    def _accept(self, *words: str) -> bool:
        if self._kind() in {"sign", "name"} and self._word().lower() in words:
            self.position += 1
            return True
        return False

    def _expect(self, word: str) -> None:
        if not self._accept(word):
            raise QueryError(f"'{word}' expected")

    def _either(self) -> Term:
        terms = [self._both()]
        while self._accept("or", "||"):
            terms.append(self._both())
        if len(terms) == 1:
            return terms[0]
        return lambda document: any(truth(term(document)) for term in terms)

    def _both(self) -> Term:
        terms = [self._negation()]
        while self._accept("and", "&&"):
            terms.append(self._negation())
        if len(terms) == 1:
            return terms[0]
        return lambda document: all(truth(term(document)) for term in terms)

    def _negation(self) -> Term:
        negated = False
        while self._accept("not", "!"):
            negated = not negated
        term = self._comparison()
        return (lambda document: not truth(term(document))) if negated else term

    def _comparison(self) -> Term:
        left = self._operand()
        sign = _SYNONYMS.get(self._word(), self._word())
        if self._kind() != "sign" or sign not in OPERATORS:
            return left
        self._take()
        right = self._operand()
        return lambda document: compare(sign, left(document), right(document))

    def _operand(self) -> Term:
        kind = self._kind()
        if kind == "end":
            raise QueryError("Expression expected")
        word = self._take()
        if kind == "text":
            return self._members(_constant(word[1:-1].replace('""', '"')))
        if kind == "number":
            return _constant(Decimal(word))
        if kind == "name":
            return self._named(word)
        if word != "(" or self.depth >= _DEEPEST:
            raise QueryError(f"Syntax error at '{word}'")
        self.depth += 1
        inner = self._either()
        self._expect(")")
        self.depth -= 1
        return self._members(inner)

    def _named(self, word: str) -> Term:
        lowered = word.lower()
        if lowered in {"true", "false"}:
            return _constant(lowered == "true")
        if lowered == "null":
            return _constant(None)
        if lowered in {"datetime", "guid"}:
            if self._accept("."):
                self._expect("parse")
            arguments = self._arguments()
            return _constant(moment(arguments) if lowered == "datetime" else guid(arguments))
        path = [word]
        while self._word() == "." and self._is_field_next():
            self.position += 1
            path.append(self._take())
        return self._members(_path(path, self.fields))

    def _is_field_next(self) -> bool:
        if self.tokens[self.position + 1][0] != "name":
            return False
        follows = self.tokens[self.position + 2][1]
        return follows != "(" and self.tokens[self.position + 1][1].lower() not in {
            "hasvalue",
            "value",
        }

    def _members(self, term: Term) -> Term:
        while self._accept("."):
            if self._kind() != "name":
                raise QueryError("Identifier expected")
            name = self._take()
            if name.lower() == "hasvalue":
                term = _has_value(term)
            elif name.lower() != "value":
                term = _call(name, term, self._arguments())
        return term

    def _arguments(self) -> list[Any]:
        self._expect("(")
        arguments: list[Any] = []
        while not self._accept(")"):
            if arguments:
                self._expect(",")
            if self._kind() not in {"text", "number"}:
                raise QueryError("Literal expected")
            arguments.append(self._operand()({}))
        return arguments


def _constant(value: Any) -> Term:
    return lambda _: value


def _has_value(term: Term) -> Term:
    return lambda document: term(document) is not None


def _path(names: list[str], fields: dict[str, str]) -> Term:
    first = fields.get(names[0].lower())
    if first is None:
        raise QueryError(f"No property or field '{names[0]}' exists")
    rest = [name.lower() for name in names[1:]]

    def look_up(document: Document) -> Any:
        value = document.get(first)
        for name in rest:
            if not isinstance(value, dict):
                return None
            value = next((held for key, held in value.items() if key.lower() == name), None)
        return value

    return look_up


def _call(name: str, term: Term, arguments: list[Any]) -> Term:
    lowered = name.lower()
    if lowered in _TEXT_TESTS and len(arguments) == 1 and isinstance(arguments[0], str):
        test, part = _TEXT_TESTS[lowered], arguments[0]
        return lambda document: test(text_of(term(document)), part)
    if lowered in _TEXT_CHANGES and not arguments:
        change = _TEXT_CHANGES[lowered]
        return lambda document: change(text_of(term(document)))
    raise QueryError(f"No applicable method '{name}' exists")
