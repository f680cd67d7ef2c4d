-- migrate:up

-- A connection belonged to whoever made it, and left with them. It belongs to the organization now and
-- is lent to teams, by name; an empty list means everybody.
ALTER TABLE public.connections
    ADD COLUMN shared_with text[] DEFAULT '{}'::text[] NOT NULL,
    ADD COLUMN owner_id text;

UPDATE public.connections SET owner_id = created_by WHERE owner_id IS NULL AND created_by IS NOT NULL;

DO $$
BEGIN
    ALTER TABLE public.connections
        ADD CONSTRAINT connections_owner_id_fkey FOREIGN KEY (owner_id) REFERENCES public.users (id) ON DELETE SET NULL;
EXCEPTION
    WHEN duplicate_object THEN
        RAISE NOTICE 'connections_owner_id_fkey is there already';
END
$$;

CREATE INDEX idx_connections_shared_with ON public.connections USING gin (shared_with);

-- migrate:down

DROP INDEX public.idx_connections_shared_with;
ALTER TABLE public.connections DROP CONSTRAINT connections_owner_id_fkey;
ALTER TABLE public.connections
    DROP COLUMN owner_id,
    DROP COLUMN shared_with;
