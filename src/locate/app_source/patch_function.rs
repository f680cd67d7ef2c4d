//! What the functions of a patch run: the calls in them, and whether each is sure to be made.

use std::collections::BTreeSet;

use super::arrays::find_list;
use super::calls::{arguments, callee, callee_name, receiver};
use super::dialect::Shape;
use super::kinds::{Field, Kind};
use super::patch_body::{DEEPEST, PatchReader, Place};
use super::syntax::{NodeId, Syntax};

/// Methods and functions whose first argument is SQL.
const RUNS_SQL: [&str; 15] = [
    "unsafe",
    "exec",
    "execute",
    "query",
    "raw",
    "run",
    "sql",
    "batch",
    "simple",
    "queryRaw",
    "queryRawUnsafe",
    "executeRawUnsafe",
    "$queryRawUnsafe",
    "$executeRawUnsafe",
    "executeSql",
];
/// Receivers and functions that log.
const LOGS: [&str; 12] = [
    "console", "logger", "log", "winston", "pino", "debug", "info", "warn", "error", "trace",
    "fatal", "assert",
];
/// Methods that call their argument any number of times, or only on failure.
const CALLS_PERHAPS: [&str; 9] = [
    "forEach", "map", "filter", "flatMap", "reduce", "some", "every", "find", "catch",
];
/// A function that is being read.
struct Body<'a> {
    function: NodeId,
    /// The names of its parameters, and of those of the functions inside it.
    parameters: BTreeSet<&'a str>,
    /// Each `return` that stands in a branch, with the function that it leaves.
    guarded_returns: Vec<(NodeId, NodeId)>,
    place: Place,
}

impl PatchReader<'_, '_> {
    /// Reads what a function runs, in source order.
    pub(super) fn function(&mut self, function: NodeId, place: Place) {
        self.has_function = true;
        let syntax = self.syntax();
        if syntax.error_within(function).is_some() {
            return self.opaque(function, "is not valid here");
        }
        let body = Body {
            function,
            parameters: parameters(syntax, function),
            guarded_returns: self.guarded_returns(function),
            place,
        };
        let mut done = None;
        for node in syntax.subtree(function) {
            let is_inside = done.is_some_and(|done| syntax.holds(done, node));
            if !is_inside && self.step(node, &body) {
                done = Some(node);
            }
        }
    }

    /// Reads one node of a function; whether nothing inside it needs reading any more.
    fn step(&mut self, node: NodeId, body: &Body) -> bool {
        let syntax = self.syntax();
        match syntax.kind(node) {
            Kind::Call => {
                let conditional = self.may_be_skipped(node, body);
                self.call(
                    node,
                    body,
                    Place {
                        conditional,
                        ..body.place
                    },
                )
            }
            Kind::String | Kind::Template | Kind::Binary => {
                let is_sql = self.is_result(node) && self.is_text(node) && self.is_statement(node);
                if is_sql {
                    let conditional = self.may_be_skipped(node, body);
                    self.sql(node, conditional);
                }
                is_sql
            }
            _ => false,
        }
    }

    fn may_be_skipped(&self, node: NodeId, body: &Body) -> bool {
        let mut returns = body.guarded_returns.iter();
        body.place.conditional
            || self.is_conditional(node, body.function)
            || returns.any(|(guard, around)| *guard < node && self.syntax().holds(*around, node))
    }

