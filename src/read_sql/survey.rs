//! Which columns a condition that is not modelled mentions, and why it is not.

use std::collections::BTreeSet;
use std::ops::ControlFlow;

use sqlparser::ast::{Expr, Query, SetExpr, TableFactor, Visit, Visitor};

use super::constant::{Constant, as_constant};
use super::expression::{Scope, identifier, own_column, qualified_name};
use crate::model::name::Identifier;
use crate::model::predicate::Doubt;

/// The scope's columns that an opaque condition mentions, and why it is opaque. What a sub-select says of tables of its own is not
/// said of these columns.
pub fn survey(condition: &Expr, scope: &Scope) -> (BTreeSet<Identifier>, Doubt) {
    let mut survey = Survey {
        scope,
        sub_selects: Vec::new(),
        columns: BTreeSet::new(),
        doubt: Doubt::Expression,
    };
    // Never breaks off.
    let _ = condition.visit(&mut survey);
    (survey.columns, survey.doubt)
}

struct Survey<'a> {
    scope: &'a Scope<'a>,
    /// The sub-selects that are open, the outermost first.
    sub_selects: Vec<Hidden>,
    columns: BTreeSet<Identifier>,
    doubt: Doubt,
}

/// What a sub-select's own tables hide of the scope (manual, section 4.2.1: an inner table's column comes first).
struct Hidden {
    bare_columns: bool,
    qualified_columns: bool,
}

impl Hidden {
    fn by(query: &Query, scope: &Scope) -> Self {
        let mut hidden = Hidden {
            bare_columns: false,
            qualified_columns: false,
        };
        let SetExpr::Select(select) = query.body.as_ref() else {
            return hidden;
        };
        for each in &select.from {
            let joined = each.joins.iter().map(|join| &join.relation);
            for factor in std::iter::once(&each.relation).chain(joined) {
                let TableFactor::Table { name, alias, .. } = factor else {
                    continue;
                };
                let Some(name) = qualified_name(name) else {
                    continue;
                };
                hidden.bare_columns |= scope.table.is_some_and(|table| table.name == name.name);
                let called = alias
                    .as_ref()
                    .map_or_else(|| name.name.clone(), |alias| identifier(&alias.name));
                hidden.qualified_columns |= scope.qualifier.as_ref() == Some(&called);
            }
        }
        hidden
    }

    fn hides(&self, column: &Expr) -> bool {
        match column {
            Expr::Identifier(_) => self.bare_columns,
            _ => self.qualified_columns,
        }
    }
}

impl Visitor for Survey<'_> {
    type Break = ();

    fn pre_visit_query(&mut self, query: &Query) -> ControlFlow<()> {
        self.sub_selects.push(Hidden::by(query, self.scope));
        ControlFlow::Continue(())
    }

    fn post_visit_query(&mut self, _: &Query) -> ControlFlow<()> {
        self.sub_selects.pop();
        ControlFlow::Continue(())
    }

    fn pre_visit_expr(&mut self, expression: &Expr) -> ControlFlow<()> {
        if !self.sub_selects.iter().any(|each| each.hides(expression)) {
            self.columns.extend(own_column(expression, self.scope));
        }
        let doubt = match expression {
            Expr::Identifier(_) | Expr::CompoundIdentifier(_) | Expr::Nested(_) => {
                return ControlFlow::Continue(());
            }
            Expr::Cast { .. } | Expr::Value(_) | Expr::TypedString(_) => {
                match as_constant(expression, self.scope.enum_type) {
                    Constant::Parameter => Doubt::Parameter,
                    Constant::Unknown(doubt) => doubt,
                    Constant::Value(_) | Constant::Null => return ControlFlow::Continue(()),
                }
            }
            _ => return ControlFlow::Continue(()),
        };
        // A bound value explains more than a cast of it does.
        if self.doubt == Doubt::Expression || doubt == Doubt::Parameter {
            self.doubt = doubt;
        }
        ControlFlow::Continue(())
    }
}

#[cfg(test)]
mod tests {
    use crate::model::name::QualifiedName;
    use crate::read_sql::clause::{Governed, clauses};

    /// The columns of the outermost clause.
    fn columns(sql: &str) -> Vec<String> {
        let table = QualifiedName::parse("public.runs").unwrap();
        let governed = Governed {
            table: &table,
            enum_type: None,
            alias: None,
        };
        let found = clauses(sql, governed).unwrap();
        let outermost = found.iter().find(|clause| !clause.is_look_up).unwrap();
        let columns = outermost.predicate.columns();
        columns.into_iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_claim_speaks_of_the_ids_and_its_sub_select_of_the_rest() {
        let claim = "SELECT 1 FROM runs WHERE id IN
            (SELECT id FROM runs WHERE status = 'pending' AND run_type = 'sync' LIMIT $1 FOR UPDATE SKIP LOCKED)";
        assert_eq!(columns(claim), ["id"]);
        let qualified = "SELECT 1 FROM runs r WHERE r.id IN (SELECT r.id FROM archive r WHERE r.run_type = 'sync')";
        assert_eq!(columns(qualified), ["id"]);
    }

    #[test]
    fn a_sub_select_over_another_table_may_speak_of_outer_columns() {
        let look_up = "SELECT 1 FROM runs WHERE EXISTS (SELECT 1 FROM lanes WHERE lanes.name = run_type AND beats)";
        assert_eq!(columns(look_up), ["beats", "run_type"]);
        let correlated = "SELECT 1 FROM runs WHERE EXISTS (SELECT 1 FROM runs o WHERE o.feed_id = runs.feed_id AND o.run_type = 'sync')";
        assert_eq!(columns(correlated), ["feed_id"]);
    }
}
