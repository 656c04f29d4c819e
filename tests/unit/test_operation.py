# SPDX-License-Identifier: Apache-2.0
"""What follows from an operation's declaration: its request, its answer, its way back."""

from typing import Annotated, Any

import pytest
from xero_connection.client import Request
from xero_connection.errors import NotFoundError
from xero_connection.fields import Body, Document, Input, ListOutput, Output, Query, Record
from xero_connection.operation import Call, Done, Operation, Undo, pagination


class Paper(Document):
    """A document."""

    Number: str | None = None


class Asked(Input):
    """An input."""

    paper_id: str = "1"
    page: Annotated[int | None, Query("page")] = None
    paper: Annotated[Paper | None, Body("Papers")] = None


class PaperRecord(Paper, Record):
    """A record."""


class OnePaper(Output):
    """One record."""

    paper: PaperRecord


class Papers(Output):
    """All records."""

    papers: list[PaperRecord]


class PageOfPapers(ListOutput):
    """A page of records."""

    papers: list[PaperRecord]


END = {"next_cursor": None, "stopped_by": None}
UNSAID = ("page_count", "item_count")


def operation(output: type[Output], **parts: Any) -> Operation:
    call = Call(method="GET", path="/Papers/{paper_id}", collection="Papers")
    declared: dict[str, Any] = {
        "kind": "query",
        "summary": "Read.",
        "input": Asked,
        "call": call,
    } | parts
    return Operation(id="papers/get_paper", output=output, **declared)


def ended(flow: Any, document: Any) -> Done:
    next(flow)
    with pytest.raises(StopIteration) as end:
        flow.send(document)
    done: Done = end.value.value
    return done


def test_an_id_is_resource_and_name() -> None:
    declared = operation(OnePaper)

    assert (declared.resource, declared.name, declared.record_key) == (
        "papers",
        "get_paper",
        "paper",
    )


def test_a_request_is_the_calls_parts_and_the_inputs() -> None:
    call = Call(
        method="POST",
        path="/Papers/{paper_id}",
        query={"unitdp": "4", "page": "1"},
        body={"Papers": [{"Status": "VOIDED"}]},
    )

    assert call.request(Asked(paper_id="a/b")) == Request(
        method="POST",
        path="/Papers/a%2Fb",
        query={"unitdp": "4", "page": "1"},
        body={"Papers": [{"Status": "VOIDED"}]},
    )
    # what was asked counts before what is declared
    asked = call.request(Asked(page=2, paper=Paper(Number="7")))
    assert asked.query == {"unitdp": "4", "page": "2"}
    assert asked.body == {"Papers": [{"Number": "7"}]}


@pytest.mark.parametrize(
    ("output", "document", "read"),
    [
        # one record, though Xero answers a list
        (OnePaper, {"Papers": [{"Number": "1"}]}, {"paper": {"Number": "1"}}),
        # all of them
        (Papers, {"Papers": [{"Number": "1"}, {}]}, {"papers": [{"Number": "1"}, {}]}),
        (Papers, {}, {"papers": []}),
        # a page, with Xero's paging in our names
        (
            PageOfPapers,
            {
                "pagination": {"page": 2, "pageSize": 100, "pageCount": 3, "itemCount": 214},
                "Papers": [],
            },
            {
                "papers": [],
                "pagination": {"page": 2, "page_size": 100, "page_count": 3, "item_count": 214},
                **END,
            },
        ),
        # a page of which Xero does not say how many there are
        (
            PageOfPapers,
            {"Papers": [{}]},
            {
                "papers": [{}],
                "pagination": {"page": 1, "page_size": 1, **dict.fromkeys(UNSAID)},
                **END,
            },
        ),
    ],
)
def test_an_answer_is_read_as_the_output_says(
    output: type[Output], document: Any, read: dict[str, Any]
) -> None:
    assert ended(operation(output).run(Asked()), document) == Done(output=read)


def test_an_answer_without_a_collection_is_the_list_itself() -> None:
    bare = operation(Papers, call=Call(method="GET", path="/papers"))

    assert bare.read([{"Number": "1"}]) == {"papers": [{"Number": "1"}]}
    assert bare.read({}) == {"papers": []}


@pytest.mark.parametrize("document", [{}, {"Papers": []}])
def test_no_record_where_one_was_asked_for_is_not_found(document: Any) -> None:
    with pytest.raises(NotFoundError):
        operation(OnePaper).read(document)


def test_paging_that_xero_leaves_out_is_not_made_up() -> None:
    assert [pagination({"pagination": None}, 7)[name] for name in UNSAID] == [None, None]


def test_a_trigger_is_not_invoked() -> None:
    trigger = operation(OnePaper, kind="trigger", call=None)

    with pytest.raises(TypeError, match="trigger"):
        next(trigger.run(Asked()))


# The way back

DELETE = Undo(
    operation="papers/delete_paper",
    arguments={"paper_id": "PaperID"},
    statuses=frozenset({"DRAFT", "SUBMITTED"}),
)
VOID = Undo(operation="papers/void_paper", arguments={"paper_id": "PaperID"})


@pytest.mark.parametrize(
    ("undo", "record", "way_back"),
    [
        # the first that the record's status allows
        ((DELETE, VOID), {"PaperID": "a", "Status": "DRAFT"}, "papers/delete_paper"),
        ((DELETE, VOID), {"PaperID": "a", "Status": "AUTHORISED"}, "papers/void_paper"),
        ((VOID,), {"PaperID": "a"}, "papers/void_paper"),
        # none where none is
        ((DELETE,), {"PaperID": "a", "Status": "PAID"}, None),
        ((DELETE,), {"PaperID": "a"}, None),
        ((), {"PaperID": "a"}, None),
        # none that could not be carried out
        ((VOID,), {"Status": "DRAFT"}, None),
        ((VOID,), {"PaperID": None}, None),
        ((VOID,), "a", None),
    ],
)
@pytest.mark.promise("undo")
def test_the_way_back_is_a_ready_call(
    undo: tuple[Undo, ...], record: Any, way_back: str | None
) -> None:
    ready = operation(OnePaper, undo=undo).way_back(Done(output={"paper": record}))

    assert ready == (way_back and {"operation": way_back, "input": {"paper_id": "a"}})


@pytest.mark.promise("undo")
def test_a_flow_may_know_a_better_way_back() -> None:
    better = {"operation": "papers/update_paper", "input": {}}
    done = Done(output={"paper": {"PaperID": "a"}}, undo=better)

    assert operation(OnePaper, undo=(VOID,)).way_back(done) == better
