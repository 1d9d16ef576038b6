"""Live whole months at random, and hold the books to a plain model and to the invariants after every step.

One seed drives everything: clocks, devices that are slow or fast, retries, duplicates and reordering, processes killed
between statements, closes that race with writes, truths that come late, signatures, payments. The same seed gives the
same end of every chain on SQLite and on PostgreSQL.

    .venv/bin/python -m tests.simulator --seeds 1-20 --months 3
"""
