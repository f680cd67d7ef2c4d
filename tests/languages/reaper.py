from datetime import datetime

import psycopg

LANES = ("sync", "auth")


async def green(connection: psycopg.AsyncConnection, cutoff: datetime) -> int:
    cursor = await connection.execute(
        """
        UPDATE runs SET status = 'timeout'
        WHERE status IN ('claimed', 'running')
          AND run_type IN ('sync', 'auth')
          AND last_heartbeat_at < %(cutoff)s
        """,
        {"cutoff": cutoff},
    )
    return cursor.rowcount


def red(cursor, cutoff):
    cursor.execute(
        "SELECT id FROM runs WHERE status IN ('claimed', 'running') "
        "AND run_type IN ('sync', 'auth', 'action') AND last_heartbeat_at < %s",
        (cutoff,),
    )
    return cursor.fetchall()
