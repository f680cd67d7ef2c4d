-- migrate:up

-- The distance of two embeddings is their dot product over the product of their norms. The norm
-- never changes, so it is computed once. Without a vector extension this is what we have; it's
-- fast enough for the first few hundred candidates that full text search leaves over.
ALTER TABLE public.embeddings ADD COLUMN norm double precision;

CREATE FUNCTION public.vector_dot(a real[], b real[]) RETURNS double precision
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    AS $$
    SELECT sum(x * y)::double precision FROM unnest(a, b) AS pair (x, y)
$$;

CREATE FUNCTION public.embeddings_set_norm() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    NEW.norm := sqrt(public.vector_dot(NEW.vector, NEW.vector));
    IF NEW.norm = 0 THEN
        RAISE EXCEPTION 'embedding of chunk % is all zeroes', NEW.chunk_id USING ERRCODE = 'data_exception';
    END IF;
    RETURN NEW;
END;
$$;

CREATE TRIGGER embeddings_norm BEFORE INSERT OR UPDATE OF vector ON public.embeddings
    FOR EACH ROW EXECUTE FUNCTION public.embeddings_set_norm();

UPDATE public.embeddings SET vector = vector WHERE norm IS NULL;
ALTER TABLE public.embeddings ALTER COLUMN norm SET NOT NULL;

CREATE FUNCTION public.nearest_chunks(org text, model text, probe real[], candidates bigint[], max_rows integer DEFAULT 20) RETURNS TABLE (chunk_id bigint, similarity double precision)
    LANGUAGE plpgsql STABLE
    AS $$
DECLARE
    probe_norm double precision := sqrt(public.vector_dot(probe, probe));
BEGIN
    IF coalesce(probe_norm, 0) = 0 THEN
        RETURN;
    END IF;
    RETURN QUERY
    SELECT e.chunk_id, public.vector_dot(e.vector, probe) / (e.norm * probe_norm) AS score
      FROM public.embeddings e
     WHERE e.organization_id = org
       AND e.model_key = model
       AND e.dimensions = cardinality(probe)
       AND (candidates IS NULL OR e.chunk_id = ANY (candidates))
     ORDER BY score DESC
     LIMIT max_rows;
END;
$$;

-- migrate:down

DROP FUNCTION public.nearest_chunks(text, text, real[], bigint[], integer);
ALTER TABLE public.embeddings ALTER COLUMN norm DROP NOT NULL;
DROP TRIGGER embeddings_norm ON public.embeddings;
DROP FUNCTION public.embeddings_set_norm();
DROP FUNCTION public.vector_dot(real[], real[]);
ALTER TABLE public.embeddings DROP COLUMN norm;
