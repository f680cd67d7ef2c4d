//! The bodies of `DO` blocks and routines: their statements, handlers and early ends.

use super::harmless::{may_change_schema, may_execute};
use super::session::{Effect, Place, Replay};
use super::ways::UNDECIDED_CONDITION;
use crate::model::name::Identifier;
use crate::read_sql::plpgsql::{self, Block, Handler, Node};
use crate::read_sql::split::statements;
use crate::source::file::Location;

impl<'a> Replay<'a> {
    pub(super) fn do_block(&mut self, body: &str, place: Place, location: &Location) -> Effect {
        match plpgsql::read(body) {
            Ok(block) => {
                let effect = self.block(&block, body, place);
                self.end_body(location);
                effect
            }
            Err(reason) if may_execute(body) => {
                self.unseen_anything(location, &reason);
                Effect::Unknown
            }
            Err(reason) => {
                self.doubt(body, location, &reason);
                Effect::Done
            }
        }
    }

    /// Brings the ways on which a body may have returned together with the one to its end.
    pub(super) fn end_body(&mut self, location: &Location) {
        self.has_returned = false;
        let mut ways = std::mem::take(&mut self.early_returns);
        if !ways.is_empty() {
            ways.iter_mut().for_each(|way| way.has_returned = false);
            ways.insert(0, self.clone());
            self.settle(
                ways,
                location,
                "whether the block returns early is not known",
            );
        }
    }

    /// A routine that would change a governed object when called leaves its state unknown.
    pub(super) fn routine(&mut self, body: &str, place: Place, location: &Location) {
        if !may_change_schema(body) {
            return;
        }
        let mut called = self.clone();
        match plpgsql::read(body) {
            Ok(block) => {
                called.block(&block, body, place);
                called.end_body(location);
            }
            Err(_) => {
                for range in statements(body).unwrap_or_default() {
                    called.statement(&body[range.clone()], place.inside(&range));
                }
            }
        }
        let reason = "a routine is defined here that would change it, and who calls it is not seen";
        self.settle(vec![called, self.clone()], location, reason);
    }

    /// Runs a block; when one of its statements meets what is there already, its handler runs on the state from before the block.
    /// What may or may not be refused leaves both states possible.
    pub(super) fn block(&mut self, block: &Block, body: &str, place: Place) -> Effect {
        let before = self.clone();
        let mut refused = Vec::new();
        let mut effect = Effect::Done;
        for node in &block.body {
            if self.has_returned {
                break;
            }
            let next = self.node(node, body, place);
            if next == Effect::Done {
                continue;
            }
            let Some(handler) = handler_of(block, &next) else {
                if next == Effect::Duplicate {
                    return next;
                }
                effect = effect.then(next);
                continue;
            };
            let handled = before
                .clone()
                .knowing(&self.further_names)
                .handled(handler, body, place);
            if next == Effect::Duplicate && refused.is_empty() {
                *self = handled;
                return Effect::Done;
            }
            refused.push(handled);
            if next == Effect::Duplicate {
                *self = before.knowing(&self.further_names);
                break;
            }
        }
        if !refused.is_empty() {
            refused.insert(0, self.clone());
            let location = place.location(0..body.len());
            let reason = "whether Postgres refuses a statement of the block is not known";
            self.settle(refused, &location, reason);
        }
        effect
    }

    /// The same state, with names that were met on a way that was taken back.
    pub(super) fn knowing(mut self, further_names: &[Identifier]) -> Self {
        self.further_names.extend_from_slice(further_names);
        self
    }

    pub(super) fn handled(mut self, handler: &Handler, body: &str, place: Place) -> Self {
        for node in &handler.body {
            self.node(node, body, place);
        }
        self
    }

    pub(super) fn node(&mut self, node: &Node, body: &str, place: Place) -> Effect {
        match node {
            Node::Sql(range) => return self.statement(&body[range.clone()], place.inside(range)),
            Node::Block(block) => return self.block(block, body, place),
            Node::If(alternatives) => return self.if_node(alternatives, body, place),
            Node::Execute(range) => {
                let text = &body[range.clone()];
                let location = place.location(range.clone());
                return self.execute(text, body, place, &location);
            }
            Node::Case { head, alternatives } => {
                let ways = alternatives
                    .iter()
                    .map(|nodes| self.after(nodes, body, place))
                    .collect();
                self.settle(ways, &place.location(head.clone()), UNDECIDED_CONDITION);
            }
            Node::Loop { head, body: nodes } => {
                let text = &body[head.clone()];
                if let Some(effect) = self.constant_loop(text, nodes, body, place) {
                    return effect;
                }
                let ways = vec![self.after(nodes, body, place), self.clone()];
                let reason = "how often the loop around it runs is not known";
                self.settle(ways, &place.location(head.clone()), reason);
            }
            Node::Return(_) => self.has_returned = true,
            Node::Expression(range) => {
                let text = &body[range.clone()];
                self.doubt_if_called(text, &place.location(range.clone()));
                return Effect::Unknown;
            }
        }
        Effect::Done
    }
}

/// The handler that catches what Postgres says to a refused statement.
pub(super) fn handler_of<'a>(block: &'a Block, effect: &Effect) -> Option<&'a Handler> {
    let catches = |condition: &String| {
        let is_duplicate = condition.starts_with("duplicate_");
        match effect {
            Effect::Done => false,
            Effect::Duplicate => is_duplicate || condition == "others",
            Effect::Doubtful => !is_duplicate,
            Effect::Unknown => true,
        }
    };
    block
        .handlers
        .iter()
        .find(|handler| handler.conditions.iter().any(catches))
}
