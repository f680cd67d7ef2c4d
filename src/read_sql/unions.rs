//! The arms of UNIONs: SELECTs whose rows nobody can tell apart once they are joined.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use sqlparser::ast::{
    Expr, Query, Select, SelectItem, SetExpr, SetOperator, Statement, TableFactor, Visit, Visitor,
};
use sqlparser::tokenizer::Location;

use super::expression::{identifier, qualified_name};
use crate::model::name::Identifier;

/// The UNIONs of one statement, each with its arms, and the SELECTs of the CTEs that an arm reads.
pub struct Unions(Vec<BTreeSet<Location>>);

impl Unions {
    pub fn of(statement: &Statement) -> Self {
        let mut ctes = Ctes::default();
        // Neither walk breaks off.
        let _ = statement.visit(&mut ctes);
        let mut collector = Collector {
            ctes: &ctes,
            found: Vec::new(),
        };
        let _ = statement.visit(&mut collector);
        Self(collector.found)
    }

    /// The number of the UNION that the SELECT is an arm of.
    pub fn number(&self, select: &Select) -> Option<usize> {
        let place = place(select);
        self.0.iter().position(|arms| arms.contains(&place))
    }

    pub fn count(&self) -> usize {
        self.0.len()
    }
}

/// A SELECT is known by where it begins.
fn place(select: &Select) -> Location {
    select.select_token.0.span.start
}

/// The CTEs of a statement: the name, the SELECTs of the body, and the names that these read.
#[derive(Default)]
struct Ctes {
    bodies: Vec<(Identifier, Vec<Location>, Vec<Identifier>)>,
    /// Bodies of `WITH RECURSIVE`: their arms are a beginning and a step.
    recursive: BTreeSet<Location>,
}

impl Visitor for Ctes {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        let Some(with) = &query.with else {
            return ControlFlow::Continue(());
        };
        for cte in &with.cte_tables {
            let selects = arms(&cte.query.body);
            let places = selects.iter().map(|select| place(select)).collect();
            let reads = selects.iter().flat_map(|select| tables(select)).collect();
            self.bodies
                .push((identifier(&cte.alias.name), places, reads));
            if with.recursive {
                self.recursive
                    .extend(selects.first().map(|select| place(select)));
            }
        }
        ControlFlow::Continue(())
    }
}

impl Ctes {
    /// Adds the SELECTs of the CTEs that these names mean, and of those that they read.
    fn follow(&self, names: Vec<Identifier>, found: &mut BTreeSet<Location>) {
        let mut seen: BTreeSet<Identifier> = BTreeSet::new();
        let mut rest = names;
        while let Some(name) = rest.pop() {
            if !seen.insert(name.clone()) {
                continue;
            }
            for (_, places, reads) in self.bodies.iter().filter(|(own, ..)| *own == name) {
                found.extend(places);
                rest.extend(reads.iter().cloned());
            }
        }
    }
}

struct Collector<'a> {
    ctes: &'a Ctes,
    found: Vec<BTreeSet<Location>>,
}

impl Visitor for Collector<'_> {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        let selects = arms(&query.body);
        let is_recursive = selects
            .first()
            .is_some_and(|first| self.ctes.recursive.contains(&place(first)));
        if selects.len() > 1 && !is_recursive && !are_told_apart(&selects) {
            let mut places: BTreeSet<Location> =
                selects.iter().map(|select| place(select)).collect();
            let names = selects.iter().flat_map(|select| tables(select)).collect();
            self.ctes.follow(names, &mut places);
            self.found.push(places);
        }
        ControlFlow::Continue(())
    }
}

/// The SELECTs of a UNION, or the only one; without what EXCEPT takes away.
fn arms(body: &SetExpr) -> Vec<&Select> {
    match body {
        SetExpr::Select(select) => vec![select],
        SetExpr::Query(query) => arms(&query.body),
        SetExpr::SetOperation {
            left,
            op: SetOperator::Union,
            right,
            ..
        } => {
            let mut both = arms(left);
            both.extend(arms(right));
            both
        }
        SetExpr::SetOperation { left, .. } => arms(left),
        _ => Vec::new(),
    }
}

/// The names without a schema in the FROM list.
fn tables(select: &Select) -> Vec<Identifier> {
    let joined = |each: &sqlparser::ast::TableWithJoins| {
        let joins = each.joins.iter().map(|join| &join.relation);
        std::iter::once(&each.relation)
            .chain(joins)
            .filter_map(|factor| match factor {
                TableFactor::Table { name, .. } => qualified_name(name),
                _ => None,
            })
            .filter(|name| name.schema.is_none())
            .map(|name| name.name)
            .collect::<Vec<_>>()
    };
    select.from.iter().flat_map(joined).collect()
}

/// Whether a column holds another constant in each arm (`SELECT 'live', … UNION ALL SELECT 'waiting', …`): a report of several sets.
fn are_told_apart(selects: &[&Select]) -> bool {
    let width = selects.first().map_or(0, |first| first.projection.len());
    (0..width).any(|column| {
        let constants: Option<BTreeSet<String>> = selects
            .iter()
            .map(|select| match select.projection.get(column)? {
                SelectItem::UnnamedExpr(Expr::Value(value))
                | SelectItem::ExprWithAlias {
                    expr: Expr::Value(value),
                    ..
                } => Some(value.to_string()),
                _ => None,
            })
            .collect();
        constants.is_some_and(|constants| constants.len() == selects.len())
    })
}
