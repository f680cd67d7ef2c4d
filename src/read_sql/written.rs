//! Which rows of the governed table a statement writes: those of the UPDATE's or DELETE's own clause that its sub-selects, CTEs and
//! joins leave over, where these pick rows by what tells rows apart. Any other sub-select is a look-up beside them.

mod picked;

use std::ops::Range;

use sqlparser::ast::{
    BinaryOperator, Cte, Expr, FromTable, Query, SelectItem, SetExpr, Spanned, Statement,
    TableFactor, TableWithJoins, UpdateTableFromKind, With,
};

use super::clause::Governed;
use super::clause_walk::{aliased, inner_condition};
use super::expression::{Mention, Scope, chain, identifier, qualified_name, read};
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
