-- migrate:up

-- The total was summed by the application, and twice by two of its processes at once. The
-- database does it now, under the invoice's lock.
CREATE FUNCTION public.recompute_invoice_total() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    target bigint := CASE TG_OP WHEN 'DELETE' THEN OLD.invoice_id ELSE NEW.invoice_id END;
    current_state text;
BEGIN
    SELECT state INTO current_state FROM public.invoices WHERE id = target FOR UPDATE;
    IF NOT FOUND THEN
        RETURN NULL; -- the invoice goes, and its lines go with it
    END IF;
    IF current_state <> 'draft' THEN
        RAISE EXCEPTION 'invoice % is %, its lines are final', target, current_state;
    END IF;
    UPDATE public.invoices
       SET total_cents = (SELECT coalesce(sum(l.amount_cents), 0) FROM public.invoice_lines l WHERE l.invoice_id = target)
     WHERE id = target;
    RETURN NULL;
END;
$$;

CREATE TRIGGER invoice_lines_recompute_total AFTER INSERT OR UPDATE OR DELETE ON public.invoice_lines
    FOR EACH ROW EXECUTE FUNCTION public.recompute_invoice_total();

-- migrate:down

DROP TRIGGER invoice_lines_recompute_total ON public.invoice_lines;
DROP FUNCTION public.recompute_invoice_total();
