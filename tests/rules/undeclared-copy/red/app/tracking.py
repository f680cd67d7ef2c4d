"""Asks the carriers where their parcels are."""

from app.db import connection


def open_parcels(limit: int):
    """Parcels to ask for, the oldest first."""
    with connection() as db:
        return db.execute(
            """
            SELECT id FROM parcels
            WHERE delivered_at IS NULL AND carrier IN ('dhl', 'gls', 'ups')
            ORDER BY id LIMIT %s
            """,
            (limit,),
        ).fetchall()


def of_one_carrier():
    """One carrier is a look-up and no list."""
    with connection() as db:
        return db.execute("SELECT id FROM parcels WHERE carrier = 'dhl'").fetchall()
