"""Take over lists of people as street offices send them: any order of columns, many spellings, damaged numbers.

`read` says what a list would do (new, updated, same, wrong) and changes nothing; `apply` does exactly that or nothing;
`hand_back` returns the list with the reasons beside the wrong rows. Nobody ends because a list is silent: whoever is
missing is proposed.
"""

from canteen.seniors.roster.plan import Plan, Proposal, Step, read
from canteen.seniors.roster.take import Applied, apply
from canteen.seniors.roster.words import Problem
from canteen.seniors.roster.workbook import hand_back, template

__all__ = ["Applied", "Plan", "Problem", "Proposal", "Step", "apply", "hand_back", "read", "template"]
