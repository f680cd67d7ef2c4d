//! What one patch runs: its properties, its functions, the calls in them.

use std::collections::BTreeSet;

use super::assemble::Assembler;
use super::calls::arguments;
use super::dialect::Shape;
use super::kinds::{Field, Kind};
use super::patches::{Patch, PatchPiece};
use super::statement::is_statement;
use super::syntax::{NodeId, Syntax};

/// Properties whose value is SQL to run.
const SQL_PROPERTIES: [&str; 9] = [
    "sql",
    "up",
    "statements",
    "statement",
    "query",
    "queries",
    "ddl",
    "apply",
    "run",
];
/// Properties that are not run, or not now.
const SKIPPED_PROPERTIES: [&str; 10] = [
    "down",
    "rollback",
    "revert",
    "undo",
    "description",
    "comment",
    "name",
    "id",
    "version",
    "key",
];
/// Properties by which a runner of patches decides whether one runs.
const SWITCHES: [&str; 9] = [
    "disabled",
    "enabled",
    "skip",
    "skipIf",
    "when",
    "condition",
    "isNeeded",
    "shouldRun",
    "onlyIf",
];

/// Properties that identify a patch, the best first.
pub(super) const ID_PROPERTIES: [&str; 4] = ["id", "version", "key", "name"];
/// How far values inside values, and functions that call functions, are followed.
pub(super) const DEEPEST: usize = 24;
/// How many functions and constants are followed in one file.
const MOST_FOLLOWED: usize = 20_000;

/// Whether what stands in a place is run.
#[derive(Debug, Clone, Copy)]
pub struct Place {
    /// A string here is SQL, and what cannot be read may be.
    pub is_sql: bool,
    pub conditional: bool,
    pub depth: usize,
}

impl Place {
    pub fn inside(self) -> Self {
        Self {
            depth: self.depth + 1,
            ..self
        }
    }
}

/// Reads the patches of one file.
pub struct PatchReader<'s, 'a> {
    pub assembler: Assembler<'s, 'a>,
    /// The values of names that the patches led to.
    pub followed: BTreeSet<NodeId>,
    follow_count: usize,
    pub(super) pieces: Vec<PatchPiece>,
    /// Whether the patch has a function, whatever it does.
    pub(super) has_function: bool,
}

impl<'s, 'a> PatchReader<'s, 'a> {
    pub fn new(syntax: &'s Syntax<'a>) -> Self {
        Self {
            assembler: Assembler::new(syntax),
            followed: BTreeSet::new(),
            follow_count: 0,
            pieces: Vec::new(),
            has_function: false,
        }
    }

    /// A patch for each element of the array; those of an array that is spread into it stand in its place.
    pub fn patches(&mut self, list: NodeId) -> Vec<Patch> {
        let syntax = self.syntax();
        let mut patches = Vec::new();
        let mut waiting: Vec<NodeId> = syntax.children(list).collect();
        waiting.reverse();
        while let Some(element) = waiting.pop() {
            if syntax.kind(element) == Kind::Spread
                && let Some(array) = self.spread_array(element)
            {
                let elements: Vec<_> = syntax.children(array).collect();
                waiting.extend(elements.into_iter().rev());
                continue;
            }
            if syntax.kind(element) == Kind::Spread {
                self.opaque(element, "is not an array that is written out in this file");
                patches.push(Patch {
                    id: None,
                    span: syntax.span(element),
                    pieces: std::mem::take(&mut self.pieces),
                });
                continue;
            }
            patches.push(self.patch(element));
        }
        patches
    }

    pub(super) fn syntax(&self) -> &'s Syntax<'a> {
        self.assembler.syntax
    }

    fn spread_array(&mut self, spread: NodeId) -> Option<NodeId> {
        let syntax = self.syntax();
        let inner = self.assembler.through_wrappers(syntax.only_child(spread)?);
        let value = match syntax.kind(inner) {
            Kind::Identifier => self.follow(inner)?,
            _ => inner,
        };
        super::arrays::find_list(&self.assembler, value).map(|(list, _)| list)
    }

