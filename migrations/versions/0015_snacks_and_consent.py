"""Admit snacks as a meal period, and the consent to keep somebody's data; two people renew and end.

Revision 0015, after 0014.
"""

from __future__ import annotations

from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_MEALS = ("breakfast", "lunch", "dinner")
_OF_MEALS = ("day_menus", "delivery_rounds", "meal_services", "orders", "prep_sheets")
_CONSENTS = ("binding", "health", "guardian")
# What rebuilt tables lose on SQLite; as revisions 0001 and 0011 have them.
_LOST = (
    """CREATE TRIGGER orders_begin AFTER INSERT ON orders BEGIN INSERT INTO order_events (order_id, state, at, actor, channel) VALUES (NEW.id, NEW.state, NEW.state_at, NEW.state_by, NEW.state_channel); END""",
    """CREATE TRIGGER orders_move AFTER UPDATE OF state ON orders WHEN OLD.state <> NEW.state BEGIN INSERT INTO order_events (order_id, state, at, actor, channel) VALUES (NEW.id, NEW.state, NEW.state_at, NEW.state_by, NEW.state_channel); END""",
    """CREATE TRIGGER prep_sheets_no_delete BEFORE DELETE ON prep_sheets BEGIN SELECT RAISE(ABORT, 'append_only:prep_sheets'); END""",
    """CREATE TRIGGER prep_sheets_no_replace BEFORE INSERT ON prep_sheets WHEN EXISTS (SELECT 1 FROM prep_sheets WHERE ("canteen_id" = NEW."canteen_id" AND "service_date" = NEW."service_date" AND "meal" = NEW."meal" AND "number" = NEW."number") OR ("id" = NEW."id")) BEGIN SELECT RAISE(ABORT, 'exists:prep_sheets'); END""",
    """CREATE TRIGGER prep_sheets_no_update BEFORE UPDATE ON prep_sheets BEGIN SELECT RAISE(ABORT, 'append_only:prep_sheets'); END""",
)

