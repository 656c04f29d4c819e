# SPDX-License-Identifier: Apache-2.0
"""The inputs and outputs that the operations on any kind of record have alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Self, cast
from uuid import UUID

from pydantic import Field, create_model, model_validator

from xero_connection.elements import MOST
from xero_connection.fields import Body, Input, ListOutput, Output
from xero_connection.resources import one_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pydantic import BaseModel

    from xero_connection.fields import Document


class Update(Input):
    """A change to a record that is named by its id and, perhaps, in the document again."""

    @model_validator(mode="after")
    def _means_one(self) -> Self:
        (id_name, id_value), (name, document) = list(self)[:2]
        own = next((one for one in type(document).model_fields if is_id_of(one, id_name)), "")
        if getattr(document, own, None) not in {None, id_value}:
            raise ValueError(f"{id_name} and {name}.{own} name two records")
        return self


def named_by_id(noun: str) -> type[Input]:
    """Return the input that names one record by its id."""
    return _input(
        f"One{_camel(noun)}",
        f"One {noun.replace('_', ' ')} by its id.",
        {f"{noun}_id": (UUID, ...)},
    )


def output_of(noun: str, record: type[BaseModel]) -> type[Output]:
    """Return the output that holds one record under its noun."""
    return _output(
        f"One{_camel(noun)}Output",
        f"One {noun.replace('_', ' ')}.",
        {noun: (record, ...)},
    )


def page_of(resource: str, record: type[BaseModel]) -> type[ListOutput]:
    """Return the output that holds a page of records."""
    made = create_model(
        f"{_camel(resource)}Output",
        __base__=ListOutput,
        __doc__=f"A page of {resource.replace('_', ' ')}.",
        **{resource: (list[record], ...)},  # type: ignore[valid-type,call-overload]
    )
    return cast("type[ListOutput]", made)


def one_to_send(verb: str, noun: str, document: type[Document], body: Body) -> type[Input]:
    """Return the input that brings one document."""
    sent = Annotated[document, body]  # type: ignore[valid-type]
    doc = (document.__doc__ or "").partition("\n")[0]
    return _input(f"{verb}{_camel(noun)}", doc, {noun: (sent, ...)})


def many_to_send(verb: str, resource: str, document: type[Document], body: Body) -> type[Input]:
    """Return the input that brings many documents."""
    sent = Annotated[list[document], body]  # type: ignore[valid-type]
    text = f"1 to {MOST} {resource.replace('_', ' ')}."
    several = Field(min_length=1, max_length=MOST, description=text)
    return _input(f"{verb}{_camel(resource)}", text, {resource: (sent, several)})


def change_to_send(noun: str, document: type[Document], body: Body) -> type[Input]:
    """Return the input that names a record and brings what changes in it."""
    sent = Annotated[document, body]  # type: ignore[valid-type]
    fields = {
        f"{noun}_id": (UUID, ...),
        noun: (sent, Field(description="Only what changes.")),
    }
    doc = f"A change to {one_of(noun)}."
    return _input(f"Update{_camel(noun)}", doc, fields, base=Update)


def deleted(noun: str) -> type[Output]:
    """Return the output that says what was deleted."""
    fields = {
        "deleted": (bool, Field(description="Xero has it no more.")),
        f"{noun}_id": (UUID, ...),
    }
    return _output(f"Deleted{_camel(noun)}Output", "What was deleted.", fields)


def _input(
    name: str, doc: str, fields: Mapping[str, Any], *, base: type[Input] = Input
) -> type[Input]:
    return cast("type[Input]", create_model(name, __base__=base, __doc__=doc, **fields))


def _output(name: str, doc: str, fields: Mapping[str, Any]) -> type[Output]:
    return cast("type[Output]", create_model(name, __base__=Output, __doc__=doc, **fields))


def _camel(name: str) -> str:
    return "".join(part.capitalize() for part in name.split("_"))


def is_id_of(field_name: str, id_name: str) -> bool:
    """Tell whether Xero's name of a field is the one behind a name of ours."""
    return field_name.lower() == id_name.replace("_", "")
