-- migrate:up

-- One message a day instead of forty. Whoever wants that has a preference of kind 'digest' for the
-- template; its notifications wait under the state 'held' and leave together at eight in the
-- reader's own morning.
ALTER TABLE public.notifications DROP CONSTRAINT notifications_state_check;
ALTER TABLE public.notifications ADD CONSTRAINT notifications_state_check CHECK (state IN ('queued', 'held', 'sent', 'failed'));

ALTER TABLE public.notifications ADD COLUMN digest_id bigint;

ALTER TABLE public.users ADD COLUMN digest_at time without time zone DEFAULT '08:00:00' NOT NULL;

CREATE INDEX idx_notifications_held ON public.notifications (user_id, created_at) WHERE state = 'held';

CREATE OR REPLACE FUNCTION public.claim_notification_batch(max_rows integer) RETURNS SETOF public.notifications
    LANGUAGE plpgsql
    AS $$
BEGIN
    -- Muted channels keep their queue: what is unmuted later still arrives, if it's not too old.
    UPDATE public.notifications n
       SET state = 'failed', failure = 'too_late'
     WHERE n.state = 'queued'
       AND n.send_after < now() - interval '3 days';
    RETURN QUERY
    SELECT n.*
      FROM public.notifications n
     WHERE n.state = 'queued'
       AND n.send_after <= now()
       AND NOT EXISTS (
            SELECT 1
              FROM public.channels c
             WHERE c.id = n.channel_id
               AND c.muted_until > now()
           )
     ORDER BY n.send_after
     LIMIT max_rows
       FOR UPDATE SKIP LOCKED;
END;
$$;

CREATE FUNCTION public.gather_digest(reader text) RETURNS bigint
    LANGUAGE plpgsql
    AS $$
DECLARE
    digest bigint;
    org text;
    item_count integer;
BEGIN
    SELECT n.organization_id, count(*) INTO org, item_count
      FROM public.notifications n
     WHERE n.user_id = reader AND n.state = 'held' AND n.digest_id IS NULL
     GROUP BY n.organization_id
     ORDER BY count(*) DESC
     LIMIT 1;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    INSERT INTO public.notifications (organization_id, user_id, template_key, params, dedupe_key)
    VALUES (
        org, reader, 'daily_digest',
        jsonb_build_object('count', item_count),
        format('digest:%s:%s', reader, current_date)
    )
    ON CONFLICT DO NOTHING
    RETURNING id INTO digest;
    IF digest IS NOT NULL THEN
        UPDATE public.notifications SET digest_id = digest, state = 'sent', sent_at = now()
         WHERE user_id = reader AND organization_id = org AND state = 'held' AND digest_id IS NULL;
    END IF;
    RETURN digest;
END;
$$;

-- migrate:down

DROP FUNCTION public.gather_digest(text);
CREATE OR REPLACE FUNCTION public.claim_notification_batch(max_rows integer) RETURNS SETOF public.notifications
    LANGUAGE plpgsql
    AS $$
BEGIN
    RETURN QUERY
    SELECT n.*
      FROM public.notifications n
     WHERE n.state = 'queued'
       AND n.send_after <= now()
     ORDER BY n.send_after
     LIMIT max_rows
       FOR UPDATE SKIP LOCKED;
END;
$$;
DROP INDEX public.idx_notifications_held;
ALTER TABLE public.users DROP COLUMN digest_at;
ALTER TABLE public.notifications DROP COLUMN digest_id;
ALTER TABLE public.notifications DROP CONSTRAINT notifications_state_check;
ALTER TABLE public.notifications ADD CONSTRAINT notifications_state_check CHECK (state IN ('queued', 'sent', 'failed'));
