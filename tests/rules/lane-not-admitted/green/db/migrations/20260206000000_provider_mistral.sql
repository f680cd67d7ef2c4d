-- migrate:up transaction:false

ALTER TYPE public.provider ADD VALUE IF NOT EXISTS 'mistral';

-- migrate:down

SELECT 1; -- a label of an enum cannot be taken away
