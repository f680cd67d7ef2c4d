//! Whether a function calls another, in code that can run: itself, in a function that it hands on, or in one of the file that it calls.

use std::collections::BTreeSet;

use super::calls::{callee, callee_name};
use super::definitions::WantedName;
use super::error::SourceError;
use super::functions::{Functions, Start, is_function};
use super::handed::{
    is_bound, is_called_in_macro, is_handed_on, is_handed_to_a_runner, is_run_where_it_stands,
    is_used, waits_to_be_driven,
};
use super::kinds::{Field, Kind};
use super::reach::Reach;
use super::syntax::{NodeId, Syntax};
use crate::source::span::Span;

/// What one function that bears the declared name does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calls {
    /// Its name, in the file.
    pub function: Span,
    /// The call, where there is one that can run.
    pub call: Option<Span>,
    /// Where the search ended without an answer, in source order; empty when there is a call.
    pub gave_up: Vec<GaveUp>,
}

/// A place that may lead to a call, and was not followed.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct GaveUp {
    pub span: Span,
    /// As the end of "… here: …".
    pub reason: String,
}

/// What each function called `within` does about `wanted`, in source order; without a name, the file as a whole.
///
/// # Errors
/// When nothing is called `within`, and when the source is not valid there.
pub fn calls(
    syntax: &Syntax,
    within: Option<&str>,
    wanted: &str,
) -> Result<Vec<Calls>, SourceError> {
    let functions = Functions::new(syntax);
    let starts = match within {
        Some(name) => functions.starts(name)?,
        None => {
            if let Some(error) = syntax.errors().next() {
                return Err(syntax.parse_failed(error));
            }
            vec![Start {
                name: Span::new(0, 0),
                scopes: functions.outermost(),
            }]
        }
    };
    // A function of that name beside the tests is another one; where there is no other, it is silent.
    let reach = Reach::new(syntax);
    let of_tests = |start: &Start| {
        start
            .scopes
            .iter()
            .all(|it| reach.is_dead(*it, syntax.root()))
    };
    let (dead, living): (Vec<Start>, Vec<Start>) = starts.into_iter().partition(of_tests);
    let silent = |start: Start| Calls {
        function: start.name,
        call: None,
        gave_up: Vec::new(),
    };
    if living.is_empty() {
        return Ok(dead.into_iter().map(silent).collect());
    }
    let searched = living.into_iter().map(|start| {
        let mut search = Search {
            functions: &functions,
            reach: &reach,
            wanted: WantedName::new(wanted),
            ahead: start.scopes,
            seen: BTreeSet::new(),
            gave_up: BTreeSet::new(),
        };
        let call = search.run();
        let gave_up = match call {
            Some(_) => Vec::new(),
            None => search.gave_up.into_iter().collect(),
        };
        Calls {
            function: start.name,
            call,
            gave_up,
        }
    });
    Ok(searched.collect())
}

/// The way from one function to the calls that it leads to.
struct Search<'f, 's, 'a> {
    functions: &'f Functions<'s, 'a>,
    reach: &'f Reach<'s, 'a>,
    wanted: WantedName<'f>,
    /// Functions that run, and are to be looked through.
    ahead: Vec<NodeId>,
    seen: BTreeSet<NodeId>,
    gave_up: BTreeSet<GaveUp>,
}

