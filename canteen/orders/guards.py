"""Write the history of every order in the database, so that no writer can forget it."""

from __future__ import annotations

from canteen.foundation.guards import append_only, attach
from canteen.orders.tables import Order, OrderEvent

_WRITE = (
    "INSERT INTO order_events (order_id, state, at, actor, channel) "
    "VALUES (NEW.id, NEW.state, NEW.state_at, NEW.state_by, NEW.state_channel)"
)

append_only(OrderEvent.__table__)
attach(
    Order.__table__,
    "sqlite",
    f"CREATE TRIGGER orders_begin AFTER INSERT ON orders BEGIN {_WRITE}; END",
    f"CREATE TRIGGER orders_move AFTER UPDATE OF state ON orders WHEN OLD.state <> NEW.state BEGIN {_WRITE}; END",
)
attach(
    Order.__table__,
    "postgresql",
    f"""CREATE OR REPLACE FUNCTION orders_history() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
{_WRITE};
RETURN NEW;
END $$""",
    "CREATE TRIGGER orders_begin AFTER INSERT ON orders FOR EACH ROW EXECUTE FUNCTION orders_history()",
    "CREATE TRIGGER orders_move AFTER UPDATE OF state ON orders FOR EACH ROW "
    "WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION orders_history()",
)
