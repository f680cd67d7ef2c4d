-- migrate:up

-- The first big import through the API queued eleven thousand runs, and every worker woke for each.
CREATE OR REPLACE FUNCTION public.notify_run_pending() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NEW.status <> 'pending' THEN
        RETURN NULL;
    END IF;
    -- One channel per lane, and no id in it: equal notifications of one transaction arrive as
    -- one, so a bulk insert wakes each kind of worker once instead of ten thousand times.
    PERFORM pg_notify('runs_pending:' || NEW.run_type, '');
    RETURN NULL;
END;
$$;

DROP TRIGGER runs_notify_pending ON public.runs;
CREATE TRIGGER runs_notify_pending AFTER INSERT OR UPDATE OF status ON public.runs
    FOR EACH ROW EXECUTE FUNCTION public.notify_run_pending();

-- migrate:down

DROP TRIGGER runs_notify_pending ON public.runs;
CREATE TRIGGER runs_notify_pending AFTER INSERT ON public.runs
    FOR EACH ROW EXECUTE FUNCTION public.notify_run_pending();
CREATE OR REPLACE FUNCTION public.notify_run_pending() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NEW.status = 'pending' THEN
        PERFORM pg_notify('runs_pending', json_build_object('id', NEW.id, 'lane', NEW.run_type)::text);
    END IF;
    RETURN NULL;
END;
$$;