    /// Reads one call; whether nothing inside it needs reading any more.
    fn call(&mut self, call: NodeId, body: &Body, place: Place) -> bool {
        let syntax = self.syntax();
        if let Shape::Tagged(template) = self.assembler.shape(call) {
            if self.is_run(call) || self.is_statement(template) {
                self.sql(call, place.conditional);
            }
            return true;
        }
        if is_log(syntax, call) {
            return true;
        }
        let name = callee_name(syntax, call).unwrap_or_default();
        let arguments = arguments(syntax, call);
        let on_pattern =
            receiver(syntax, call).is_some_and(|receiver| syntax.kind(receiver) == Kind::Regex);
        // postgres.js: `sql.file('x.sql')`
        if name == "file" && !arguments.is_empty() && self.is_run(call) {
            self.opaque(call, "runs SQL of another file");
            return true;
        }
        if RUNS_SQL.contains(&name) && !on_pattern {
            return arguments
                .first()
                .is_some_and(|sql| self.run_argument(call, *sql, place));
        }
        let mut found = false;
        for argument in &arguments {
            let argument = self.assembler.through_wrappers(*argument);
            if self.is_text(argument) && self.is_statement(argument) {
                self.sql(argument, place.conditional);
                found = true;
            }
        }
        if !found && self.is_run(call) && self.hands_on_connection(&arguments, body) {
            let helper =
                callee(syntax, call).filter(|callee| syntax.kind(*callee) == Kind::Identifier);
            match helper.and_then(|helper| self.follow(helper)) {
                Some(helper) if place.depth < DEEPEST => self.value(helper, place.inside()),
                _ => self.opaque(call, "may run SQL that is not in this file"),
            }
        }
        false
    }

    /// Reads the first argument of a call that runs SQL; whether that settles the call.
    fn run_argument(&mut self, call: NodeId, argument: NodeId, place: Place) -> bool {
        let syntax = self.syntax();
        let argument = self.assembler.through_wrappers(argument);
        let place = Place {
            is_sql: true,
            ..place
        };
        if self.is_text(argument) {
            // `sql('runs')` quotes a name.
            let quotes =
                callee(syntax, call).is_some_and(|callee| syntax.kind(callee) == Kind::Identifier);
            if !quotes || self.is_statement(argument) {
                self.sql(argument, place.conditional);
            }
            return true;
        }
        match (syntax.kind(argument), self.assembler.shape(argument)) {
            (Kind::Function | Kind::Closure, _) => return false,
            (_, Shape::Raw(text)) => self.value(text, place),
            (Kind::Identifier, _) => match self.loop_over(argument) {
                Some(values) => self.value(values, place),
                None => self.value(argument, place),
            },
            (Kind::Object, _) => {
                let pieces = self.pieces.len();
                self.object(argument, place);
                let text = syntax.children(argument).find(|property| {
                    syntax
                        .child(*property, Field::Key)
                        .is_some_and(|key| syntax.text(key) == "text")
                });
                match text.and_then(|pair| syntax.child(pair, Field::Value)) {
                    Some(text) => self.value(text, place),
                    None if self.pieces.len() == pieces => {
                        self.opaque(argument, "is no SQL that can be read")
                    }
                    None => {}
                }
            }
            (Kind::Array | Kind::Ternary | Kind::Binary, _) => self.value(argument, place),
            _ => self.opaque(argument, "is SQL that is put together at run time"),
        }
        true
    }

    /// The array that a name runs through: `for (const statement of STATEMENTS)`.
    fn loop_over(&mut self, name: NodeId) -> Option<NodeId> {
        let syntax = self.syntax();
        let around = syntax.ancestors(name).find(|node| {
            syntax.kind(*node) == Kind::ForIn
                && syntax
                    .child(*node, Field::Left)
                    .is_some_and(|left| syntax.text(left) == syntax.text(name))
        })?;
        let list = self.written_list(around)?;
        self.followed.insert(list);
        Some(list)
    }

    /// The array that a `for … of` runs over, when the file writes it out.
    fn written_list(&self, for_of: NodeId) -> Option<NodeId> {
        let syntax = self.syntax();
        let right = self
            .assembler
            .through_wrappers(syntax.child(for_of, Field::Right)?);
        let value = match syntax.kind(right) {
            Kind::Identifier => self.assembler.constants.value(syntax, syntax.text(right))?,
            _ => right,
        };
        find_list(&self.assembler, value)
            .filter(|(_, elements)| !elements.is_empty())
            .map(|(list, _)| list)
    }

