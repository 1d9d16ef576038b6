"""Enforce the invariants of the ledger in the database, against any writer.

I1 every entry balances and has two postings at least; I2 nothing changes after posting; I3 no REPLACE hole; I7 a closed
month takes no entry, and is closed step by step; I8 numbers have no gap and the hash chain goes on. (I4, I5, I6 and the
four eyes of I11 are constraints of the tables.)
"""

from __future__ import annotations

from canteen.foundation.guards import append_only, attach
from canteen.ledger.tables import GENESIS, EntrySeal, JournalEntry, Period, Posting, PotMove, PurseBudget
from canteen.places.tables import Canteen

_OF_NEW = "FROM postings WHERE book_id = NEW.book_id AND seq = NEW.seq"
_HEAD = "SELECT 1 FROM books WHERE id = NEW.book_id AND seq = NEW.seq - 1 AND hash = NEW.previous_hash"
_MOVE = "UPDATE books SET seq = NEW.seq, hash = NEW.hash WHERE id = NEW.book_id"
_CLOSED = "SELECT 1 FROM periods WHERE book_id = NEW.book_id AND month = NEW.month AND state IN ('closed', 'approved')"
_SEALED = "SELECT 1 FROM entry_seals WHERE book_id = NEW.book_id AND seq = NEW.seq"

SEAL_SQLITE = f"""CREATE TRIGGER entry_seals_check BEFORE INSERT ON entry_seals BEGIN
SELECT RAISE(ABORT, 'ledger.unbalanced') WHERE (SELECT coalesce(sum(amount_fen), 1) {_OF_NEW}) <> 0;
SELECT RAISE(ABORT, 'ledger.posting_count') WHERE (SELECT count(*) {_OF_NEW}) <> NEW.posting_count
 OR NEW.posting_count < 2;
SELECT RAISE(ABORT, 'ledger.broken_chain') WHERE NOT EXISTS ({_HEAD});
{_MOVE};
END"""

SEAL_FUNCTION = f"""CREATE OR REPLACE FUNCTION entry_seals_check() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE total numeric; legs bigint;
BEGIN
SELECT coalesce(sum(amount_fen), 1), count(*) INTO total, legs {_OF_NEW};
IF total <> 0 THEN
 RAISE EXCEPTION 'ledger.unbalanced' USING ERRCODE = 'integrity_constraint_violation'; END IF;
IF legs <> NEW.posting_count OR legs < 2 THEN
 RAISE EXCEPTION 'ledger.posting_count' USING ERRCODE = 'integrity_constraint_violation'; END IF;
IF NOT EXISTS ({_HEAD}) THEN
 RAISE EXCEPTION 'ledger.broken_chain' USING ERRCODE = 'integrity_constraint_violation'; END IF;
{_MOVE};
RETURN NEW;
END $$"""


def _function(name: str, code: str, condition: str) -> str:
    return f"""CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF EXISTS ({condition}) THEN
 RAISE EXCEPTION '{code}' USING ERRCODE = 'integrity_constraint_violation'; END IF;
RETURN NEW;
END $$"""


def _refuse(table: str, name: str, code: str, condition: str) -> tuple[str, tuple[str, str]]:
    sqlite = (
        f"CREATE TRIGGER {name} BEFORE INSERT ON {table} WHEN EXISTS ({condition}) "
        f"BEGIN SELECT RAISE(ABORT, '{code}'); END"
    )
    trigger = f"CREATE TRIGGER {name} BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {name}()"
    return sqlite, (_function(name, code, condition), trigger)


for _table in (
    JournalEntry.__table__,
    Posting.__table__,
    EntrySeal.__table__,
    PotMove.__table__,
    PurseBudget.__table__,
):
    append_only(_table)

_sqlite_closed, _postgres_closed = _refuse("journal_entries", "journal_entries_open", "ledger.period_closed", _CLOSED)
attach(JournalEntry.__table__, "sqlite", _sqlite_closed)
attach(JournalEntry.__table__, "postgresql", *_postgres_closed)

