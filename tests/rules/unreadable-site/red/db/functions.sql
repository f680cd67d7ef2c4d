CREATE OR REPLACE FUNCTION public.next_delivery() RETURNS bigint
    LANGUAGE sql AS $function$
    SELECT d.id
    FROM public.deliveries d
    WHERE d.target = ANY ('{webhook,queue,bucket}')
    ORDER BY d.next_try_at
    LIMIT 1
$function$;
