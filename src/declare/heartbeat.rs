//! `[lane_set.X.heartbeat]`: where each lane's executor beats.

use std::collections::BTreeMap;

use super::fields::{Fields, optional};
use super::manifest::{At, HeartbeatLaneTable, HeartbeatTable};
use crate::model::declaration::{HeartbeatDeclaration, HeartbeatLane};
use crate::model::lane::{Lane, Value};
use crate::source::span::Spanned;

impl Fields<'_> {
    /// `lanes` are the set's own, when they could be read. There may be evidence for a lane that is not in the set yet: it has to be
    /// there before the set is widened.
    pub fn heartbeat(
        &mut self,
        table: HeartbeatTable,
        lanes: Option<&[Lane]>,
    ) -> Option<HeartbeatDeclaration> {
        let beats = self.heartbeat_lanes(table.lanes, lanes);
        Some(HeartbeatDeclaration {
            call: self.text("call", table.call)?,
            lanes: beats,
        })
    }

    fn heartbeat_lanes(
        &mut self,
        table: BTreeMap<At<String>, HeartbeatLaneTable>,
        lanes: Option<&[Lane]>,
    ) -> Vec<HeartbeatLane> {
        let mut written: Vec<_> = table.into_iter().collect();
        written.sort_by_key(|(key, _)| key.span());
        let mut beats = Vec::new();
        for (key, table) in written {
            let lane = lane_of_key(key.value(), lanes);
            let file = self.path("file", table.file);
            let within = optional(table.within, |within| self.text("within", within));
            if let (Some(file), Some(within)) = (file, within) {
                let lane = Spanned::new(lane, key.span());
                beats.push(HeartbeatLane { lane, file, within });
            }
        }
        beats
    }
}

/// TOML's keys are strings: among integer lanes, `0` as a key is the lane 0.
fn lane_of_key(key: &str, lanes: Option<&[Lane]>) -> Lane {
    let integers = matches!(lanes, Some([Value::Integer(_), ..]));
    match key.parse::<i64>() {
        Ok(number) if integers && number.to_string() == key => Value::Integer(number),
        _ => Value::Text(key.to_owned()),
    }
}
