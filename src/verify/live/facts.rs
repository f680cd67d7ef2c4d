//! What is told of an index.

use crate::model::index_facts::IndexFacts;

/// As a sentence without a full stop.
pub fn sentence(facts: &IndexFacts) -> String {
    let size = bytes(facts.size_bytes);
    let bloat = match facts.bloat {
        Some(share) => format!(", about {:.0} % bloat", share * 100.0),
        None => String::new(),
    };
    let uses = match facts.scans {
        0 => "never used".to_owned(),
        1 => "used once".to_owned(),
        scans => format!("used {scans} times"),
    };
    let since = match &facts.statistics_since {
        Some(since) => format!("since {since}, when the statistics were reset"),
        None => "since the database was made".to_owned(),
    };
    format!("index {}: {size}{bloat}, {uses} {since}", facts.index)
}

fn bytes(size: i64) -> String {
    const STEP: i64 = 1024;
    match size {
        size if size < 10 * STEP => format!("{size} bytes"),
        size if size < 10 * STEP * STEP => format!("{} kB", size / STEP),
        size if size < 10 * STEP * STEP * STEP => format!("{} MB", size / STEP / STEP),
        size => format!("{} GB", size / STEP / STEP / STEP),
    }
}

/// The share of `pages` that so many entries of that width do not need, as `CREATE INDEX` would pack them: a page of 8 kB has 40 bytes of
/// head and special space, and is filled to 90 %; an entry has 8 bytes of head, is aligned to 8, and a pointer of 4 (manual, "B-Tree
/// Implementation" and "Database Page Layout"). Small indexes and unknown numbers give nothing.
pub fn bloat(pages: i32, entries: f32, width: Option<i64>) -> Option<f64> {
    const SMALL: i32 = 16;
    const PAGE: f64 = (8192.0 - 40.0) * 0.9;
    if pages < SMALL || entries < 0.0 {
        return None;
    }
    let entry = 8.0 + (width? as f64 / 8.0).ceil() * 8.0 + 4.0;
    let needed = (f64::from(entries) / (PAGE / entry).floor()).ceil() + 1.0;
    Some((1.0 - needed / f64::from(pages)).max(0.0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bloat_is_what_the_entries_do_not_need() {
        // 366 entries of 20 bytes fill a page.
        assert_eq!(bloat(1001, 366_000.0, Some(8)), Some(0.0));
        let half = bloat(2002, 366_000.0, Some(8)).unwrap();
        assert!((half - 0.5).abs() < 0.001, "{half}");
        assert_eq!(bloat(900, 366_000.0, Some(8)), Some(0.0));
        assert_eq!(bloat(2002, -1.0, Some(8)), None);
        assert_eq!(bloat(2002, 366_000.0, None), None);
        assert_eq!(bloat(2, 0.0, Some(8)), None);
    }
}
