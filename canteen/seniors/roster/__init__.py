"""Take over lists of people as street offices send them: any order of columns, many spellings, damaged numbers.

`read` says what a list would do (new, updated, same, wrong) and changes nothing; `apply` does exactly that or nothing;
`hand_back` returns the list with the reasons beside the wrong rows. Nobody ends because a list is silent: whoever is
missing is proposed. `withdraw` takes a list back for everybody who was not fed or touched since.
"""

from canteen.seniors.roster.entries import filled_rows, read_date
from canteen.seniors.roster.header import Columns, Header, find_header, guess_header
from canteen.seniors.roster.held import Held, KnownFact, KnownPerson, hold_numbers
from canteen.seniors.roster.plan import Plan, Proposal, Step, read
from canteen.seniors.roster.remembered import ROSTER, remember_columns, told_columns
from canteen.seniors.roster.sheets import Cell, Sheet, read_sheets, text_of
from canteen.seniors.roster.take import Applied, apply
from canteen.seniors.roster.withdraw import (
    KeptPerson,
    Withdrawn,
    imported,
    imports,
    people_of_import,
    withdraw,
)
from canteen.seniors.roster.words import Problem, plain_heading, title
from canteen.seniors.roster.workbook import hand_back, marked, template

__all__ = [
    "ROSTER",
    "Applied",
    "Cell",
    "Columns",
    "Header",
    "Held",
    "KeptPerson",
    "KnownFact",
    "KnownPerson",
    "Plan",
    "Problem",
    "Proposal",
    "Sheet",
    "Step",
    "Withdrawn",
    "apply",
    "filled_rows",
    "find_header",
    "guess_header",
    "hand_back",
    "hold_numbers",
    "imported",
    "imports",
    "marked",
    "people_of_import",
    "plain_heading",
    "read",
    "read_date",
    "read_sheets",
    "remember_columns",
    "template",
    "text_of",
    "title",
    "told_columns",
    "withdraw",
]