    fn patch(&mut self, element: NodeId) -> Patch {
        let syntax = self.syntax();
        let mut node = self.assembler.through_wrappers(element);
        if syntax.kind(node) == Kind::Identifier
            && let Some(value) = self.follow(node)
        {
            node = value;
        }
        self.has_function = false;
        let place = Place {
            is_sql: true,
            conditional: false,
            depth: 0,
        };
        self.value(node, place);
        if self.pieces.is_empty() && !self.has_function {
            self.opaque(node, "holds no SQL that can be read here");
        }
        if self.is_switched(node) {
            for piece in &mut self.pieces {
                if let PatchPiece::Sql { conditional, .. } = piece {
                    *conditional = true;
                }
            }
        }
        Patch {
            id: self.id(node),
            span: syntax.span(node),
            pieces: std::mem::take(&mut self.pieces),
        }
    }

    /// Whether a property of the patch says if it runs at all.
    fn is_switched(&self, patch: NodeId) -> bool {
        let syntax = self.syntax();
        syntax.kind(patch) == Kind::Object
            && syntax.children(patch).any(|property| {
                let key = syntax.child(property, Field::Key);
                let key = key.or_else(|| syntax.child(property, Field::Name));
                key.is_some_and(|key| SWITCHES.contains(&bare(syntax.text(key))))
            })
    }

    fn id(&self, element: NodeId) -> Option<String> {
        let syntax = self.syntax();
        let text = |node| match syntax.kind(node) {
            Kind::Integer => Some(syntax.text(node).to_owned()),
            _ => self.assembler.plain_text(node),
        };
        match syntax.kind(element) {
            Kind::Object => ID_PROPERTIES.iter().find_map(|wanted| {
                let pair = syntax.children(element).find(|property| {
                    syntax
                        .child(*property, Field::Key)
                        .is_some_and(|key| bare(syntax.text(key)) == *wanted)
                })?;
                text(syntax.child(pair, Field::Value)?)
            }),
            Kind::Call | Kind::New => arguments(syntax, element).into_iter().find_map(|argument| {
                let argument = self.assembler.through_wrappers(argument);
                match syntax.kind(argument) {
                    Kind::Object => self.id(argument),
                    _ => text(argument).filter(|text| !is_statement(text)),
                }
            }),
            _ => None,
        }
    }

    /// Reads what stands where a patch has its SQL.
    pub(super) fn value(&mut self, node: NodeId, place: Place) {
        let syntax = self.syntax();
        let node = self.assembler.through_wrappers(node);
        if place.depth > DEEPEST {
            return self.opaque(node, "is nested too deep to be read");
        }
        let is_text = self.is_text(node);
        match syntax.kind(node) {
            _ if is_text && place.is_sql => self.sql(node, place.conditional),
            _ if is_text => {}
            Kind::Function | Kind::Method | Kind::Closure => self.function(node, place),
            Kind::Object => self.object(node, place),
            Kind::Array => {
                for element in syntax.children(node) {
                    self.value(element, place.inside());
                }
            }
            Kind::Spread | Kind::Await => {
                if let Some(inner) = syntax.only_child(node) {
                    self.value(inner, place.inside());
                }
            }
            Kind::Identifier | Kind::ShorthandProperty => match self.follow(node) {
                Some(value) => self.value(value, place.inside()),
                None if place.is_sql => self.opaque(node, "is not declared once in this file"),
                None => {}
            },
            Kind::Call | Kind::New => self.wrapping_call(node, place),
            Kind::Ternary | Kind::Binary => self.alternatives(node, place),
            _ if place.is_sql => self.opaque(node, "is neither a string nor a function"),
            _ => {}
        }
    }

    pub(super) fn object(&mut self, object: NodeId, place: Place) {
        let syntax = self.syntax();
        for property in syntax.children(object) {
            let name = syntax
                .child(property, Field::Key)
                .or_else(|| syntax.child(property, Field::Name))
                .unwrap_or(property);
            let name = bare(syntax.text(name));
            if SKIPPED_PROPERTIES.contains(&name) {
                continue;
            }
            let place = Place {
                is_sql: SQL_PROPERTIES.contains(&name),
                ..place.inside()
            };
            match syntax.kind(property) {
                Kind::Method | Kind::ShorthandProperty => self.value(property, place),
                Kind::Spread => self.value(
                    property,
                    Place {
                        is_sql: true,
                        ..place
                    },
                ),
                _ => {
                    if let Some(value) = syntax.child(property, Field::Value) {
                        self.value(value, place);
                    }
                }
            }
        }
    }

