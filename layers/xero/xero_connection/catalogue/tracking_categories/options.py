# SPDX-License-Identifier: Apache-2.0
"""Operations on the options of tracking categories."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from pydantic import Field

from xero_connection.catalogue.tracking_categories.shapes import CATEGORIES
from xero_connection.client import Request
from xero_connection.fields import Input, Output, document
from xero_connection.forms import output_of
from xero_connection.models.tracking_categories import TrackingOption, TrackingOptionRecord
from xero_connection.operation import Done, Operation

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from xero_connection.operation import Flow


class NewTrackingOption(TrackingOption):
    """An option that does not exist yet."""

    Name: str = Field(
        min_length=1, max_length=100, description="Such as East; unique in its category."
    )


class OneOption(Input):
    """One option of a tracking category by their ids."""

    tracking_category_id: UUID
    tracking_option_id: UUID


class CreateOption(Input):
    """A new option for a tracking category."""

    tracking_category_id: UUID
    tracking_option: NewTrackingOption


class UpdateOption(OneOption):
    """A change to an option of a tracking category."""

    tracking_option: NewTrackingOption


class DeletedOptionOutput(Output):
    """What was deleted."""

    deleted: bool = Field(description="Xero has it no more.")
    tracking_option_id: UUID


def _create(asked: CreateOption) -> Flow:
    answer = yield Request(
        method="PUT",
        path=f"/TrackingCategories/{asked.tracking_category_id}/Options",
        body=document(asked.tracking_option),
    )
    option = answer["Options"][0]
    category_id, option_id = str(asked.tracking_category_id), option["TrackingOptionID"]
    undo = _of_option("delete_tracking_option", category_id, option_id)
    return Done(output={"tracking_option": option}, undo=undo)


def _update(asked: UpdateOption) -> Flow:
    answer = yield _on(asked, document(asked.tracking_option))
    return Done(output={"tracking_option": answer["Options"][0]})


def _become(status: str, undo: str) -> Callable[[OneOption], Flow]:
    """Return the flow that changes an option's status."""

    def flow(asked: OneOption) -> Flow:
        answer = yield _on(asked, {"Status": status})
        ids = str(asked.tracking_category_id), str(asked.tracking_option_id)
        return Done(output={"tracking_option": answer["Options"][0]}, undo=_of_option(undo, *ids))

    return flow


def _delete(asked: OneOption) -> Flow:
    yield Request(method="DELETE", path=_path(asked))
    return Done(output={"deleted": True, "tracking_option_id": str(asked.tracking_option_id)})


def _on(asked: OneOption, change: Mapping[str, Any]) -> Request:
    return Request(method="POST", path=_path(asked), body=change)


def _path(asked: OneOption) -> str:
    category_id, option_id = asked.tracking_category_id, asked.tracking_option_id
    return f"/TrackingCategories/{category_id}/Options/{option_id}"


def _of_option(name: str, category_id: str, option_id: str) -> dict[str, Any]:
    ids = {"tracking_category_id": category_id, "tracking_option_id": option_id}
    return {"operation": f"tracking_categories/{name}", "input": ids}


_OPTION_OUTPUT = output_of("tracking_option", TrackingOptionRecord)
_ID = CATEGORIES.example_id
_ONE = {
    "tracking_category_id": _ID,
    "tracking_option_id": "8576efe5-22a9-56e4-990f-d0ac5dbf29e7",
}


def _option(name: str, summary: str, **own: Any) -> Operation:
    """Return an action on an option."""
    return Operation(
        **{
            "id": f"tracking_categories/{name}",
            "kind": "action",
            "summary": summary,
            "input": OneOption,
            "output": _OPTION_OUTPUT,
            "example": _ONE,
            "counter_examples": (
                (_ONE | {"tracking_option_id": "East"}, "input.tracking_option_id"),
            ),
            "scopes": CATEGORIES.write,
            # Names are unique in a category: a repeat is refused.
            "idempotency": "natural",
            **own,
        }
    )


OPTIONS = (
    _option(
        "create_tracking_option",
        "Create an option of a tracking category.",
        input=CreateOption,
        example={"tracking_category_id": _ID, "tracking_option": {"Name": "Harbour"}},
        covers=("createTrackingOptions",),
        counter_examples=(
            (
                {"tracking_category_id": _ID, "tracking_option": {}},
                "input.tracking_option.Name",
            ),
            (
                {"tracking_category_id": _ID, "tracking_option": {"Name": "A" * 101}},
                "input.tracking_option.Name",
            ),
        ),
        flow=_create,
        advice=(
            "Names are unique in their category: where a repeat is refused for its name, the "
            "option was made before. Its undo deletes it."
        ),
    ),
    _option(
        "update_tracking_option",
        "Give an option of a tracking category another name.",
        input=UpdateOption,
        example={**_ONE, "tracking_option": {"Name": "Waterfront"}},
        covers=("updateTrackingOptions",),
        counter_examples=(
            ({**_ONE, "tracking_option": {"Name": ""}}, "input.tracking_option.Name"),
            (
                {**_ONE, "tracking_option_id": "East", "tracking_option": {"Name": "A"}},
                "input.tracking_option_id",
            ),
        ),
        flow=_update,
        advice="Lines that name it follow. There is no undo: the name before is not known.",
    ),
    _option(
        "archive_tracking_option",
        "Archive an option of a tracking category, so that new lines cannot name it.",
        covers=("updateTrackingOptions",),
        flow=_become("ARCHIVED", "restore_tracking_option"),
        destructive=True,
        advice=(
            "Choose it for one that was used; lines and reports of before keep it. Its undo "
            "restores it."
        ),
    ),
    _option(
        "restore_tracking_option",
        "Make an archived option one that lines can name again.",
        covers=("updateTrackingOptions",),
        flow=_become("ACTIVE", "archive_tracking_option"),
        advice=(
            "Find it with list_tracking_categories and include_archived. Its undo archives it "
            "again."
        ),
    ),
    _option(
        "delete_tracking_option",
        "Delete an option of a tracking category.",
        output=DeletedOptionOutput,
        covers=("deleteTrackingOptions",),
        flow=_delete,
        destructive=True,
        advice="Xero refuses it where lines name it: archive it then. There is no way back.",
    ),
)