_sqlite_sealed, _postgres_sealed = _refuse("postings", "postings_unsealed", "ledger.sealed", _SEALED)
attach(Posting.__table__, "sqlite", _sqlite_sealed)
attach(Posting.__table__, "postgresql", *_postgres_sealed)

attach(EntrySeal.__table__, "sqlite", SEAL_SQLITE)
attach(
    EntrySeal.__table__,
    "postgresql",
    SEAL_FUNCTION,
    "CREATE TRIGGER entry_seals_check BEFORE INSERT ON entry_seals FOR EACH ROW EXECUTE FUNCTION entry_seals_check()",
)

# A canteen has a book from its first day: nobody can forget to open one.
_OPEN = f"INSERT INTO books (canteen_id, seq, hash) VALUES (NEW.id, 0, '{GENESIS}')"
attach(Canteen.__table__, "sqlite", f"CREATE TRIGGER canteens_book AFTER INSERT ON canteens BEGIN {_OPEN}; END")
attach(
    Canteen.__table__,
    "postgresql",
    f"""CREATE OR REPLACE FUNCTION canteens_book() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
{_OPEN};
RETURN NEW;
END $$""",
    "CREATE TRIGGER canteens_book AFTER INSERT ON canteens FOR EACH ROW EXECUTE FUNCTION canteens_book()",
)

# The balance of a pot follows its moves; the check of the table refuses a move that would take more than there is.
_FILL = "UPDATE pots SET balance_fen = balance_fen + NEW.amount_fen WHERE funder_code = NEW.funder_code"
attach(
    PotMove.__table__,
    "sqlite",
    f"CREATE TRIGGER pot_moves_balance AFTER INSERT ON pot_moves WHEN NEW.kind <> 'pledge' BEGIN {_FILL}; END",
)
attach(
    PotMove.__table__,
    "postgresql",
    f"""CREATE OR REPLACE FUNCTION pot_moves_balance() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
{_FILL};
RETURN NEW;
END $$""",
    "CREATE TRIGGER pot_moves_balance AFTER INSERT ON pot_moves FOR EACH ROW WHEN (NEW.kind <> 'pledge') "
    "EXECUTE FUNCTION pot_moves_balance()",
)

# A month goes from open to soft-closed to closed, and back from soft-closed only; who did a step stays named.
_STEP = (
    "NOT ((OLD.state = 'open' AND NEW.state = 'soft_closed')"
    " OR (OLD.state = 'soft_closed' AND NEW.state IN ('open', 'closed'))"
    " OR (OLD.state = 'closed' AND NEW.state = 'approved'"
    " AND NEW.soft_closed_by = OLD.soft_closed_by AND NEW.closed_by = OLD.closed_by))"
)
_FIRST = "NEW.state NOT IN ('open', 'soft_closed')"
attach(
    Period.__table__,
    "sqlite",
    f"CREATE TRIGGER periods_step BEFORE UPDATE ON periods WHEN {_STEP} "
    "BEGIN SELECT RAISE(ABORT, 'ledger.period_step'); END",
    f"CREATE TRIGGER periods_first BEFORE INSERT ON periods WHEN {_FIRST} OR EXISTS "
    "(SELECT 1 FROM periods WHERE book_id = NEW.book_id AND month = NEW.month) "
    "BEGIN SELECT RAISE(ABORT, 'ledger.period_step'); END",
    "CREATE TRIGGER periods_no_delete BEFORE DELETE ON periods BEGIN SELECT RAISE(ABORT, 'append_only:periods'); END",
)
attach(
    Period.__table__,
    "postgresql",
    """CREATE OR REPLACE FUNCTION periods_step() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
RAISE EXCEPTION 'ledger.period_step' USING ERRCODE = 'integrity_constraint_violation';
END $$""",
    f"CREATE TRIGGER periods_step BEFORE UPDATE ON periods FOR EACH ROW WHEN ({_STEP}) EXECUTE FUNCTION periods_step()",
    f"CREATE TRIGGER periods_first BEFORE INSERT ON periods FOR EACH ROW WHEN ({_FIRST}) "
    "EXECUTE FUNCTION periods_step()",
    "CREATE TRIGGER periods_no_delete BEFORE DELETE OR TRUNCATE ON periods "
    "FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()",
)
