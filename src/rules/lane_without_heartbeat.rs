//! `lane-without-heartbeat`: a lane's executor does not beat.

use super::drift;
use super::registry::{Judge, Rule};
use crate::compare::Compared;
use crate::locate::heartbeats::{Evidence, Heartbeat};
use crate::model::declaration::HeartbeatDeclaration;
use crate::model::finding::{Finding, Remark, RuleId};

pub const RULE: Rule = Rule {
    id: RuleId::LaneWithoutHeartbeat,
    summary: "a lane's executor does not beat, or the evidence declared for it is gone",
    page: include_str!("lane_without_heartbeat.md"),
    judge: Judge::Gate(check),
};

/// What is wrong with the evidence of each lane.
pub fn check(compared: &Compared) -> Vec<Finding> {
    let heartbeats = compared.heartbeats.iter();
    heartbeats
        .filter_map(|heartbeat| finding(compared, heartbeat))
        .collect()
}

fn finding(compared: &Compared, heartbeat: &Heartbeat) -> Option<Finding> {
    let lane_set = &compared.declaration.lane_sets[heartbeat.lane_set];
    let declared = lane_set.heartbeat.as_ref()?;
    let said = said(heartbeat, declared)?;
    let set = &lane_set.name.value;
    let lane = drift::list(std::slice::from_ref(&heartbeat.lane));
    let declaration = Remark {
        location: heartbeat.declared_at.clone(),
        text: match heartbeat.evidence {
            Evidence::Undeclared => format!("{set} declares it"),
            _ => format!("{set} declares this as the evidence that {lane} beats"),
        },
    };
    Some(Finding {
        rule: RuleId::LaneWithoutHeartbeat,
        lane_set: Some(set.clone()),
        message: said.message,
        related: match said.culprit.location.path() == heartbeat.declared_at.path() {
            true => said.followed,
            false => std::iter::once(declaration).chain(said.followed).collect(),
        },
        culprit: said.culprit,
        missing: vec![heartbeat.lane.clone()],
        extra: Vec::new(),
        help: Some(format!(
            "{}, or take the lane out: `laneset narrow {set} {}`",
            said.help, heartbeat.lane
        )),
        disagreement: None,
        is_fixable: false,
        subject: format!("heartbeat of {}", heartbeat.lane),
    })
}

/// What is to be said of evidence that is none.
struct Said {
    message: String,
    culprit: Remark,
    /// Where the search ended.
    followed: Vec<Remark>,
    help: String,
}

fn said(heartbeat: &Heartbeat, declared: &HeartbeatDeclaration) -> Option<Said> {
    let call = &declared.call.value;
    let lane = drift::list(std::slice::from_ref(&heartbeat.lane));
    let at_declaration = |text: &str| Remark {
        location: heartbeat.declared_at.clone(),
        text: text.to_owned(),
    };
    let said = match &heartbeat.evidence {
        Evidence::Beats(_) => return None,
        Evidence::Silent { function, gave_up } => Said {
            message: format!(
                "the executor of {lane} does not beat: {} calls {call} nowhere where that can run",
                match function.text() {
                    "" => function.path().as_str(),
                    name => name,
                }
            ),
            culprit: Remark {
                location: function.clone(),
                text: format!(
                    "a run of {lane} is silent from here on, and is timed out while it works"
                ),
            },
            followed: (gave_up.iter())
                .map(|(location, reason)| Remark {
                    location: location.clone(),
                    text: format!("not followed: {reason}"),
                })
                .collect(),
            help: format!(
                "call {call} for as long as it works (where a helper of another file does, declare that as `call`)"
            ),
        },
        Evidence::Missing(sentence) => Said {
            message: format!("the evidence that {lane} beats is gone: {sentence}"),
            culprit: at_declaration("nothing stands there"),
            followed: Vec::new(),
            help: "correct `file` and `within` in laneset.toml".to_owned(),
        },
        Evidence::Unreadable(location, reason) => Said {
            message: format!("whether the executor of {lane} beats cannot be told: {reason}"),
            culprit: Remark {
                location: location.clone(),
                text: "this cannot be read".to_owned(),
            },
            followed: Vec::new(),
            help: "mend the source".to_owned(),
        },
        Evidence::Undeclared => Said {
            message: format!("nothing says that the executor of {lane} beats"),
            culprit: at_declaration("no evidence is declared for this lane"),
            followed: Vec::new(),
            help: format!(
                "add its file and function, which calls {call}, to the set's [heartbeat.lanes]"
            ),
        },
    };
    Some(said)
}
