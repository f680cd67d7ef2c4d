//! Conditions that are written as names with values: objects, hashes, keywords, maps.

use super::columns::column_named;
use super::condition::{ColumnRef, Comparison, Condition};
use super::reader::Reader;
use super::words::{self, Joint, Verb};
use crate::locate::app_source::calls::receiver;
use crate::locate::app_source::kinds::{Field, Kind};
use crate::locate::app_source::language::Language;
use crate::locate::app_source::syntax::{NodeId, Syntax};

impl<'a> Reader<'_, '_, 'a> {
    /// Of an object, a hash or keywords: all of them hold.
    pub(super) fn pairs(&self, node: NodeId, qualifier: Option<&str>) -> Option<Condition> {
        let children: Vec<NodeId> = self.syntax.children(node).collect();
        let parts = children.iter().map(|it| {
            self.pair(*it, qualifier)
                .unwrap_or_else(|| Condition::Unknown(self.syntax.span(*it)))
        });
        Some(Condition::all(parts))
    }

    pub(super) fn pair(&self, pair: NodeId, qualifier: Option<&str>) -> Option<Condition> {
        let (key_node, value) = self.key_and_value(pair)?;
        let key = self.key(key_node);
        // Django's `_connector`, PHP's and Go's own keys
        if key.starts_with('_') {
            return None;
        }
        let value = self.assembler.through_wrappers(value);
        if let Some(joint) = words::joint(&key) {
            let parts = self.parts(value);
            return Some(match joint {
                Joint::And => Condition::all(parts),
                Joint::Or => Condition::any(parts),
                Joint::Not if self.syntax.kind(value) == Kind::Object => {
                    Condition::all(parts).negated()
                }
                Joint::Not => Condition::any(parts).negated(),
            });
        }
        let (name, lookup) = match self.syntax.language() {
            Language::Python => key.split_once("__").unwrap_or((&key, "")),
            _ => (key.as_str(), ""),
        };
        let (own_qualifier, name) = match name.rsplit_once('.') {
            Some((qualifier, name)) => (Some(qualifier.to_owned()), name),
            None => (qualifier.map(str::to_owned), name),
        };
        let column = ColumnRef {
            qualifier: own_qualifier,
            name: name.to_owned(),
            span: self.syntax.span(key_node),
        };
        if !lookup.is_empty() {
            return Some(self.lookup(column, lookup, value));
        }
        Some(self.asked(column, value))
    }

    pub(super) fn key_and_value(&self, pair: NodeId) -> Option<(NodeId, NodeId)> {
        let key = self.syntax.child(pair, Field::Key);
        let key = key.or_else(|| self.syntax.child(pair, Field::Name));
        if let Some(key) = key {
            return Some((key, self.syntax.child(pair, Field::Value)?));
        }
        // PHP's `'lane' => 'sync'`
        let children: Vec<NodeId> = self.syntax.children(pair).collect();
        match children.as_slice() {
            [key, value] if self.syntax.kind(pair) == Kind::Slot => Some((*key, *value)),
            _ => None,
        }
    }

    /// A name with its value, among the arguments of a call.
    pub(super) fn is_pair(&self, node: NodeId) -> bool {
        let has_name = self.syntax.child(node, Field::Name).is_some();
        let is_keyword = self.syntax.kind(node) == Kind::Other && has_name;
        self.syntax.kind(node) == Kind::Pair || is_keyword
    }

    pub(super) fn key(&self, key: NodeId) -> String {
        let text = self.syntax.text(key).trim().trim_end_matches(':');
        text.trim_matches(['\'', '"', ' '])
            .trim_start_matches(':')
            .to_owned()
    }

    /// Django's `lane__in=[…]`.
    pub(super) fn lookup(&self, column: ColumnRef, lookup: &str, value: NodeId) -> Condition {
        let is_true = matches!(self.syntax.text(value), "True");
        match (lookup, words::verb(lookup)) {
            ("isnull", _) if matches!(self.syntax.text(value), "True" | "False") => {
                Condition::test(column, Comparison::Null { negated: !is_true })
            }
            ("in" | "exact" | "lt" | "lte" | "gt" | "gte", Some(verb)) => {
                self.test(column, verb, &[value])
            }
            // `user__lane`: a column of another table.
            _ => Condition::test(column, Comparison::Other),
        }
    }

