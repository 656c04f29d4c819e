# SPDX-License-Identifier: Apache-2.0
"""Tax rates, known by their TaxType.

https://developer.xero.com/documentation/api/accounting/taxrates
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Self

from pydantic import Field, model_validator

from xero_connection.client import Request
from xero_connection.endpoint import Endpoint
from xero_connection.errors import NotFoundError
from xero_connection.fields import Input, OneOf, document, refusal
from xero_connection.filters import Where
from xero_connection.lists import ListInput
from xero_connection.models.tax_rates import TaxComponent, TaxRate, TaxRateRecord
from xero_connection.operation import Call, Done, Operation, Undo

if TYPE_CHECKING:
    from collections.abc import Mapping

    from xero_connection.operation import Flow

TaxType = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]+$", max_length=50)]


class NewTaxRate(TaxRate):
    """A tax rate that does not exist yet."""

    Name: str = Field(min_length=1, description="For people, unique; documents name TaxType.")
    TaxComponents: list[TaxComponent] = Field(min_length=1)

    @model_validator(mode="after")
    def _has_one_compound_part(self) -> Self:
        if sum(bool(one.IsCompound) for one in self.TaxComponents) > 1:
            raise refusal("Only one component can be on top of the others", "TaxComponents")
        return self


class OneTaxRate(Input):
    """One tax rate by its TaxType."""

    tax_type: TaxType = Field(description="TaxType from list_tax_rates, such as TAX001.")


class UpdateTaxRate(OneTaxRate):
    """A change to a tax rate."""

    tax_rate: TaxRate = Field(description="Only what changes.")


class ListTaxRates(ListInput):
    """Which tax rates to list."""

    statuses: Annotated[
        list[Annotated[str, OneOf("ACTIVE", "ARCHIVED", "DELETED", "PENDING")]] | None,
        Where("Status"),
    ] = Field(default=None, min_length=1, description="Only in these statuses.")
    can_apply_to_revenue: Annotated[bool | None, Where("CanApplyToRevenue")] = Field(
        default=None, description="Only those for sales, or those not for them."
    )
    can_apply_to_expenses: Annotated[bool | None, Where("CanApplyToExpenses")] = Field(
        default=None, description="Only those for expenses, or those not for them."
    )


# Xero knows the rate to be changed by its TaxType, and still wants the whole of it.
_WHOLE = ("Name", "TaxComponents", "ReportTaxType")


def _change(tax_type: str, change: Mapping[str, Any]) -> Flow:
    answer = yield Request(method="GET", path=f"/TaxRates/{tax_type}")
    if not answer["TaxRates"]:
        raise NotFoundError("There is no tax rate with this TaxType.")
    before = answer["TaxRates"][0]
    kept = {name: before[name] for name in _WHOLE if before.get(name) is not None}
    sent = {**kept, "TaxType": before["TaxType"], **change}
    answer = yield Request(method="POST", path="/TaxRates", body={"TaxRates": [sent]})
    undo = None
    if "Status" not in change:
        back = {name: kept[name] for name in change if name in kept}
        undo = {
            "operation": "tax_rates/update_tax_rate",
            "input": {"tax_type": before["TaxType"], "tax_rate": back},
        }
    return Done(output={"tax_rate": answer["TaxRates"][0]}, undo=undo)


def _update(asked: UpdateTaxRate) -> Flow:
    return _change(asked.tax_type, document(asked.tax_rate))


def _delete(asked: OneTaxRate) -> Flow:
    return _change(asked.tax_type, {"Status": "DELETED"})


_RATES = Endpoint(
    resource="tax_rates",
    noun="tax_rate",
    collection="TaxRates",
    record=TaxRateRecord,
    read=("accounting.settings.read", "accounting.settings"),
    write=("accounting.settings",),
    example_id="",
    each_query=False,
)
_LEVY = {
    "Name": "Harbour Levy",
    "TaxComponents": [{"Name": "Levy", "Rate": 2.25}],
    "ReportTaxType": "OUTPUT",
}


def _refused(path: str, **changes: Any) -> tuple[dict[str, Any], str]:
    """Return the example with other fields, without those that are None."""
    changed = {**_LEVY, **changes}
    rate = {name: value for name, value in changed.items() if value is not None}
    return {"tax_rate": rate}, f"input.tax_rate.{path}"


OPERATIONS = (
    _RATES.create(
        NewTaxRate,
        _LEVY,
        covers=("createTaxRates",),
        counter_examples=(
            _refused("Name", Name=None),
            _refused("TaxComponents", TaxComponents=[]),
            _refused("TaxComponents.0.Rate", TaxComponents=[{"Name": "Levy", "Rate": 2.25001}]),
            _refused(
                "TaxComponents",
                TaxComponents=[{"Name": one, "Rate": 1, "IsCompound": True} for one in "AB"],
            ),
            _refused("TaxType", TaxType="TAX002"),
            _refused("Status", Status="DELETED"),
        ),
        # Names are unique: a repeat is refused.
        idempotency="natural",
        undo=(
            Undo(
                operation="tax_rates/delete_tax_rate",
                arguments={"tax_type": "TaxType"},
                statuses=frozenset({"ACTIVE"}),
            ),
        ),
        advice=(
            "Xero gives it a TaxType, which line items name. AU, NZ and UK need a ReportTaxType. "
            "Names are unique: where a repeat is refused for its name, the rate was made before."
        ),
    ),
    Operation(
        id="tax_rates/update_tax_rate",
        kind="action",
        summary="Change a tax rate.",
        input=UpdateTaxRate,
        output=_RATES.one,
        example={"tax_type": "TAX001", "tax_rate": {"Name": "City and Harbour Levy"}},
        covers=("updateTaxRate",),
        counter_examples=(
            ({"tax_type": "../Users", "tax_rate": {}}, "input.tax_type"),
            ({"tax_type": "TAX001", "tax_rate": {"Status": "DELETED"}}, "input.tax_rate.Status"),
        ),
        flow=_update,
        alone="tax_type",
        calls=2,
        scopes=_RATES.write,
        idempotency="natural",
        advice=(
            "Send only what changes; TaxComponents replace the old ones. The rates that Xero "
            "brings with a country stay as they are. There is no undo: what the rate was is not "
            "known."
        ),
    ),
    Operation(
        id="tax_rates/delete_tax_rate",
        kind="action",
        summary="Delete a tax rate.",
        input=OneTaxRate,
        output=_RATES.one,
        example={"tax_type": "TAX001"},
        covers=("updateTaxRate",),
        counter_examples=(({"tax_type": "City Levy"}, "input.tax_type"),),
        flow=_delete,
        alone="tax_type",
        calls=2,
        scopes=_RATES.write,
        idempotency="natural",
        destructive=True,
        advice=(
            "Only rates that people made can go, and only where nothing uses them; afterwards it "
            "is listed as DELETED. There is no way back."
        ),
    ),
    Operation(
        id="tax_rates/get_tax_rate",
        kind="query",
        summary="Get a tax rate by its TaxType.",
        input=OneTaxRate,
        output=_RATES.one,
        example={"tax_type": "OUTPUT"},
        covers=("getTaxRateByTaxType",),
        counter_examples=(({"tax_type": "Tax on Sales"}, "input.tax_type"), ({}, "input.tax_type")),
        call=Call(method="GET", path="/TaxRates/{tax_type}", collection="TaxRates"),
        scopes=_RATES.read,
        advice="Use list_tax_rates where only the name is known.",
    ),
    _RATES.list(
        ListTaxRates,
        covers=("getTaxRates",),
        example={"statuses": ["ACTIVE"], "can_apply_to_revenue": True},
        counter_examples=(({"statuses": ["VOIDED"]}, "input.statuses.0"),),
        advice="Take TaxType from here for line items; its Name is refused there.",
    ),
)
