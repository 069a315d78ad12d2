"""What we change in Datasette's pages: how cells look, and that nothing in a text is obeyed."""

import logging
from urllib.parse import urlencode

import msgspec
from datasette import Response
from datasette.app import Datasette
from datasette.database import QueryInterrupted
from datasette.facets import ColumnFacet, DateFacet, Facet
from datasette.filters import FilterArguments
from datasette.utils.asgi import Base400, Request
from datasette.views.base import DatasetteError
from jinja2 import Environment
from markupsafe import Markup
from pluggy import HookimplMarker

from crawler.catalog.browse.configuration import BOOKS, DATABASE
from crawler.catalog.browse.facets import NamesFacet
from crawler.catalog.browse.names import narrow, narrowing
from crawler.catalog.browse.search import find
from crawler.catalog.browse.texts import LONGEST_NAME, LONGEST_PASSAGE, MOST_NAMES, cut, printable
from crawler.catalog.rows import LISTS

hookimpl = HookimplMarker("datasette")

LINKS = {"thumbnail_url": "cover", "info_link": "page"}
"""The columns of links, and what stands there for the address."""

FAULT = 500
"""The status of a page that failed by a mistake of ours."""

_names_of = msgspec.json.Decoder(tuple[str, ...]).decode


@hookimpl
def prepare_jinja2_environment(env: Environment) -> None:
    """Let all that a page shows go through `printable`."""
    env.finalize = printable


@hookimpl
def register_facet_classes() -> list[type[Facet]]:
    """In the place of Datasette's own."""
    return [ColumnFacet, NamesFacet, DateFacet]


@hookimpl(specname="filters_from_request", trylast=True)
def search_books(request: Request, table: str) -> FilterArguments | None:
    """In the place of Datasette's own search, which knows words only."""
    return find(request.args.get("_search") or "") if table == BOOKS else None


@hookimpl(specname="filters_from_request")
def narrow_books(request: Request, table: str) -> FilterArguments | None:
    """Besides Datasette's own filters."""
    return narrow(request) if table == BOOKS else None


@hookimpl
def render_cell(value: object, column: str, table: str | None) -> Markup | None:
    """Names one by one, links by what they lead to; None leaves a cell to Datasette."""
    if not isinstance(value, str) or not value:
        return None
    if column in LISTS:
        return _names(value, column if table == BOOKS else None)
    if column in LINKS and value.startswith(("https://", "http://")):
        return Markup('<a href="{}" rel="noreferrer">{}</a>').format(value, LINKS[column])
    if column == "description":
        return Markup('<div class="passage">{}</div>').format(cut(value, LONGEST_PASSAGE))
    return None


def _names(array: str, column: str | None) -> Markup | None:
    """The names, each a link to the books that have it where a `column` is given."""
    try:
        names = _names_of(array)
    except (msgspec.DecodeError, RecursionError):
        return None
    shown = [_name(name, column) for name in names[:MOST_NAMES]]
    if len(names) > MOST_NAMES:
        shown.append(Markup("…"))
    return Markup("<br>").join(shown) or Markup("&nbsp;")


def _name(name: str, column: str | None) -> Markup:
    if column is None or len(name) > LONGEST_NAME:
        return Markup("{}").format(cut(name, LONGEST_NAME))
    address = f"/{DATABASE}/{BOOKS}?{urlencode(narrowing(BOOKS, column, name))}"
    return Markup('<a href="{}">{}</a>').format(address, name)


@hookimpl
async def handle_exception(
    datasette: Datasette, request: Request, exception: Exception
) -> Response:
    """The page of an error. Datasette's own writes each to the terminal, with all that it holds."""
    status, message = _told(exception)
    told = {"ok": False, "error": message, "status": status, "title": None}
    if request.path.endswith(".json"):
        return Response.json(told, status=status)
    page = await datasette.render_template("error.html", told, request=request)
    return Response.html(page, status=status)


def _told(error: Exception) -> tuple[int, str]:
    match error:
        case QueryInterrupted() | DatasetteError(message_is_html=True):  # which says the same
            return 400, "the query was stopped, for it took too long: narrow it"
        case MemoryError():
            return 400, "the query needs more memory than it may have: narrow it"
        case DatasetteError():  # by default 500, though it is the address that is wrong
            return 400 if error.status == FAULT else error.status, str(error.message)
        case Base400():
            return error.status, str(error)
    logging.getLogger("crawler").debug("a page that failed:", exc_info=error)
    return FAULT, str(error)
