"""The numbers on the dashboard."""

from app.db import connection


def count_open():
    with connection() as db:
        return db.execute(
            "SELECT count(*) FROM parcels"
            " WHERE delivered_at IS NULL AND carrier IN ('dhl', 'ups')"
        ).fetchone()


def count_invoices():
    """Another table, with a column of that name."""
    with connection() as db:
        return db.execute(
            "SELECT count(*) FROM invoices WHERE carrier IN ('dhl', 'gls', 'ups')"
        ).fetchone()
