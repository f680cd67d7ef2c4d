-- migrate:up

CREATE FUNCTION public.expire_sessions(keep interval DEFAULT interval '90 days') returns integer
language plpgsql
as $fn$
declare
    gone integer;
begin
    -- Two ways to be over: past its end, or not used for so long that nobody will miss it.
    delete from public.sessions
     where expires_at < now()
        or updated_at < now() - keep;
    get diagnostics gone = row_count;
    delete from public.invitations
     where accepted_at is null
       and expires_at < now() - keep;
    return gone;
end
$fn$;

-- migrate:down

DROP FUNCTION public.expire_sessions(interval);
