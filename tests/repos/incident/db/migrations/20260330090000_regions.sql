-- migrate:up

-- São Paulo. Validated apart from being added, so that the long scan holds no lock that hurts.
ALTER TABLE public.organizations DROP CONSTRAINT organizations_region_check;
ALTER TABLE public.organizations ADD CONSTRAINT organizations_region_check CHECK (region IN ('eu-central', 'us-east', 'sa-east', 'ap-south')) NOT VALID;
ALTER TABLE public.organizations VALIDATE CONSTRAINT organizations_region_check;

COMMENT ON COLUMN public.organizations.region IS 'Where the tenant''s rows and files live. Doesn''t move by itself: «região» is a promise.';

-- migrate:down

COMMENT ON COLUMN public.organizations.region IS NULL;
ALTER TABLE public.organizations DROP CONSTRAINT organizations_region_check;
ALTER TABLE public.organizations ADD CONSTRAINT organizations_region_check CHECK (region IN ('eu-central', 'us-east', 'ap-south'));
