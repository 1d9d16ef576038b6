"""Join a clause to the request before it, or tell that it is one of its own."""

from __future__ import annotations

from dataclasses import replace

from bot.understanding.acts import Act


def joined(act: Act, more: Act) -> Act | None:
    """Add a clause to the act before it; None where it is a request of its own."""
    if act.intent != more.intent:
        if not _is_wish_for(act, more):
            return None
        act = replace(act, intent="order")
    if _is_another(act, more):
        return None
    return replace(
        act,
        dates=act.dates if act.dates and not more.dates else tuple(sorted({*act.dates, *more.dates})),
        repeat=act.repeat or more.repeat,
        start=act.start or more.start,
        meals=act.meals if not more.meals else tuple(dict.fromkeys((*act.meals, *more.meals))),
        items=(*act.items, *more.items),
        off=(*act.off, *more.off),
        portions=max(act.portions, more.portions),
        mode=more.mode or act.mode,
        persons=tuple(sorted({*act.persons, *more.persons})),
        diet=tuple(sorted({*act.diet, *more.diet})),
        canteen=act.canteen or more.canteen,
        which=act.which or more.which,
        except_dates=tuple(sorted({*act.except_dates, *more.except_dates})),
        old=act.old or more.old,
        adds=act.adds or more.adds,
        amount=act.amount or more.amount,
        period=act.period or more.period,
        counted=act.counted or more.counted,
    )


def _is_wish_for(act: Act, more: Act) -> bool:
    """Tell whether one of the two only says how the other's meal is to be."""
    profile = act if act.intent == "update_profile" else more
    return {act.intent, more.intent} == {"order", "update_profile"} and bool(profile.diet)


def _is_another(act: Act, more: Act) -> bool:
    full = bool(act.items or act.portions > 1)
    moves = (more.dates and act.dates and more.dates != act.dates) or (
        more.meals and act.meals and more.meals != act.meals
    )
    shifts = more.persons and act.persons and more.persons != act.persons and bool(more.meals or more.items)
    return bool((moves and full) or (shifts and (moves or full)))
