-- Takes the place of the patch of 2 May, which made the constraint.
ALTER TABLE public.labels DROP CONSTRAINT IF EXISTS labels_format_check;
