pub struct Leases;

impl Leases {
    pub fn expiring(&self) -> &'static str {
        "SELECT id FROM public.leases \
         WHERE holder_kind IN ('pod', 'cron', 'batch') \
           AND renewed_at < now() - interval '30 seconds'"
    }
}
