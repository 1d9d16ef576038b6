"""Know the people: who they are, what holds about them and since when, and who may act for them.

One person, one record, found by identity number, telephone or the first letters of the name. What decides a price is a
dated fact (category, household registration, residence, housing, death, exit) with its evidence; facts are superseded,
never overwritten, and each write lets the person's revision grow. Identity numbers are sealed; each look is recorded.
"""

from canteen.seniors import roster
from canteen.seniors.consent import consents_of, give_consent, has_consent, withdraw_consent
from canteen.seniors.contacts import (
    ContactView,
    add_contact,
    contacts_of,
    end_contact,
    open_contact,
    whom_to_call,
)
from canteen.seniors.facts import (
    add_fact,
    facts_of,
    facts_on,
    follow_residences,
    history_of,
    replace_from,
    supersede_fact,
    values_on,
    withdraw_fact,
)
from canteen.seniors.family import (
    Acting,
    Bound,
    NotBound,
    accounts_of_person,
    bind_by_code,
    bind_by_scene,
    call_person,
    link,
    people_of_account,
    unbind,
)
from canteen.seniors.idcard import Document, read_document
from canteen.seniors.in_bulk import Stated, retract, state_facts, touch
from canteen.seniors.listing import Found, Listed, recognise, search
from canteen.seniors.lookup import (
    PersonView,
    find_by_document,
    find_by_initials,
    find_by_name,
    find_by_phone,
    locked,
    on_the_register,
    person,
    person_by_id,
    surviving,
    view,
)
from canteen.seniors.merging import merge, merged_records, records_of
from canteen.seniors.names import initials, read_name
from canteen.seniors.phones import read_phone
from canteen.seniors.registry import (
    Changes,
    change,
    confirm_document,
    open_address,
    open_document,
    open_phone,
    register,
)
from canteen.seniors.reindex import reindex, slips_under_old_keys
from canteen.seniors.slips import SCENE_PREFIX, Slip, issue_slip, keep_slip, tries_left, unspent_scenes
from canteen.seniors.statements import Origin, holds, overlap, standing
from canteen.seniors.tables import Fact, Person

__all__ = [
    "SCENE_PREFIX",
    "Acting",
    "Bound",
    "Changes",
    "ContactView",
    "Document",
    "Fact",
    "Found",
    "Listed",
    "NotBound",
    "Origin",
    "Person",
    "PersonView",
    "Slip",
    "Stated",
    "accounts_of_person",
    "add_contact",
    "add_fact",
    "bind_by_code",
    "bind_by_scene",
    "call_person",
    "change",
    "confirm_document",
    "consents_of",
    "contacts_of",
    "end_contact",
    "facts_of",
    "facts_on",
    "find_by_document",
    "find_by_initials",
    "find_by_name",
    "find_by_phone",
    "follow_residences",
    "give_consent",
    "has_consent",
    "history_of",
    "holds",
    "initials",
    "issue_slip",
    "keep_slip",
    "link",
    "locked",
    "merge",
    "merged_records",
    "on_the_register",
    "open_address",
    "open_contact",
    "open_document",
    "open_phone",
    "overlap",
    "people_of_account",
    "person",
    "person_by_id",
    "read_document",
    "read_name",
    "read_phone",
    "recognise",
    "records_of",
    "register",
    "reindex",
    "replace_from",
    "retract",
    "roster",
    "search",
    "slips_under_old_keys",
    "standing",
    "state_facts",
    "supersede_fact",
    "surviving",
    "touch",
    "tries_left",
    "unbind",
    "unspent_scenes",
    "values_on",
    "view",
    "whom_to_call",
    "withdraw_consent",
    "withdraw_fact",
]