    /// A call around a patch or around its SQL: `definePatch({ … })`, `inTransaction(async (sql) => …)`, ``dedent(`…`)``.
    fn wrapping_call(&mut self, call: NodeId, place: Place) {
        let syntax = self.syntax();
        let (pieces, had_function) = (self.pieces.len(), self.has_function);
        self.has_function = false;
        for argument in arguments(syntax, call) {
            let argument = self.assembler.through_wrappers(argument);
            let statement = self.is_text(argument) && self.is_statement(argument);
            let holds_more = matches!(
                syntax.kind(argument),
                Kind::Function | Kind::Closure | Kind::Object | Kind::Array | Kind::Call
            );
            if statement || (holds_more && !self.is_text(argument)) {
                let is_sql = place.is_sql && statement;
                self.value(
                    argument,
                    Place {
                        is_sql,
                        ..place.inside()
                    },
                );
            }
        }
        if place.is_sql && self.pieces.len() == pieces && !self.has_function {
            self.opaque(call, "is a call whose result cannot be read");
        }
        self.has_function |= had_function;
    }

    /// `a ? b : c`, `a ?? b`: any of them, perhaps.
    fn alternatives(&mut self, node: NodeId, place: Place) {
        let syntax = self.syntax();
        let place = Place {
            conditional: true,
            ..place.inside()
        };
        for child in syntax.children(node) {
            match syntax.field(child) {
                Field::Consequence | Field::Alternative | Field::Right => self.value(child, place),
                Field::Left if self.is_text(child) => self.value(child, place),
                _ => {}
            }
        }
    }

    /// What a name stands for: a constant or a function of this file, declared once.
    pub(super) fn follow(&mut self, name: NodeId) -> Option<NodeId> {
        let syntax = self.syntax();
        self.follow_count += 1;
        if self.follow_count > MOST_FOLLOWED {
            return None;
        }
        let value = self
            .assembler
            .constants
            .value(syntax, syntax.text(name))
            .or_else(|| {
                let mut functions = super::definitions::definitions(syntax, syntax.text(name))
                    .into_iter()
                    .filter(|definition| syntax.kind(definition.scope) == Kind::Function);
                functions
                    .next()
                    .filter(|_| functions.next().is_none())
                    .map(|definition| definition.scope)
            })?;
        self.followed.insert(value);
        Some(value)
    }

    pub(super) fn is_text(&self, node: NodeId) -> bool {
        match self.assembler.shape(node) {
            Shape::Text | Shape::Tagged(_) | Shape::Run(_) | Shape::Join { .. } => true,
            Shape::Chain(_) => self.assembler.assemble(node).has_text,
            Shape::Raw(_) | Shape::Wrapper(_) | Shape::Name | Shape::Other => false,
        }
    }

    pub(super) fn is_statement(&self, text: NodeId) -> bool {
        let assembled = self.assembler.assemble(text);
        assembled
            .excerpt
            .is_some_and(|excerpt| is_statement(excerpt.text()))
    }

    pub(super) fn sql(&mut self, text: NodeId, conditional: bool) {
        let syntax = self.syntax();
        let span = match self.assembler.shape(text) {
            Shape::Tagged(template) => syntax.span(template),
            _ => syntax.span(text),
        };
        if let Some(excerpt) = self.assembler.assemble(text).excerpt {
            self.pieces.push(PatchPiece::Sql {
                excerpt,
                span,
                conditional,
            });
        }
    }

    pub(super) fn opaque(&mut self, node: NodeId, reason: &str) {
        let syntax = self.syntax();
        let head: String = syntax
            .text(node)
            .chars()
            .take_while(|character| *character != '\n')
            .take(40)
            .collect();
        self.pieces.push(PatchPiece::Opaque {
            span: syntax.span(node),
            reason: format!("`{}` {reason}", head.trim_end()),
        });
    }
}

/// A property's name without quotes.
pub(super) fn bare(name: &str) -> &str {
    name.trim_matches(['\'', '"'])
}
