//! Which rows of the governed table a statement writes: those of the UPDATE's or DELETE's own clause that its sub-selects, CTEs and
//! joins leave over, where these pick rows by what tells rows apart. Any other sub-select is a look-up beside them.

use std::ops::Range;

use sqlparser::ast::{
    BinaryOperator, Cte, Expr, FromTable, FunctionArguments, Query, Select, SelectItem,
    SelectItemQualifiedWildcardKind, SetExpr, SetOperator, Spanned, Statement, TableFactor,
    TableWithJoins, UpdateTableFromKind, With,
};

use super::clause::{Governed, aliased, inner_condition};
use super::expression::{Mention, Scope, chain, identifier, own_column, qualified_name, read};
use super::syntax::Sql;
use crate::model::name::{Identifier, QualifiedName};
use crate::model::predicate::Predicate;

/// CTEs that read CTEs are followed this far; what lies deeper is taken to pick no rows.
const DEEPEST: usize = 8;
/// More ways to be picked than this are not told apart.
const MOST_WAYS: usize = 16;

/// The rows that one statement writes, or one of the ways in which it picks them: an arm of a UNION.
#[derive(Debug, Clone)]
pub struct Way {
    pub predicate: Predicate,
    pub mentions: Vec<Mention>,
    pub range: Range<usize>,
}

/// Every way in which the statement picks rows of the governed table to update or to delete, one list for each UPDATE or DELETE.
pub fn ways(statement: &Statement, sql: &Sql, governed: Governed) -> Vec<Vec<Way>> {
    let reader = Reader { sql, governed };
    let mut found = Vec::new();
    reader.statement(statement, &[], &mut found);
    found
}

/// The UPDATE's or DELETE's target, and what else its clause reads.
pub struct Target<'s> {
    table: &'s TableFactor,
    others: Vec<&'s TableWithJoins>,
    joins: &'s TableWithJoins,
    pub selection: Option<&'s Expr>,
    returning: &'s [SelectItem],
}

impl<'s> Target<'s> {
    /// The name of the table that is written.
    pub fn name(&self) -> Option<QualifiedName> {
        match self.table {
            TableFactor::Table { name, .. } => qualified_name(name),
            _ => None,
        }
    }

    /// Everything that the clause reads, the target first.
    pub fn from(&self) -> Vec<&'s TableWithJoins> {
        std::iter::once(self.joins)
            .chain(self.others.iter().copied())
            .collect()
    }

    pub fn of(statement: &'s Statement) -> Option<Self> {
        match statement {
            Statement::Update(update) => {
                let others = match &update.from {
                    Some(
                        UpdateTableFromKind::BeforeSet(more) | UpdateTableFromKind::AfterSet(more),
                    ) => more.iter().collect(),
                    None => Vec::new(),
                };
                Some(Self {
                    table: &update.table.relation,
                    joins: &update.table,
                    others,
                    selection: update.selection.as_ref(),
                    returning: update.returning.as_deref().unwrap_or_default(),
                })
            }
            Statement::Delete(delete) => {
                let (FromTable::WithFromKeyword(from) | FromTable::WithoutKeyword(from)) =
                    &delete.from;
                let (first, more) = from.split_first()?;
                Some(Self {
                    table: &first.relation,
                    joins: first,
                    others: more.iter().chain(delete.using.iter().flatten()).collect(),
                    selection: delete.selection.as_ref(),
                    returning: delete.returning.as_deref().unwrap_or_default(),
                })
            }
            _ => None,
        }
    }
}

/// What stands in a FROM list under one name.
struct Item<'s> {
    alias: Identifier,
    source: Source<'s>,
    range: Range<usize>,
}

enum Source<'s> {
    Governed,
    /// A derived table or a CTE, with the names that its columns are given.
    Query(&'s Query, Vec<Identifier>, Vec<&'s Cte>),
    Other,
}

/// The items of one FROM list and the conditions on them that AND joins.
struct Body<'s> {
    items: Vec<Item<'s>>,
    conditions: Vec<&'s Expr>,
    ctes: Vec<&'s Cte>,
    depth: usize,
}

