-- migrate:up

-- A new tenant used to start with an empty list of entity types, and the first sync then made
-- up its own. Now every organization gets the same six, which it may rename but not delete.
CREATE FUNCTION public.add_default_entity_types() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    kind record;
BEGIN
    FOR kind IN
        SELECT *
          FROM (VALUES
              ('person', 'Person', 'People', 'user', '{"email": "string", "handle": "string"}'),
              ('company', 'Company', 'Companies', 'building', '{"domain": "string", "employees": "integer"}'),
              ('product', 'Product', 'Products', 'box', '{"sku": "string"}'),
              ('repository', 'Repository', 'Repositories', 'code', '{"default_branch": "string"}'),
              ('ticket', 'Ticket', 'Tickets', 'tag', '{"priority": "string", "state": "string"}'),
              ('place', 'Place', 'Places', 'map-pin', '{"latitude": "number", "longitude": "number"}')
          ) AS defaults (key, label, plural_label, icon, attribute_schema)
    LOOP
        INSERT INTO public.entity_types (organization_id, key, label, plural_label, icon, attribute_schema, built_in)
        VALUES (NEW.id, kind.key, kind.label, kind.plural_label, kind.icon, kind.attribute_schema::jsonb, true)
        ON CONFLICT (organization_id, key) DO NOTHING;
    END LOOP;
    RETURN NULL;
END;
$$;

CREATE TRIGGER organizations_default_entity_types AFTER INSERT ON public.organizations
    FOR EACH ROW EXECUTE FUNCTION public.add_default_entity_types();

CREATE FUNCTION public.keep_built_in_entity_types() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    -- Deleting the organization cascades here, and that must go through.
    IF OLD.built_in AND EXISTS (SELECT 1 FROM public.organizations WHERE id = OLD.organization_id) THEN
        RAISE EXCEPTION 'entity type "%" is built in', OLD.key
            USING HINT = 'Rename it, or hide it in the organization''s settings.';
    END IF;
    RETURN OLD;
END;
$$;

CREATE TRIGGER entity_types_keep_built_in BEFORE DELETE ON public.entity_types
    FOR EACH ROW EXECUTE FUNCTION public.keep_built_in_entity_types();

-- migrate:down

DROP TRIGGER entity_types_keep_built_in ON public.entity_types;
DROP FUNCTION public.keep_built_in_entity_types();
DROP TRIGGER organizations_default_entity_types ON public.organizations;
DROP FUNCTION public.add_default_entity_types();