    /// Whether one of the arguments is a parameter of the patch's function: the connection, in all likelihood.
    fn hands_on_connection(&self, arguments: &[NodeId], body: &Body) -> bool {
        let syntax = self.syntax();
        let is_parameter = |name: NodeId| body.parameters.contains(syntax.text(name));
        arguments
            .iter()
            .any(|argument| match syntax.kind(*argument) {
                Kind::Identifier => is_parameter(*argument),
                Kind::Object => syntax.children(*argument).any(|property| {
                    let value = syntax.child(property, Field::Value).unwrap_or(property);
                    is_parameter(value)
                }),
                _ => false,
            })
    }

    /// Whether the value of the expression is what the function gives back.
    fn is_result(&self, node: NodeId) -> bool {
        let syntax = self.syntax();
        let mut node = node;
        while let Some(parent) = syntax.parent(node) {
            match syntax.kind(parent) {
                Kind::Return => return true,
                Kind::Closure => return syntax.field(node) == Field::Body,
                Kind::Array | Kind::Parenthesized | Kind::Cast => node = parent,
                _ => return false,
            }
        }
        false
    }

    /// Whether a call is made for what it does: awaited, returned or a statement of its own.
    fn is_run(&self, call: NodeId) -> bool {
        let syntax = self.syntax();
        self.is_result(call)
            || syntax
                .parent(call)
                .is_some_and(|parent| match syntax.kind(parent) {
                    Kind::ExpressionStatement => true,
                    Kind::Await => syntax.parent(parent).is_some_and(|around| {
                        matches!(
                            syntax.kind(around),
                            Kind::ExpressionStatement | Kind::Return | Kind::Closure
                        )
                    }),
                    _ => false,
                })
    }

    fn guarded_returns(&self, function: NodeId) -> Vec<(NodeId, NodeId)> {
        let syntax = self.syntax();
        let returns = syntax
            .subtree(function)
            .filter(|node| syntax.kind(*node) == Kind::Return);
        let with_function = returns.filter_map(|node| {
            let mut around = syntax.ancestors(node);
            let around = around.find(|node| {
                matches!(
                    syntax.kind(*node),
                    Kind::Function | Kind::Method | Kind::Closure
                )
            })?;
            Some((node, around))
        });
        with_function
            .filter(|(node, around)| self.is_conditional(*node, *around))
            .collect()
    }

    /// Whether a branch, a loop or a `catch` stands between the node and the function.
    fn is_conditional(&self, node: NodeId, function: NodeId) -> bool {
        let syntax = self.syntax();
        let mut inner = node;
        for around in syntax
            .ancestors(node)
            .take_while(|around| *around != function)
        {
            let branches = match syntax.kind(around) {
                Kind::If | Kind::Ternary => syntax.field(inner) != Field::Condition,
                Kind::Binary => {
                    let operator = syntax
                        .child(around, Field::Operator)
                        .map(|operator| syntax.text(operator));
                    syntax.field(inner) == Field::Right
                        && matches!(operator, Some("&&" | "||" | "??"))
                }
                Kind::ForIn => {
                    syntax.field(inner) == Field::Body && self.written_list(around).is_none()
                }
                Kind::Loop => syntax.field(inner) == Field::Body,
                Kind::Case | Kind::Catch => true,
                Kind::Call => {
                    let name = callee_name(syntax, around).unwrap_or_default();
                    syntax.field(inner) == Field::Arguments && CALLS_PERHAPS.contains(&name)
                }
                _ => false,
            };
            if branches {
                return true;
            }
            inner = around;
        }
        false
    }
}

fn is_log(syntax: &Syntax, call: NodeId) -> bool {
    let Some(callee) = callee(syntax, call) else {
        return false;
    };
    let text = syntax.text(callee);
    let root = text.split(['.', '?', '(']).next().unwrap_or(text);
    let name = callee_name(syntax, call).unwrap_or(text);
    LOGS.contains(&root) || LOGS.contains(&name)
}

fn parameters<'a>(syntax: &Syntax<'a>, function: NodeId) -> BTreeSet<&'a str> {
    syntax
        .subtree(function)
        .filter(|node| {
            matches!(syntax.field(*node), Field::Pattern | Field::Parameter)
                || syntax.kind(*node) == Kind::ShorthandPattern
        })
        .map(|node| syntax.text(node))
        .collect()
}
