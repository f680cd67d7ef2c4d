//! What becomes of a function that is handed to another, and of what a call gives back.

use super::calls::callee_name;
use super::kinds::{Field, Kind};
use super::language::Language;
use super::syntax::{NodeId, Syntax};

/// What runs a function that it is given, in lower case and without `_`: only there a bare name is taken for a function, and not for a
/// value that bears the name.
const RUNNERS: [&str; 30] = [
    "setinterval",
    "settimeout",
    "setimmediate",
    "queuemicrotask",
    "requestanimationframe",
    "nexttick",
    "every",
    "repeat",
    "interval",
    "schedule",
    "spawn",
    "thread",
    "timer",
    "process",
    "submit",
    "createtask",
    "ensurefuture",
    "startsoon",
    "calllater",
    "callsoon",
    "addjob",
    "runinexecutor",
    "go",
    "loop",
    "afterfunc",
    "subscribe",
    "on",
    "addlistener",
    "addeventlistener",
    "then",
];

/// What forgets a function that it is given, or only shows it.
const FORGETTERS: [&str; 16] = [
    "clearinterval",
    "cleartimeout",
    "off",
    "removelistener",
    "removeeventlistener",
    "unsubscribe",
    "unregister",
    "cancel",
    "log",
    "debug",
    "info",
    "warn",
    "error",
    "print",
    "println",
    "assert",
];

/// What runs a function only when somebody uses what it gives back, as it is written.
const MAKERS: [&str; 8] = [
    "throttle",
    "debounce",
    "useCallback",
    "useMemo",
    "partial",
    "memoize",
    "once",
    "curry",
];

/// What runs a function when it is started.
const STARTED: [&str; 3] = ["Thread", "Timer", "Process"];

/// Whether a function runs because of where it stands: as an argument of a call that runs it, or called on the spot.
pub fn is_run_where_it_stands(syntax: &Syntax, function: NodeId) -> bool {
    let mut inner = function;
    for outer in syntax.ancestors(function) {
        match syntax.kind(outer) {
            Kind::Arguments => return is_handed_on(syntax, inner),
            Kind::Call => return syntax.field(inner) == Field::Function,
            kind if carries(kind) => inner = outer,
            _ => return false,
        }
    }
    false
}

/// What holds a value and does nothing to it.
fn carries(kind: Kind) -> bool {
    matches!(
        kind,
        Kind::Parenthesized
            | Kind::Cast
            | Kind::Await
            | Kind::Array
            | Kind::Object
            | Kind::Pair
            | Kind::KeyedElement
            | Kind::CompositeLiteral
            | Kind::Other
    )
}

/// Whether it is handed to a call, by itself or in a list or an object, which may run it.
pub fn is_handed_on(syntax: &Syntax, node: NodeId) -> bool {
    let Some(call) = call_given(syntax, node) else {
        return false;
    };
    let is_run = match callee_name(syntax, call) {
        Some(name) if STARTED.contains(&name) => is_started(syntax, call),
        Some(name) if MAKERS.contains(&name) => is_used(syntax, call),
        _ => true,
    };
    is_run && !is_called_one_of(syntax, call, &FORGETTERS)
}

/// Whether a thread is started: `t = Thread(…)` by `t.start()` anywhere. What is bound to no name is taken to be where it is used.
fn is_started(syntax: &Syntax, made: NodeId) -> bool {
    let around = syntax.ancestors(made);
    let outer = around.into_iter().find(|it| !carries(syntax.kind(*it)));
    let binding = outer.and_then(|outer| match syntax.kind(outer) {
        Kind::Declarator | Kind::VarSpec => syntax.child(outer, Field::Name),
        Kind::Assignment => syntax.child(outer, Field::Left),
        _ => None,
    });
    let is_started = |name: NodeId| {
        let starts = [".start(", ".Start("];
        let mut starts = starts.iter().map(|it| format!("{}{it}", syntax.text(name)));
        starts.any(|it| syntax.source().contains(&it))
    };
    is_used(syntax, made) && binding.is_none_or(is_started)
}

/// As [`is_handed_on`], where what it is handed to runs functions: elsewhere a name may be any value's.
pub fn is_handed_to_a_runner(syntax: &Syntax, node: NodeId) -> bool {
    // `update(heartbeat=now())` only names a parameter.
    let is_keyword = syntax.field(node) == Field::Name;
    let call = call_given(syntax, node).filter(|_| !is_keyword);
    call.is_some_and(|call| is_called_one_of(syntax, call, &RUNNERS)) && is_handed_on(syntax, node)
}

