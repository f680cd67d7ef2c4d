from django.db.models import Q

from .models import Run

LANES = ["sync", "auth"]


def green(cutoff):
    return (
        Run.objects.filter(status__in=["claimed", "running"], run_type__in=LANES)
        .filter(Q(last_heartbeat_at__isnull=True) | Q(last_heartbeat_at__lt=cutoff))
        .order_by("id")[:50]
    )


def red(cutoff):
    return (
        Run.objects.select_for_update(skip_locked=True)
        .filter(Q(status="claimed") | Q(status="running"))
        .filter(Q(run_type__in=["sync", "auth"]) | Q(run_type="action"))
        .exclude(last_heartbeat_at__gte=cutoff)
        .update(status="timeout")
    )
