-- migrate:up
DROP INDEX public.parcels_trackable;
CREATE INDEX parcels_trackable ON public.parcels (scanned_at) WHERE service IN ('air', 'sea');

-- migrate:down
DROP INDEX public.parcels_trackable;
CREATE INDEX parcels_trackable ON public.parcels (scanned_at) WHERE service IN ('air');
