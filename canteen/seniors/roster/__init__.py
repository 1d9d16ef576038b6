"""Take over lists of people as street offices send them: any order of columns, many spellings, damaged numbers.

`read` says what a list would do (new, updated, same, wrong) and changes nothing; `apply` does exactly that or nothing;
`hand_back` returns the list with the reasons beside the wrong rows. Nobody ends because a list is silent: whoever is
missing is proposed. `withdraw` takes a list back for everybody who was not fed or touched since.
"""

from canteen.seniors.roster.plan import Plan, Proposal, Step, read
from canteen.seniors.roster.sheets import Cell, read_sheets, text_of
from canteen.seniors.roster.take import Applied, apply
from canteen.seniors.roster.withdraw import (
    KeptPerson,
    Withdrawn,
    imported,
    imports,
    people_of_import,
    withdraw,
)
from canteen.seniors.roster.words import Problem
from canteen.seniors.roster.workbook import hand_back, template

__all__ = [
    "Applied",
    "Cell",
    "KeptPerson",
    "Plan",
    "Problem",
    "Proposal",
    "Step",
    "Withdrawn",
    "apply",
    "hand_back",
    "imported",
    "imports",
    "people_of_import",
    "read",
    "read_sheets",
    "template",
    "text_of",
    "withdraw",
]