_DROP = "DROP TRIGGER application_steps_rules"
_RULES_BEFORE = {
    "sqlite": """CREATE TRIGGER application_steps_rules BEFORE INSERT ON application_steps BEGIN
SELECT RAISE(ABORT, 'eligibility.step_order') WHERE NOT ((NEW.number = 1 AND NEW.step = 'applied') OR EXISTS (SELECT 1 FROM application_steps p WHERE p.application_id = NEW.application_id AND p.number = NEW.number - 1 AND ((p.step = 'applied' AND NEW.step IN ('assessed', 'refused', 'withdrawn')) OR (p.step = 'assessed' AND NEW.step IN ('noticed', 'refused', 'withdrawn')) OR (p.step = 'noticed' AND NEW.step IN ('objected', 'confirmed', 'refused', 'withdrawn')) OR (p.step = 'objected' AND NEW.step IN ('answered', 'refused', 'withdrawn')) OR (p.step = 'answered' AND NEW.step IN ('objected', 'confirmed', 'refused', 'withdrawn')) OR (p.step = 'confirmed' AND NEW.step IN ('renewed', 'ended')) OR (p.step = 'renewed' AND NEW.step IN ('renewed', 'ended')))));
SELECT RAISE(ABORT, 'eligibility.step_early') WHERE EXISTS (SELECT 1 FROM application_steps p WHERE p.application_id = NEW.application_id AND p.number = NEW.number - 1 AND p.on_day > NEW.on_day);
SELECT RAISE(ABORT, 'eligibility.same_eyes') WHERE NEW.step = 'confirmed' AND EXISTS (SELECT 1 FROM application_steps p WHERE p.application_id = NEW.application_id AND p.actor = NEW.actor AND p.step IN ('applied', 'assessed'));
SELECT RAISE(ABORT, 'eligibility.notice_running') WHERE NEW.step = 'confirmed' AND NOT EXISTS (SELECT 1 FROM application_steps p WHERE p.application_id = NEW.application_id AND p.step = 'noticed' AND EXISTS (SELECT 1 FROM public_notices n WHERE n.id = p.notice_id AND n.until_day <= NEW.on_day));
END""",
    "postgresql": """CREATE OR REPLACE FUNCTION application_steps_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF NOT ((NEW.number = 1 AND NEW.step = 'applied') OR EXISTS (SELECT 1 FROM application_steps p WHERE p.application_id = NEW.application_id AND p.number = NEW.number - 1 AND ((p.step = 'applied' AND NEW.step IN ('assessed', 'refused', 'withdrawn')) OR (p.step = 'assessed' AND NEW.step IN ('noticed', 'refused', 'withdrawn')) OR (p.step = 'noticed' AND NEW.step IN ('objected', 'confirmed', 'refused', 'withdrawn')) OR (p.step = 'objected' AND NEW.step IN ('answered', 'refused', 'withdrawn')) OR (p.step = 'answered' AND NEW.step IN ('objected', 'confirmed', 'refused', 'withdrawn')) OR (p.step = 'confirmed' AND NEW.step IN ('renewed', 'ended')) OR (p.step = 'renewed' AND NEW.step IN ('renewed', 'ended'))))) THEN
 RAISE EXCEPTION 'eligibility.step_order' USING ERRCODE = 'integrity_constraint_violation'; END IF;
IF EXISTS (SELECT 1 FROM application_steps p WHERE p.application_id = NEW.application_id AND p.number = NEW.number - 1 AND p.on_day > NEW.on_day) THEN
 RAISE EXCEPTION 'eligibility.step_early' USING ERRCODE = 'integrity_constraint_violation'; END IF;
IF NEW.step = 'confirmed' AND EXISTS (SELECT 1 FROM application_steps p WHERE p.application_id = NEW.application_id AND p.actor = NEW.actor AND p.step IN ('applied', 'assessed')) THEN
 RAISE EXCEPTION 'eligibility.same_eyes' USING ERRCODE = 'integrity_constraint_violation'; END IF;
IF NEW.step = 'confirmed' AND NOT EXISTS (SELECT 1 FROM application_steps p WHERE p.application_id = NEW.application_id AND p.step = 'noticed' AND EXISTS (SELECT 1 FROM public_notices n WHERE n.id = p.notice_id AND n.until_day <= NEW.on_day)) THEN
 RAISE EXCEPTION 'eligibility.notice_running' USING ERRCODE = 'integrity_constraint_violation'; END IF;
RETURN NEW;
END $$""",
}
_RULES_NOW = {
    "sqlite": """CREATE TRIGGER application_steps_rules BEFORE INSERT ON application_steps BEGIN
SELECT RAISE(ABORT, 'eligibility.step_order') WHERE NOT ((NEW.number = 1 AND NEW.step = 'applied') OR EXISTS (SELECT 1 FROM application_steps p WHERE p.application_id = NEW.application_id AND p.number = NEW.number - 1 AND ((p.step = 'applied' AND NEW.step IN ('assessed', 'refused', 'withdrawn')) OR (p.step = 'assessed' AND NEW.step IN ('noticed', 'renewed', 'ended', 'refused', 'withdrawn')) OR (p.step = 'noticed' AND NEW.step IN ('objected', 'confirmed', 'refused', 'withdrawn')) OR (p.step = 'objected' AND NEW.step IN ('answered', 'refused', 'withdrawn')) OR (p.step = 'answered' AND NEW.step IN ('objected', 'confirmed', 'refused', 'withdrawn')) OR (p.step = 'confirmed' AND NEW.step IN ('assessed')) OR (p.step = 'renewed' AND NEW.step IN ('assessed')))));
SELECT RAISE(ABORT, 'eligibility.step_order') WHERE NEW.step <> 'confirmed' AND (NEW.step IN ('renewed', 'ended') AND NOT EXISTS (SELECT 1 FROM application_steps p WHERE p.application_id = NEW.application_id AND p.step = 'confirmed') OR NEW.step NOT IN ('renewed', 'ended', 'assessed') AND EXISTS (SELECT 1 FROM application_steps p WHERE p.application_id = NEW.application_id AND p.step = 'confirmed'));
SELECT RAISE(ABORT, 'eligibility.step_early') WHERE EXISTS (SELECT 1 FROM application_steps p WHERE p.application_id = NEW.application_id AND p.number = NEW.number - 1 AND p.on_day > NEW.on_day);
SELECT RAISE(ABORT, 'eligibility.same_eyes') WHERE NEW.step = 'confirmed' AND EXISTS (SELECT 1 FROM application_steps p WHERE p.application_id = NEW.application_id AND p.actor = NEW.actor AND p.step IN ('applied', 'assessed'));
SELECT RAISE(ABORT, 'eligibility.same_eyes') WHERE NEW.step IN ('renewed', 'ended') AND EXISTS (SELECT 1 FROM application_steps p WHERE p.application_id = NEW.application_id AND p.number = NEW.number - 1 AND p.actor = NEW.actor);
SELECT RAISE(ABORT, 'eligibility.notice_running') WHERE NEW.step = 'confirmed' AND NOT EXISTS (SELECT 1 FROM application_steps p WHERE p.application_id = NEW.application_id AND p.step = 'noticed' AND EXISTS (SELECT 1 FROM public_notices n WHERE n.id = p.notice_id AND n.until_day <= NEW.on_day));
END""",
    "postgresql": """CREATE OR REPLACE FUNCTION application_steps_rules() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
IF NOT ((NEW.number = 1 AND NEW.step = 'applied') OR EXISTS (SELECT 1 FROM application_steps p WHERE p.application_id = NEW.application_id AND p.number = NEW.number - 1 AND ((p.step = 'applied' AND NEW.step IN ('assessed', 'refused', 'withdrawn')) OR (p.step = 'assessed' AND NEW.step IN ('noticed', 'renewed', 'ended', 'refused', 'withdrawn')) OR (p.step = 'noticed' AND NEW.step IN ('objected', 'confirmed', 'refused', 'withdrawn')) OR (p.step = 'objected' AND NEW.step IN ('answered', 'refused', 'withdrawn')) OR (p.step = 'answered' AND NEW.step IN ('objected', 'confirmed', 'refused', 'withdrawn')) OR (p.step = 'confirmed' AND NEW.step IN ('assessed')) OR (p.step = 'renewed' AND NEW.step IN ('assessed'))))) THEN
 RAISE EXCEPTION 'eligibility.step_order' USING ERRCODE = 'integrity_constraint_violation'; END IF;
IF NEW.step <> 'confirmed' AND (NEW.step IN ('renewed', 'ended') AND NOT EXISTS (SELECT 1 FROM application_steps p WHERE p.application_id = NEW.application_id AND p.step = 'confirmed') OR NEW.step NOT IN ('renewed', 'ended', 'assessed') AND EXISTS (SELECT 1 FROM application_steps p WHERE p.application_id = NEW.application_id AND p.step = 'confirmed')) THEN
 RAISE EXCEPTION 'eligibility.step_order' USING ERRCODE = 'integrity_constraint_violation'; END IF;
IF EXISTS (SELECT 1 FROM application_steps p WHERE p.application_id = NEW.application_id AND p.number = NEW.number - 1 AND p.on_day > NEW.on_day) THEN
 RAISE EXCEPTION 'eligibility.step_early' USING ERRCODE = 'integrity_constraint_violation'; END IF;
IF NEW.step = 'confirmed' AND EXISTS (SELECT 1 FROM application_steps p WHERE p.application_id = NEW.application_id AND p.actor = NEW.actor AND p.step IN ('applied', 'assessed')) THEN
 RAISE EXCEPTION 'eligibility.same_eyes' USING ERRCODE = 'integrity_constraint_violation'; END IF;
IF NEW.step IN ('renewed', 'ended') AND EXISTS (SELECT 1 FROM application_steps p WHERE p.application_id = NEW.application_id AND p.number = NEW.number - 1 AND p.actor = NEW.actor) THEN
 RAISE EXCEPTION 'eligibility.same_eyes' USING ERRCODE = 'integrity_constraint_violation'; END IF;
IF NEW.step = 'confirmed' AND NOT EXISTS (SELECT 1 FROM application_steps p WHERE p.application_id = NEW.application_id AND p.step = 'noticed' AND EXISTS (SELECT 1 FROM public_notices n WHERE n.id = p.notice_id AND n.until_day <= NEW.on_day)) THEN
 RAISE EXCEPTION 'eligibility.notice_running' USING ERRCODE = 'integrity_constraint_violation'; END IF;
RETURN NEW;
END $$""",
}


def upgrade() -> None:
    """Admit one more of each."""
    _admit((*_MEALS, "snack"), (*_CONSENTS, "data"))
    _rule(_RULES_NOW)


def downgrade() -> None:
    """Admit them no more; refused by the database where there are any."""
    _rule(_RULES_BEFORE)
    _admit(_MEALS, _CONSENTS)


def _admit(meals: tuple[str, ...], consents: tuple[str, ...]) -> None:
    for table in _OF_MEALS:
        _words_are(table, "meal", meals)
    _words_are("consents", "kind", consents)
    if op.get_bind().dialect.name == "sqlite":
        for guard in _LOST:
            op.execute(guard)


def _rule(rules: dict[str, str]) -> None:
    kind = op.get_bind().dialect.name
    if kind == "sqlite":
        op.execute(_DROP)
    op.execute(rules[kind])


def _words_are(table: str, column: str, words: tuple[str, ...]) -> None:
    listed = ", ".join(f"'{word}'" for word in words)
    with op.batch_alter_table(table) as altered:
        altered.drop_constraint(op.f(f"ck_{table}_{column}"), type_="check")
        altered.create_check_constraint(op.f(f"ck_{table}_{column}"), f"{column} IN ({listed})")
