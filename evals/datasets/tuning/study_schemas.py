"""Three schemas of which a template is tuned in docs/tuning.md; the documents are beside them."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Literal

from pydantic import BaseModel, Field

__all__ = ["Booking", "ForSale", "ParcelNotice"]


class Booking(BaseModel):
    """A request to book a table in a restaurant."""

    guest: str | None = None
    day: dt.date | None = None
    people: int | None = None
    occasion: str | None = None


class ForSale(BaseModel):
    """A private advert of one thing that is for sale."""

    item: str | None = None
    price: Decimal | None = None
    condition: Literal["new", "used", "broken"] | None = None
    pickup: str | None = None


class ParcelNotice(BaseModel):
    """A notice about a parcel."""

    number: str | None = Field(None, description="the number of the parcel, as written")
    sender: str | None = Field(None, description="the shop or person who sent the parcel")
    depot: str | None = Field(None, description="the name of the shop where it can be collected")
