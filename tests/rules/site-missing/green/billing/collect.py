def collect_unbilled(session, until):
    """Everything that no invoice holds yet."""
    return session.execute(
        """
        SELECT id, meter FROM usage_events
        WHERE invoice_id IS NULL
          AND meter IN ('tokens', 'storage')
          AND occurred_at < :until
        """,
        {"until": until},
    )
