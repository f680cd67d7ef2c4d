"""Leases work to the realtime pool."""


def lease_next(connection, now):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM queue_items"
            " WHERE phase IN ('ready', 'leased') AND paused = false"
            " AND (priority = 0 OR priority = 1 OR priority = 2)"
            " AND due_at <= %s ORDER BY due_at LIMIT 1 FOR UPDATE SKIP LOCKED",
            (now,),
        )
        return cursor.fetchone()