/// A column of a query's result.
#[derive(Clone)]
enum Output {
    Name(Identifier),
    Position(usize),
}

struct Reader<'a> {
    sql: &'a Sql<'a>,
    governed: Governed<'a>,
}

impl Reader<'_> {
    fn statement<'s>(&self, statement: &'s Statement, ctes: &[&'s Cte], found: &mut Vec<Vec<Way>>) {
        match statement {
            Statement::Query(query) => self.query(query, ctes, found),
            Statement::Insert(insert) => {
                if let Some(source) = &insert.source {
                    self.query(source, ctes, found);
                }
            }
            Statement::Explain { statement, .. } | Statement::Prepare { statement, .. } => {
                self.statement(statement, ctes, found);
            }
            other => found.extend(self.target(other, ctes, 0)),
        }
    }

    /// Statements that write stand in the outermost WITH alone (manual, section 7.8.4).
    fn query<'s>(&self, query: &'s Query, ctes: &[&'s Cte], found: &mut Vec<Vec<Way>>) {
        let ctes = in_sight(ctes, query.with.as_ref());
        for cte in query.with.iter().flat_map(|with| &with.cte_tables) {
            self.writing(&cte.query, &ctes, found);
        }
        self.writing(query, &ctes, found);
    }

    fn writing<'s>(&self, query: &'s Query, ctes: &[&'s Cte], found: &mut Vec<Vec<Way>>) {
        if let SetExpr::Update(statement)
        | SetExpr::Delete(statement)
        | SetExpr::Insert(statement) = query.body.as_ref()
        {
            self.statement(statement, ctes, found);
        }
    }

    /// The ways of a statement that writes the governed table.
    fn target(&self, statement: &Statement, ctes: &[&Cte], depth: usize) -> Option<Vec<Way>> {
        let target = Target::of(statement)?;
        if !self.governed.is(&target.name()?) {
            return None;
        }
        let body = self.body(&target.from(), target.selection, ctes, depth);
        // The target is no CTE, whatever its name.
        let own = Item {
            source: Source::Governed,
            ..self.item(target.table, &[])?
        };
        let mut items = vec![own];
        items.extend(body.items.into_iter().skip(1));
        Some(self.ways_of(&Body { items, ..body }, 0))
    }

    fn body<'s>(
        &self,
        from: &[&'s TableWithJoins],
        selection: Option<&'s Expr>,
        ctes: &[&'s Cte],
        depth: usize,
    ) -> Body<'s> {
        let mut items = Vec::new();
        let mut conditions = Vec::new();
        for each in from {
            items.extend(self.item(&each.relation, ctes));
            for join in &each.joins {
                items.extend(self.item(&join.relation, ctes));
                conditions.extend(inner_condition(join));
            }
        }
        conditions.extend(selection);
        let conditions = conditions.into_iter().flat_map(conjuncts).collect();
        Body {
            items,
            conditions,
            ctes: ctes.to_vec(),
            depth,
        }
    }

    fn item<'s>(&self, factor: &'s TableFactor, ctes: &[&'s Cte]) -> Option<Item<'s>> {
        let range = self.sql.range(factor.span());
        match factor {
            TableFactor::Table {
                name,
                alias,
                args: None,
                ..
            } => {
                let (name, called) = aliased(name, alias.as_ref())?;
                let cte = ctes.iter().rposition(|cte| {
                    name.schema.is_none() && identifier(&cte.alias.name) == name.name
                });
                let source = match cte {
                    Some(place) => {
                        let names = alias
                            .as_ref()
                            .filter(|alias| !alias.columns.is_empty())
                            .unwrap_or(&ctes[place].alias);
                        let columns = columns(names);
                        Source::Query(&ctes[place].query, columns, ctes[..place].to_vec())
                    }
                    None if self.governed.is(&name) => Source::Governed,
                    None => Source::Other,
                };
                Some(Item {
                    alias: called,
                    source,
                    range,
                })
            }
            TableFactor::Derived {
                subquery,
                alias: Some(alias),
                ..
            } => Some(Item {
                alias: identifier(&alias.name),
                source: Source::Query(subquery, columns(alias), ctes.to_vec()),
                range,
            }),
            _ => None,
        }
    }

    /// The ways in which rows of the item, which is the governed table, get through the conditions.
    fn ways_of(&self, body: &Body, item: usize) -> Vec<Way> {
        let scope = self.scope(body, item);
        let mut own: Vec<&Expr> = Vec::new();
        let mut picks: Vec<Vec<Way>> = Vec::new();
        for condition in &body.conditions {
            match self.picked(condition, &scope, body, item) {
                Some(ways) => picks.push(ways),
                None => own.push(condition),
            }
        }
        let range = body.items[item].range.clone();
        let mut ways = vec![Way::through(&own, self.sql, &scope, range)];
        for pick in picks {
            if ways.len() * pick.len() > MOST_WAYS {
                continue;
            }
            ways = ways
                .iter()
                .flat_map(|way| pick.iter().map(|inner| way.narrowed_by(inner)))
                .collect();
        }
        ways
    }

    fn scope(&self, body: &Body, item: usize) -> Scope<'_> {
        let is_governed = |item: &&Item| matches!(item.source, Source::Governed);
        let alone = match body.items[item].source {
            Source::Governed => body.items.iter().filter(is_governed).count() == 1,
            _ => body.items.len() == 1,
        };
        Scope {
            qualifier: Some(body.items[item].alias.clone()),
            bare_columns: alone,
            table: Some(self.governed.table),
            enum_type: self.governed.enum_type,
        }
    }

    /// The ways in which other rows of the governed table pick these, when the condition says that they are the same rows.
    fn picked(
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

impl Way {
    /// The rows that get through all of the conditions; `otherwise` is marked when there is none.
    pub fn through(
        conditions: &[&Expr],
        sql: &Sql,
        scope: &Scope,
        otherwise: Range<usize>,
    ) -> Self {
        let mut mentions = Vec::new();
        let mut parts = Vec::new();
        let mut range: Option<Range<usize>> = None;
        for condition in conditions {
            let read = read(condition, sql, scope);
            mentions.extend(read.mentions);
            parts.push(read.predicate);
            let own = sql.closed(sql.range(condition.span()));
            range = Some(match range {
                Some(range) => range.start.min(own.start)..range.end.max(own.end),
                None => own,
            });
        }
        Self {
            predicate: Predicate::and(parts),
            mentions,
            range: range.unwrap_or(otherwise),
        }
    }

    /// Both conditions at once. Where both test a column, the outer tests are what a reader should look at.
    fn narrowed_by(&self, inner: &Way) -> Way {
        let tests =
            |mention: &&Mention| self.mentions.iter().any(|own| own.column == mention.column);
        let mut mentions = self.mentions.clone();
        mentions.extend(inner.mentions.iter().filter(|each| !tests(each)).cloned());
        let range = match self.mentions.is_empty() {
            true => inner.range.clone(),
            false => self.range.clone(),
        };
        Way {
            predicate: Predicate::and([self.predicate.clone(), inner.predicate.clone()]),
            mentions,
            range,
        }
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

/// What AND joins, through parentheses.
fn conjuncts(condition: &Expr) -> Vec<&Expr> {
    let mut found = Vec::new();
    let mut rest = vec![condition];
    while let Some(each) = rest.pop() {
        match each {
            Expr::Nested(inner) => rest.push(inner),
            Expr::BinaryOp {
                op: BinaryOperator::And,
                ..
            } => rest.extend(chain(each, &BinaryOperator::And).into_iter().rev()),
            other => found.push(other),
        }
    }
    found
}

fn in_sight<'s>(ctes: &[&'s Cte], with: Option<&'s With>) -> Vec<&'s Cte> {
    let own = with.into_iter().flat_map(|with| &with.cte_tables);
    ctes.iter().copied().chain(own).collect()
}

fn columns(alias: &sqlparser::ast::TableAlias) -> Vec<Identifier> {
    let names = alias.columns.iter();
    names.map(|column| identifier(&column.name)).collect()
}
