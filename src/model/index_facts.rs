//! Size, bloat and use of an index of a live database.

/// What a live database tells of a declared index.
#[derive(Debug, Clone, PartialEq)]
pub struct IndexFacts {
    pub lane_set: String,
    /// With its schema.
    pub index: String,
    pub is_valid: bool,
    /// On the disk.
    pub size_bytes: i64,
    /// The share of its pages that its entries do not need, from 0 to 1, estimated from the statistics; `None` where they do not tell, or
    /// it is too small for that to matter.
    pub bloat: Option<f64>,
    /// How many scans used it since the statistics were reset.
    pub scans: i64,
    /// When they were reset, as an ISO date with time; `None`: never.
    pub statistics_since: Option<String>,
}
