-- migrate:up

-- Run every ten minutes for the last two hours. Late events are the rule, so hours are recounted whole.
CREATE FUNCTION public.roll_up_usage(since timestamp with time zone, until timestamp with time zone) RETURNS integer
    LANGUAGE plpgsql
    AS $$
DECLARE
    touched integer;
BEGIN
    INSERT INTO public.usage_counters (organization_id, metric, bucket, amount)
    SELECT m.organization_id, m.metric, date_trunc('hour', m.occurred_at), ceil(sum(m.quantity))::bigint
      FROM public.metering_events m
     WHERE m.occurred_at >= since
       AND m.occurred_at < until
     GROUP BY 1, 2, 3
    ON CONFLICT (organization_id, metric, bucket) DO UPDATE
        SET amount = EXCLUDED.amount
      WHERE usage_counters.amount < EXCLUDED.amount;
    GET DIAGNOSTICS touched = ROW_COUNT;
    RETURN touched;
END;
$$;

CREATE FUNCTION public.usage_within(org text, metric_name text, period interval) RETURNS bigint
    LANGUAGE sql STABLE
    AS $$
    SELECT coalesce(sum(u.amount), 0)::bigint
      FROM public.usage_counters u
     WHERE u.organization_id = org
       AND u.metric = metric_name
       AND u.bucket >= now() - period
$$;

-- migrate:down

DROP FUNCTION public.usage_within(text, text, interval);
DROP FUNCTION public.roll_up_usage(timestamp with time zone, timestamp with time zone);
