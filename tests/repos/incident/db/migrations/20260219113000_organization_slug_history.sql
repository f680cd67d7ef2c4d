-- migrate:up

-- Links with an old slug must lead somewhere, and never to another tenant.
CREATE TABLE public.organization_slug_history (
    slug text NOT NULL,
    organization_id text NOT NULL,
    retired_at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT organization_slug_history_organization_id_fkey FOREIGN KEY (organization_id) REFERENCES public.organizations(id) ON DELETE CASCADE,
    CONSTRAINT organization_slug_history_pkey PRIMARY KEY (slug)
);

CREATE INDEX idx_organization_slug_history_organization_id ON public.organization_slug_history (organization_id);

CREATE FUNCTION public.remember_old_slug() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM public.organization_slug_history h
         WHERE h.slug = NEW.slug AND h.organization_id <> NEW.id
    ) THEN
        RAISE EXCEPTION 'slug "%" was somebody else''s', NEW.slug USING ERRCODE = 'unique_violation';
    END IF;
    DELETE FROM public.organization_slug_history WHERE slug = NEW.slug;
    INSERT INTO public.organization_slug_history (slug, organization_id)
    VALUES (OLD.slug, OLD.id)
    ON CONFLICT (slug) DO UPDATE SET retired_at = now();
    RETURN NEW;
END;
$$;

CREATE TRIGGER organizations_remember_slug BEFORE UPDATE OF slug ON public.organizations
    FOR EACH ROW WHEN (old.slug IS DISTINCT FROM new.slug)
    EXECUTE FUNCTION public.remember_old_slug();

-- migrate:down

DROP TRIGGER organizations_remember_slug ON public.organizations;
DROP FUNCTION public.remember_old_slug();
DROP TABLE public.organization_slug_history;
