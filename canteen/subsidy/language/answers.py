"""Read the answers to the open questions.

A missing one is a mistake of the document.
"""

from __future__ import annotations

from canteen.subsidy.answers import ALWAYS, NOT_APPLICABLE, QUESTIONS, ROUNDING, Answers, Rounding
from canteen.subsidy.language.marked import Entry, MisreadError


def read_answers(version: Entry, own: Entry | None, shared: Entry | None) -> Answers:
    """Read a version's answers.

    What it does not answer itself is taken from the policy's shared answers.
    """
    found: dict[str, Entry] = {}
    for entry in (shared, own):
        if entry is not None:
            found |= entry.fields((), ("rounding", *QUESTIONS))
    place = own or shared or version
    missing = [question for question in ("rounding", *QUESTIONS) if question not in found]
    for question in missing:
        options = QUESTIONS.get(question)
        mend = " | ".join(options) if options else "{how: half_up, of: subsidy, to: fen}"
        place.note("unanswered", question=question, options=mend)
    if missing:
        raise MisreadError("unanswered")
    words = {question: _answer(question, found[question]) for question in QUESTIONS}
    return Answers(rounding=read_rounding(found["rounding"]), **words)


def _answer(question: str, entry: Entry) -> str:
    options = QUESTIONS[question]
    return entry.choice(options if question in ALWAYS else (*options, NOT_APPLICABLE))


def read_rounding(entry: Entry) -> Rounding:
    """Read how broken amounts become whole; all three parts are stated."""
    fields = entry.fields(tuple(ROUNDING))
    return Rounding(**{name: fields[name].choice(options) for name, options in ROUNDING.items()})
