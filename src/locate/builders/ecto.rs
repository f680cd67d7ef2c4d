//! Ecto's `from` with its keywords, and Elixir's pipes.

use super::condition::Condition;
use super::pairs::is_keywords;
use super::reader::Reader;
use crate::locate::app_source::kinds::Field;
use crate::locate::app_source::syntax::NodeId;

impl<'a> Reader<'_, '_, 'a> {
    /// `from(r in Run, where: …)`, `where(query, [r], …)`.
    pub(super) fn ecto(&self, name: &str, given: &[NodeId]) -> Option<Condition> {
        match name {
            "from" => {
                let keywords = given.iter().find(|it| is_keywords(self.syntax, **it))?;
                let mut told: Option<Condition> = None;
                for pair in self.syntax.children(*keywords) {
                    let Some(key) = self.syntax.child(pair, Field::Key) else {
                        continue;
                    };
                    self.mark_read(pair);
                    let value = || Some(self.condition(self.syntax.child(pair, Field::Value)?));
                    let key = self.key(key);
                    let joined = match (key.as_str(), told.take()) {
                        ("where", None) | ("or_where", None) => value(),
                        ("where", Some(before)) => Some(Condition::all([before, value()?])),
                        ("or_where", Some(before)) => Some(Condition::any([before, value()?])),
                        (
                            "union" | "union_all" | "except" | "except_all" | "intersect"
                            | "intersect_all",
                            Some(before),
                        ) => Some(Condition::all([
                            before,
                            Condition::Unknown(self.syntax.span(pair)),
                        ])),
                        (_, before) => before,
                    };
                    told = joined;
                }
                told
            }
            "where" | "or_where" => Some(self.condition(*given.last()?)),
            _ => None,
        }
    }

    /// `Run |> where([r], …) |> where([r], …)`.
    pub(super) fn piped(&self, binary: NodeId) -> Option<Condition> {
        let (left, right) = self.operands(binary)?;
        let before = self.told(left);
        self.mark_read(right);
        let name = self.name(right).unwrap_or("");
        let said = match name {
            "where" | "or_where" => Some(self.condition(*self.given_to(right).last()?)),
            _ => None,
        };
        match (before, said) {
            (Some(before), Some(said)) if name == "or_where" => {
                Some(Condition::any([before, said]))
            }
            (Some(before), Some(said)) => Some(Condition::all([before, said])),
            (Some(before), None) => Some(self.passed_on(right, name, before)),
            (None, said) => said,
        }
    }
}