impl Search<'_, '_, '_> {
    fn run(&mut self) -> Option<Span> {
        while let Some(scope) = self.ahead.pop() {
            if !self.seen.insert(scope) {
                continue;
            }
            if let Some(call) = self.look_through(scope) {
                return Some(call);
            }
        }
        None
    }

    fn look_through(&mut self, scope: NodeId) -> Option<Span> {
        let syntax = self.functions.syntax;
        let mut skipped: Option<NodeId> = None;
        for node in syntax.subtree(scope) {
            if skipped.is_some_and(|skipped| syntax.holds(skipped, node)) {
                continue;
            }
            let is_apart = match syntax.kind(node) {
                Kind::AsyncBlock => !is_used(syntax, node),
                _ => is_function(syntax, node) && !is_run_where_it_stands(syntax, node),
            };
            if node != scope && is_apart {
                self.pass_over(node);
                skipped = Some(node);
                continue;
            }
            if !self.may_lead_on(node) || self.reach.is_dead(node, scope) {
                continue;
            }
            if self.is_wanted(node) {
                return Some(syntax.span(node));
            }
            self.follow(node);
        }
        None
    }

    fn may_lead_on(&self, node: NodeId) -> bool {
        matches!(
            self.functions.syntax.kind(node),
            Kind::Call
                | Kind::New
                | Kind::Macro
                | Kind::Identifier
                | Kind::Member
                | Kind::ShorthandProperty
        )
    }

    fn is_wanted(&self, node: NodeId) -> bool {
        let syntax = self.functions.syntax;
        match syntax.kind(node) {
            Kind::Call | Kind::New | Kind::Macro => {
                callee_name(syntax, node) == Some(self.wanted.last)
                    && callee(syntax, node).is_some_and(|it| self.is_of_wanted(it))
                    && !self.is_local(node)
            }
            Kind::Identifier if syntax.text(node) == self.wanted.last => {
                let before = &syntax.source()[..syntax.span(node).start];
                let is_handed_on = is_handed_to_a_runner(syntax, node)
                    && self.wanted.is_qualified_by("")
                    && !self.functions.is_value(self.wanted.last, node);
                let is_called =
                    is_called_in_macro(syntax, node) && self.wanted.is_qualified_by(before);
                is_called || before.ends_with('@') || is_handed_on
            }
            // `setInterval(client.heartbeat.bind(client), 1000)`
            Kind::Member => {
                let property = syntax
                    .child(node, Field::Property)
                    .or_else(|| syntax.child(node, Field::Name));
                let is_named = property.is_some_and(|it| syntax.text(it) == self.wanted.last);
                is_named
                    && self.is_of_wanted(node)
                    && (is_handed_to_a_runner(syntax, node) || is_bound(syntax, node))
            }
            _ => false,
        }
    }

    /// Whether what stands before the last name of a callee is the object or the type that is wanted, if one is.
    fn is_of_wanted(&self, callee: NodeId) -> bool {
        let text = self.functions.syntax.text(callee);
        let before = text.strip_suffix(self.wanted.last).unwrap_or(text);
        self.wanted.is_qualified_by(before)
    }

    /// Whether a bare name means a function that stands inside another here: that is not what was declared, and is followed.
    fn is_local(&self, call: NodeId) -> bool {
        let functions = self.functions;
        let callee = callee(functions.syntax, call);
        let bare = callee.filter(|it| functions.syntax.kind(*it) == Kind::Identifier);
        let meant = bare.and_then(|it| functions.meant(functions.syntax.text(it), call));
        meant.is_some_and(|it| functions.function_around(it, it).is_some())
    }

    /// Goes on with what a call calls, or with a function that is handed on by its name.
    fn follow(&mut self, node: NodeId) {
        let syntax = self.functions.syntax;
        let kind = syntax.kind(node);
        let is_call = matches!(kind, Kind::Call | Kind::New);
        let found = match kind {
            Kind::Call | Kind::New => match callee(syntax, node) {
                Some(callee) => self.called(callee, node),
                None => Vec::new(),
            },
            Kind::Identifier if is_called_in_macro(syntax, node) => {
                let before = &syntax.source()[..syntax.span(node).start];
                let name = syntax.text(node);
                match before.ends_with("self.") || before.ends_with("Self::") {
                    true => self.functions.own_methods(name, node),
                    false => self.functions.meant(name, node).into_iter().collect(),
                }
            }
            Kind::Identifier | Kind::ShorthandProperty if is_handed_on(syntax, node) => {
                let meant = self.functions.meant(syntax.text(node), node);
                meant.into_iter().collect()
            }
            Kind::Member if is_handed_on(syntax, node) || syntax.field(node) == Field::Object => {
                self.member(node)
            }
            _ => Vec::new(),
        };
        if is_call && found.is_empty() && self.is_like_wanted(node) {
            let name = callee_name(syntax, node).unwrap_or_default();
            self.give_up(
                node,
                format!("{name} is not defined in this file, or not for sure"),
            );
        }
        if is_call && !is_used(syntax, node) {
            let (idle, run): (Vec<NodeId>, Vec<NodeId>) = found
                .into_iter()
                .partition(|it| waits_to_be_driven(syntax, *it));
            for function in idle {
                self.pass_over(function);
            }
            return self.ahead.extend(run);
        }
        self.ahead.extend(found);
    }

    fn called(&self, callee: NodeId, call: NodeId) -> Vec<NodeId> {
        let syntax = self.functions.syntax;
        match syntax.kind(callee) {
            Kind::Identifier | Kind::TypeIdentifier => {
                let name = syntax.text(callee);
                match self.functions.meant(name, call) {
                    Some(scope) => vec![scope],
                    None => self.made(name),
                }
            }
            Kind::Member => self.member(callee),
            _ => Vec::new(),
        }
    }

    /// What runs when an object of that class of the file is made, or entered by `with`.
    fn made(&self, class: &str) -> Vec<NodeId> {
        const RUN: [&str; 4] = ["constructor", "__init__", "__enter__", "__aenter__"];
        let run = RUN.iter();
        run.flat_map(|name| self.functions.methods_of(name, |own| own == class))
            .collect()
    }

    /// The methods that `x.name` means, where that is known: of the object itself, of a class of the file, or of what was made from one.
    fn member(&self, member: NodeId) -> Vec<NodeId> {
        let syntax = self.functions.syntax;
        let property = syntax
            .child(member, Field::Property)
            .or_else(|| syntax.child(member, Field::Name));
        let object = syntax.children(member).find(|it| Some(*it) != property);
        let (Some(property), Some(object)) = (property, object) else {
            return Vec::new();
        };
        let name = syntax.text(property).trim_start_matches('#');
        if self.functions.is_self(object, member) {
            return self.functions.own_methods(name, member);
        }
        let classes = self.classes_of(object, member);
        self.functions
            .methods_of(name, |class| classes.contains(&class))
    }

    /// The names that an object may be of: its own, or those that stand in what it was made from.
    fn classes_of(&self, object: NodeId, site: NodeId) -> Vec<&str> {
        let syntax = self.functions.syntax;
        let words = |node: NodeId| {
            let inside = syntax
                .subtree(node)
                .filter(|it| matches!(syntax.kind(*it), Kind::Identifier | Kind::TypeIdentifier));
            inside.map(|it| syntax.text(it)).collect::<Vec<&str>>()
        };
        if syntax.kind(object) != Kind::Identifier {
            return words(object);
        }
        let name = syntax.text(object);
        let made = self.functions.values(name, site).into_iter();
        made.flat_map(words).chain([name]).collect()
    }

    /// Whether what is called may do what is wanted, by its name: `startHeartbeat` for `heartbeat`.
    fn is_like_wanted(&self, call: NodeId) -> bool {
        let plain = |name: &str| name.to_lowercase().replace('_', "");
        let name = callee_name(self.functions.syntax, call).map(plain);
        name.is_some_and(|name| name.contains(&plain(self.wanted.last)))
    }

    /// A function that does not run where it stands: it is followed from where its name is used. What would have been found in it is told.
    fn pass_over(&mut self, function: NodeId) {
        let mut inside = self.functions.syntax.subtree(function);
        if let Some(call) = inside.find(|it| self.may_lead_on(*it) && self.is_wanted(*it)) {
            let reason = "it stands in a function that is not seen to be called, or to be awaited";
            self.give_up(call, reason.to_owned());
        }
    }

    fn give_up(&mut self, node: NodeId, reason: String) {
        let span = self.functions.syntax.span(node);
        self.gave_up.insert(GaveUp { span, reason });
    }
}

#[cfg(test)]
mod tests;
