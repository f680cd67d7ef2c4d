from sqlalchemy import and_, or_, select, update

from .models import Run

INFLIGHT = ("claimed", "running")


def green(session, cutoff):
    statement = (
        select(Run.id)
        .where(Run.status.in_(INFLIGHT), Run.run_type.in_(["sync", "auth"]))
        .where(or_(Run.last_heartbeat_at.is_(None), Run.last_heartbeat_at < cutoff))
        .with_for_update(skip_locked=True)
    )
    return session.scalars(statement).all()


def red(session, cutoff):
    return session.execute(
        update(Run)
        .where(
            and_(
                (Run.status == "claimed") | (Run.status == "running"),
                Run.run_type.in_(["sync", "auth"]) | (Run.run_type == "action"),
            )
        )
        .values(status="timeout")
    )