/// Whether it is what `f.bind(…)` makes a function of, which is handed to a call.
pub fn is_bound(syntax: &Syntax, function: NodeId) -> bool {
    let bind = syntax
        .parent(function)
        .filter(|it| syntax.kind(*it) == Kind::Member && syntax.text(*it).ends_with(".bind"));
    let call = bind.and_then(|it| syntax.parent(it));
    call.is_some_and(|call| is_handed_on(syntax, call))
}

/// The call that has it among its arguments.
fn call_given(syntax: &Syntax, node: NodeId) -> Option<NodeId> {
    let mut around = syntax.ancestors(node);
    let list = around.find(|it| !carries(syntax.kind(*it)) || syntax.kind(*it) == Kind::Await)?;
    (syntax.kind(list) == Kind::Arguments).then(|| syntax.parent(list))?
}

fn is_called_one_of(syntax: &Syntax, call: NodeId, names: &[&str]) -> bool {
    let name = callee_name(syntax, call).unwrap_or_default();
    let plain = name.to_lowercase().replace('_', "");
    names.contains(&plain.as_str())
}

/// Whether a word inside a macro that is called, of Rust, is followed by arguments.
pub fn is_called_in_macro(syntax: &Syntax, word: NodeId) -> bool {
    let after = &syntax.source()[syntax.span(word).end..];
    let mut around = syntax.ancestors(word);
    let is_in_tokens = around
        .next()
        .is_some_and(|it| syntax.kind(it) == Kind::TokenTree);
    let outside = around.find(|it| syntax.kind(*it) != Kind::TokenTree);
    is_in_tokens
        && after.starts_with('(')
        && outside.is_some_and(|it| syntax.kind(it) == Kind::Macro)
}

/// Whether calling it does nothing yet: a coroutine, a generator, a future.
pub fn waits_to_be_driven(syntax: &Syntax, function: NodeId) -> bool {
    let text = syntax.text(function);
    match syntax.language() {
        Language::Rust => text
            .split("fn ")
            .next()
            .is_some_and(|head| head.contains("async")),
        Language::Python => text.starts_with("async ") || has_yield(syntax, function),
        Language::TypeScript | Language::Tsx => {
            let head = text.split('(').next().unwrap_or_default();
            head.contains('*')
        }
        _ => false,
    }
}

fn has_yield(syntax: &Syntax, function: NodeId) -> bool {
    let mut inside = syntax.subtree(function);
    inside.any(|it| syntax.kind(it) == Kind::Other && syntax.text(it).starts_with("yield"))
}

/// Whether somebody takes what an expression gives: it is awaited, handed on, given back, or bound to a name that is read.
pub fn is_used(syntax: &Syntax, expression: NodeId) -> bool {
    for outer in syntax.ancestors(expression) {
        match syntax.kind(outer) {
            Kind::Parenthesized | Kind::Cast | Kind::Other | Kind::ExpressionList => {}
            Kind::ExpressionStatement => return is_value_of_block(syntax, outer),
            Kind::Declarator => return is_read(syntax, outer, Field::Name),
            Kind::Let => return is_read(syntax, outer, Field::Pattern),
            Kind::Assignment | Kind::ShortVar => return is_read(syntax, outer, Field::Left),
            Kind::VarSpec => return is_read(syntax, outer, Field::Name),
            _ => return true,
        }
    }
    true
}

/// Rust's last expression of a block is what the block gives.
fn is_value_of_block(syntax: &Syntax, statement: NodeId) -> bool {
    let block = syntax.parent(statement);
    let is_last = block.is_some_and(|it| syntax.children(it).last() == Some(statement));
    syntax.language() == Language::Rust && is_last && !syntax.text(statement).ends_with(';')
}

/// Whether the name that is bound there stands anywhere else in the function or file around; what is no bare name is taken to be.
fn is_read(syntax: &Syntax, binding: NodeId, field: Field) -> bool {
    let Some(bound) = syntax.child(binding, field) else {
        return true;
    };
    let name = syntax.text(bound);
    let is_bare = name
        .chars()
        .all(|c| c.is_alphanumeric() || c == '_' || c == '$');
    let is_function = |it: &NodeId| {
        matches!(
            syntax.kind(*it),
            Kind::Function | Kind::Method | Kind::Closure
        )
    };
    let around = syntax.ancestors(binding).find(is_function);
    let mut inside = syntax.subtree(around.unwrap_or(syntax.root()));
    !is_bare
        || inside.any(|it| {
            let is_word = matches!(syntax.kind(it), Kind::Identifier | Kind::ShorthandProperty);
            is_word && !syntax.holds(bound, it) && syntax.text(it) == name
        })
}
