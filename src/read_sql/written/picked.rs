//! Rows that pick other rows: a sub-select, CTE or joined table whose column tells the rows of the governed table apart.

use sqlparser::ast::{
    BinaryOperator, Cte, Expr, FunctionArguments, Query, Select, SelectItem,
    SelectItemQualifiedWildcardKind, SetExpr, SetOperator, TableWithJoins,
};

use super::{Body, DEEPEST, Item, Output, Reader, Source, Target, Way, in_sight};
use crate::model::name::Identifier;
use crate::read_sql::expression::{Scope, chain, identifier, own_column, qualified_name};

impl Reader<'_> {
    /// The ways in which other rows of the governed table pick these, when the condition says that they are the same rows.
    pub(super) fn picked(
        &self,
        condition: &Expr,
        scope: &Scope,
        body: &Body,
        item: usize,
    ) -> Option<Vec<Way>> {
        match condition {
            Expr::Nested(inner) => self.picked(inner, scope, body, item),
            Expr::BinaryOp {
                op: BinaryOperator::Or,
                ..
            } => {
                let choices = chain(condition, &BinaryOperator::Or);
                let ways: Option<Vec<Vec<Way>>> = choices
                    .into_iter()
                    .map(|choice| self.picked(choice, scope, body, item))
                    .collect();
                Some(ways?.into_iter().flatten().collect())
            }
            Expr::BinaryOp {
                left,
                op: BinaryOperator::Eq,
                right,
            } => self.equal(left, right, scope, body, item),
            Expr::InSubquery {
                expr,
                subquery,
                negated: false,
            } => self.among(expr, subquery, scope, body),
            Expr::AnyOp {
                left,
                compare_op: BinaryOperator::Eq,
                right,
                ..
            } => self.among(left, sub_select(right)?, scope, body),
            Expr::Exists {
                subquery,
                negated: false,
            } => self.existing(subquery, scope, body),
            _ => None,
        }
    }

    /// `id = stale.id`, either way round, and `id = (SELECT id …)`.
    fn equal(
        &self,
        left: &Expr,
        right: &Expr,
        scope: &Scope,
        body: &Body,
        item: usize,
    ) -> Option<Vec<Way>> {
        let (own, other) = match self.identity(left, scope) {
            true => (left, right),
            false => (right, left),
        };
        if !self.identity(own, scope) {
            return None;
        }
        if let Some(query) = sub_select(other) {
            return self.among(own, query, scope, body);
        }
        let Expr::CompoundIdentifier(parts) = other else {
            return None;
        };
        let [.., qualifier, column] = parts.as_slice() else {
            return None;
        };
        let qualifier = identifier(qualifier);
        let place = body.items.iter().position(|item| item.alias == qualifier)?;
        if place == item {
            return None;
        }
        self.through(body, place, identifier(column), item)
    }

    /// The ways of the governed rows whose identity is that column of that item; what the conditions say of the item holds for them.
    fn through(
        &self,
        body: &Body,
        place: usize,
        column: Identifier,
        except: usize,
    ) -> Option<Vec<Way>> {
        let scope = self.scope(body, place);
        let range = body.items[place].range.clone();
        let ways = match &body.items[place].source {
            Source::Other => return None,
            Source::Governed if !self.is_identity(&column) => return None,
            // Its conditions are read here, and what picks it in its turn is not followed: it would lead back.
            Source::Governed => {
                return Some(vec![Way::through(
                    &body.conditions,
                    self.sql,
                    &scope,
                    range,
                )]);
            }
            Source::Query(query, columns, ctes) => {
                let output = match columns.iter().position(|each| *each == column) {
                    Some(position) => Output::Position(position),
                    None => Output::Name(column),
                };
                self.output(query, &output, ctes, body.depth + 1)?
            }
        };
        let scope = Scope {
            bare_columns: scope.bare_columns && except == place,
            ..scope
        };
        let outer = Way::through(&body.conditions, self.sql, &scope, range);
        let narrowed = ways.iter().map(|way| Way {
            range: way.range.clone(),
            ..outer.narrowed_by(way)
        });
        Some(narrowed.collect())
    }

    fn among(&self, own: &Expr, query: &Query, scope: &Scope, body: &Body) -> Option<Vec<Way>> {
        let columns: Vec<&Expr> = match own {
            Expr::Tuple(columns) => columns.iter().collect(),
            other => vec![other],
        };
        let position = columns
            .iter()
            .position(|column| self.identity(column, scope))?;
        self.output(
            query,
            &Output::Position(position),
            &body.ctes,
            body.depth + 1,
        )
    }

    /// `EXISTS (SELECT … FROM runs o WHERE o.id = runs.id AND …)`.
    fn existing(&self, query: &Query, scope: &Scope, body: &Body) -> Option<Vec<Way>> {
        let SetExpr::Select(select) = query.body.as_ref() else {
            return None;
        };
        let ctes = in_sight(&body.ctes, query.with.as_ref());
        let inner = self.select_body(select, &ctes, body.depth + 1)?;
        let outer = Scope {
            bare_columns: false,
            ..scope.clone()
        };
        let hides = |item: &Item| Some(&item.alias) == outer.qualifier.as_ref();
        if inner.items.iter().any(hides) {
            return None;
        }
        let place = inner
            .items
            .iter()
            .position(|item| matches!(item.source, Source::Governed))?;
        let own = self.scope(&inner, place);
        let is_same_row = |condition: &Expr| match condition {
            Expr::BinaryOp {
                left,
                op: BinaryOperator::Eq,
                right,
            } => {
                let one = |a, b| self.identity(a, &own) && self.identity(b, &outer);
                one(left, right) || one(right, left)
            }
            _ => false,
        };
        inner
            .conditions
            .iter()
            .any(|each| is_same_row(each))
            .then(|| self.ways_of(&inner, place))
    }

    fn select_body<'s>(
        &self,
        select: &'s Select,
        ctes: &[&'s Cte],
        depth: usize,
    ) -> Option<Body<'s>> {
        if depth > DEEPEST {
            return None;
        }
        let from: Vec<&TableWithJoins> = select.from.iter().collect();
        Some(self.body(&from, select.selection.as_ref(), ctes, depth))
    }

    /// The ways of the governed rows whose identity is a column of the query's result.
    fn output(
        &self,
        query: &Query,
        output: &Output,
        ctes: &[&Cte],
        depth: usize,
    ) -> Option<Vec<Way>> {
        if depth > DEEPEST {
            return None;
        }
        self.set_output(
            &query.body,
            output,
            &in_sight(ctes, query.with.as_ref()),
            depth,
        )
    }

    fn set_output(
        &self,
        body: &SetExpr,
        output: &Output,
        ctes: &[&Cte],
        depth: usize,
    ) -> Option<Vec<Way>> {
        match body {
            SetExpr::Query(query) => self.output(query, output, ctes, depth + 1),
            SetExpr::Select(select) => {
                let body = self.select_body(select, ctes, depth)?;
                self.projected(&body, &select.projection, output)
            }
            SetExpr::SetOperation {
                left,
                op: SetOperator::Union,
                right,
                ..
            } => {
                let mut ways = self.set_output(left, output, ctes, depth)?;
                ways.extend(self.set_output(right, output, ctes, depth)?);
                Some(ways)
            }
            SetExpr::Update(statement) | SetExpr::Delete(statement) => {
                let target = Target::of(statement)?;
                let (_, column) = named(target.returning, output)?;
                self.is_identity(&column?)
                    .then(|| self.target(statement, ctes, depth))?
            }
            _ => None,
        }
    }

    fn projected(
        &self,
        body: &Body,
        projection: &[SelectItem],
        output: &Output,
    ) -> Option<Vec<Way>> {
        let (qualifier, column) = named(projection, output)?;
        let column = column?;
        let place = match qualifier {
            Some(qualifier) => body.items.iter().position(|item| item.alias == qualifier),
            None => {
                let is_known = |item: &Item| !matches!(item.source, Source::Other);
                let mut known = (0..body.items.len()).filter(|place| is_known(&body.items[*place]));
                // Of several it is not known which one it is a column of.
                known.next().filter(|_| known.next().is_none())
            }
        }?;
        match body.items[place].source {
            Source::Governed => self.is_identity(&column).then(|| self.ways_of(body, place)),
            _ => self.through(body, place, column, place),
        }
    }

    fn identity(&self, expression: &Expr, scope: &Scope) -> bool {
        match expression {
            Expr::Nested(inner) => self.identity(inner, scope),
            other => own_column(other, scope).is_some_and(|column| self.is_identity(&column)),
        }
    }

    /// Whether the column tells rows of the governed table apart. Primary keys are not known here: what is called `id`, or after the
    /// table, is taken for one; a reference to another table is not.
    fn is_identity(&self, column: &Identifier) -> bool {
        let column = column.as_str().to_ascii_lowercase();
        if matches!(
            column.as_str(),
            "ctid" | "id" | "uuid" | "guid" | "pk" | "key"
        ) {
            return true;
        }
        let table = self.governed.table.name.as_str().to_ascii_lowercase();
        let stem = ["_id", "_uuid", "_key", "_pk"]
            .into_iter()
            .find_map(|end| column.strip_suffix(end));
        stem.is_some_and(|stem| is_named_after(stem, &table))
    }
}

