-- migrate:up

-- Waits of 1, 2, 4 … minutes, with a quarter of each left to chance, so that a receiver which comes
-- back isn't greeted by everybody at once. After twelve attempts the webhook is switched off.
ALTER TABLE public.webhook_deliveries
    ADD COLUMN error text,
    ADD COLUMN signature_version smallint DEFAULT 1 NOT NULL;

CREATE FUNCTION public.record_webhook_attempt(delivery bigint, code integer, excerpt text, failure text) RETURNS timestamp with time zone
    LANGUAGE plpgsql
    AS $$
DECLARE
    attempts integer;
    hook bigint;
    next_at timestamp with time zone;
BEGIN
    SELECT d.attempt, d.webhook_id INTO STRICT attempts, hook
      FROM public.webhook_deliveries d WHERE d.id = delivery FOR UPDATE;
    IF code BETWEEN 200 AND 299 THEN
        UPDATE public.webhook_deliveries
           SET status_code = code, response_excerpt = left(excerpt, 500), error = NULL, delivered_at = now()
         WHERE id = delivery;
        UPDATE public.webhooks SET failures = 0 WHERE id = hook AND failures <> 0;
        RETURN NULL;
    END IF;
    next_at := now() + (interval '1 minute' * power(2, least(attempts, 12) - 1)) * (0.75 + random() * 0.5);
    UPDATE public.webhook_deliveries
       SET status_code = code, response_excerpt = left(excerpt, 500), error = failure, attempt = attempts + 1, deliver_after = next_at
     WHERE id = delivery;
    UPDATE public.webhooks
       SET failures = failures + 1,
           disabled_at = CASE WHEN attempts >= 12 THEN now() ELSE disabled_at END
     WHERE id = hook;
    RETURN next_at;
END;
$$;

-- migrate:down

DROP FUNCTION public.record_webhook_attempt(bigint, integer, text, text);
ALTER TABLE public.webhook_deliveries
    DROP COLUMN signature_version,
    DROP COLUMN error;