    /// What is asked of a column by the value beside it.
    pub(super) fn asked(&self, column: ColumnRef, value: NodeId) -> Condition {
        let is_hash = is_keywords(self.syntax, value);
        match self.syntax.kind(value) {
            Kind::Object => {
                let asked = self.syntax.children(value).map(|pair| {
                    let test = self.key_and_value(pair).and_then(|(key, value)| {
                        let value = self.assembler.through_wrappers(value);
                        let verb = words::verb(&self.key(key))?;
                        Some(match (verb, self.syntax.kind(value)) {
                            (Verb::IsNot, Kind::Object) => {
                                self.asked(column.clone(), value).negated()
                            }
                            (Verb::IsNot, _) => self.test(column.clone(), Verb::IsNot, &[value]),
                            (Verb::Is, _) => None?,
                            _ => self.test(column.clone(), verb, &[value]),
                        })
                    });
                    test.unwrap_or_else(|| Condition::test(column.clone(), Comparison::Other))
                });
                Condition::all(asked)
            }
            Kind::Call => self.asked_by_call(column, value),
            // `where(runs: { lane: 'sync' })`
            _ if is_hash && !self.is_table(&column.name) => {
                Condition::test(column, Comparison::Other)
            }
            _ if is_hash => self
                .pairs(value, Some(&column.name))
                .unwrap_or(Condition::Unknown(column.span)),
            _ if self.values.is_list(value) => self.test(column, Verb::In, &[value]),
            _ => self.test(column, Verb::Equal, &[value]),
        }
    }

    /// TypeORM's `In([…])`, `Not(…)`, `IsNull()`; or a value that is made.
    pub(super) fn asked_by_call(&self, column: ColumnRef, call: NodeId) -> Condition {
        let given = self.given_to(call);
        let name = self.name(call).unwrap_or("");
        if self.values.is_list(call) {
            return self.test(column, Verb::In, &[call]);
        }
        if let Some(rows) = self.rows_of(call) {
            return rows.grouped();
        }
        let is_operator = receiver(self.syntax, call).is_none();
        match (
            words::joint(name).filter(|_| is_operator),
            words::verb(name),
        ) {
            (Some(Joint::Not), _) if given.len() == 1 => self.asked(column, given[0]).negated(),
            (Some(Joint::And), _) => {
                let parts = given.iter().map(|it| self.asked(column.clone(), *it));
                Condition::all(parts)
            }
            (Some(Joint::Or), _) => {
                let parts = given.iter().map(|it| self.asked(column.clone(), *it));
                Condition::any(parts)
            }
            (_, Some(verb)) if is_operator => self.test(column, verb, &given),
            _ => self.test(column, Verb::Equal, &[call]),
        }
    }

    /// What `goqu.Op{"in": …}` asks of a column; several are choices.
    fn goqu_operators(&self, column: &ColumnRef, value: NodeId) -> Option<Condition> {
        let kind = self.syntax.child(value, Field::Type)?;
        if self.syntax.text(kind).rsplit('.').next() != Some("Op") {
            return None;
        }
        let body = self.syntax.child(value, Field::Body)?;
        let asked = self.syntax.children(body).map(|it| {
            let test = || {
                let operator = self.text(self.syntax.child(it, Field::Key)?)?;
                let value = self.syntax.child(it, Field::Value)?;
                let value = self.assembler.through_wrappers(value);
                let verb = words::verb(&operator)?;
                Some(self.test(column.clone(), verb, &[value]))
            };
            test().unwrap_or_else(|| Condition::test(column.clone(), Comparison::Other))
        });
        Some(Condition::any(asked))
    }

    /// squirrel's `sq.Eq{…}`, `sq.And{…}`, goqu's `goqu.Ex{…}`.
    pub(super) fn composite(&self, literal: NodeId) -> Option<Condition> {
        let kind = self.syntax.child(literal, Field::Type)?;
        let name = self.syntax.text(kind).rsplit('.').next()?;
        let body = self.syntax.child(literal, Field::Body)?;
        let elements = || self.syntax.children(body);
        let tests = |verb: Verb| {
            let tests = elements().map(|it| {
                let test = || {
                    let key = self.text(self.syntax.child(it, Field::Key)?)?;
                    let value = self.syntax.child(it, Field::Value)?;
                    let value = self.assembler.through_wrappers(value);
                    let column = column_named(&key, self.syntax.span(it));
                    if let Some(asked) = self.goqu_operators(&column, value) {
                        return Some(asked);
                    }
                    Some(match (verb, self.values.is_list(value)) {
                        (Verb::Equal, true) => self.test(column, Verb::In, &[value]),
                        (Verb::NotEqual, true) => self.test(column, Verb::NotIn, &[value]),
                        _ => self.test(column, verb, &[value]),
                    })
                };
                test().unwrap_or_else(|| Condition::Unknown(self.syntax.span(it)))
            });
            tests.collect::<Vec<Condition>>()
        };
        let conditions = || elements().map(|it| self.condition(it)).collect();
        Some(match name {
            "And" => Condition::All(conditions()),
            "Or" => Condition::Any(conditions()),
            "Ex" => Condition::All(tests(Verb::Equal)),
            "ExOr" => Condition::Any(tests(Verb::Equal)),
            other => match words::verb(other)? {
                // Each of its columns is another.
                Verb::NotEqual => Condition::All(tests(Verb::NotEqual)),
                verb @ (Verb::Equal | Verb::Order(_)) => Condition::All(tests(verb)),
                _ => return None,
            },
        })
    }
}

pub(super) fn is_keywords(syntax: &Syntax, node: NodeId) -> bool {
    let mut children = syntax.children(node).peekable();
    syntax.kind(node) == Kind::Other
        && children.peek().is_some()
        && children.all(|it| syntax.kind(it) == Kind::Pair)
}