/// Whether a row of the table is a `stem`: of `job_runs` a run or a job run, not a job, which is another table's row.
fn is_named_after(stem: &str, table: &str) -> bool {
    let singular = stem.strip_suffix('y').map(|stem| format!("{stem}ies"));
    let names = [stem.to_owned(), format!("{stem}s"), format!("{stem}es")];
    names.into_iter().chain(singular).any(|name| {
        table
            .strip_suffix(name.as_str())
            .is_some_and(|before| before.is_empty() || before.ends_with('_'))
    })
}

/// Which column of the list's items the output is: what stands before it, and its name; `None` for another expression.
fn named(
    projection: &[SelectItem],
    output: &Output,
) -> Option<(Option<Identifier>, Option<Identifier>)> {
    let name = match output {
        Output::Position(position) => {
            return match projection.get(*position)? {
                SelectItem::UnnamedExpr(expr) | SelectItem::ExprWithAlias { expr, .. } => {
                    Some(column_of(expr))
                }
                _ => None,
            };
        }
        Output::Name(name) => name,
    };
    for item in projection {
        match item {
            SelectItem::UnnamedExpr(expr) if column_of(expr).1.as_ref() == Some(name) => {
                return Some(column_of(expr));
            }
            SelectItem::ExprWithAlias { expr, alias } if identifier(alias) == *name => {
                return Some(column_of(expr));
            }
            SelectItem::Wildcard(_) => return Some((None, Some(name.clone()))),
            SelectItem::QualifiedWildcard(SelectItemQualifiedWildcardKind::ObjectName(of), _) => {
                return Some((Some(qualified_name(of)?.name), Some(name.clone())));
            }
            _ => {}
        }
    }
    None
}

fn column_of(expression: &Expr) -> (Option<Identifier>, Option<Identifier>) {
    match expression {
        Expr::Nested(inner) => column_of(inner),
        Expr::Identifier(name) => (None, Some(identifier(name))),
        Expr::CompoundIdentifier(parts) => match parts.as_slice() {
            [.., qualifier, name] => (Some(identifier(qualifier)), Some(identifier(name))),
            _ => (None, None),
        },
        _ => (None, None),
    }
}

/// `(SELECT …)` and `ARRAY(SELECT …)`.
fn sub_select(expression: &Expr) -> Option<&Query> {
    match expression {
        Expr::Subquery(query) => Some(query),
        Expr::Nested(inner) => sub_select(inner),
        Expr::Function(function) => match &function.args {
            FunctionArguments::Subquery(query) => function
                .name
                .to_string()
                .eq_ignore_ascii_case("array")
                .then_some(query.as_ref()),
            _ => None,
        },
        _ => None,
    }
}
