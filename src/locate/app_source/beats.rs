//! Whether a function calls another, in code that can run: itself, in a function that it hands on, or in one of the file that it calls.

use std::collections::{BTreeMap, BTreeSet};

use super::definitions::{WantedName, definitions, function_names, no_such_function};
use super::dialect::{Definition, Role, callee, callee_name, receiver};
use super::error::SourceError;
use super::kinds::{Field, Kind};
use super::reach::{is_dead, is_run_where_it_stands};
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
    let file = File::new(syntax);
    let starts: Vec<(Span, Vec<NodeId>)> = match within {
        Some(name) => file.declared(name)?,
        None => vec![(Span::new(0, 0), file.outermost())],
    };
    if within.is_none()
        && let Some(error) = syntax.errors().next()
    {
        return Err(syntax.parse_failed(error));
    }
    let searched = starts.into_iter().map(|(function, scopes)| {
        let mut search = Search {
            file: &file,
            wanted: WantedName::new(wanted),
            ahead: scopes,
            seen: BTreeSet::new(),
            gave_up: BTreeSet::new(),
        };
        let call = search.run();
        let gave_up = match call {
            Some(_) => Vec::new(),
            None => search.gave_up.into_iter().collect(),
        };
        Calls {
            function,
            call,
            gave_up,
        }
    });
    Ok(searched.collect())
}

/// A parsed file and the functions that it names.
struct File<'s, 'a> {
    syntax: &'s Syntax<'a>,
    functions: BTreeMap<&'a str, Vec<Definition>>,
}

impl<'s, 'a> File<'s, 'a> {
    fn new(syntax: &'s Syntax<'a>) -> Self {
        let mut functions: BTreeMap<&str, Vec<Definition>> = BTreeMap::new();
        for definition in function_names(syntax) {
            let name = syntax.text(definition.name).trim_matches(['\'', '"', '#']);
            functions.entry(name).or_default().push(definition);
        }
        Self { syntax, functions }
    }

    fn declared(&self, name: &str) -> Result<Vec<(Span, Vec<NodeId>)>, SourceError> {
        let syntax = self.syntax;
        let found = definitions(syntax, name).into_iter();
        let found = found.filter(|it| matches!(it.role, Role::Function | Role::Container));
        let found: Vec<Definition> = found.collect();
        if found.is_empty() {
            return Err(no_such_function(
                syntax,
                name,
                &[Role::Function, Role::Container],
            ));
        }
        let starts = found.into_iter().map(|definition| {
            if let Some(error) = syntax.error_within(definition.scope) {
                return Err(syntax.parse_failed(error));
            }
            let scopes = match definition.role {
                Role::Container => self.methods_in(definition.scope),
                _ => vec![definition.scope],
            };
            Ok((syntax.span(definition.name), scopes))
        });
        starts.collect()
    }

    /// The functions of a class that do not stand inside each other.
    fn methods_in(&self, container: NodeId) -> Vec<NodeId> {
        let all = self.functions.values().flatten();
        let inside = all.filter(|it| self.syntax.holds(container, it.name));
        inside.map(|it| it.scope).collect()
    }

    /// The file's own statements, and every function that stands in no other.
    fn outermost(&self) -> Vec<NodeId> {
        let all = self.functions.values().flatten();
        let outer = all.filter(|it| self.function_around(it.name, it.scope).is_none());
        std::iter::once(self.syntax.root())
            .chain(outer.map(|it| it.scope))
            .collect()
    }

    /// The function around a place that is not `own`.
    fn function_around(&self, node: NodeId, own: NodeId) -> Option<NodeId> {
        let mut around = self.syntax.ancestors(node);
        around.find(|it| *it != own && is_function(self.syntax, *it))
    }

    /// What a bare name means at that place: the function of that name in the innermost function around both, or the file's.
    fn named(&self, name: &str, site: NodeId) -> Option<NodeId> {
        let known = self.functions.get(name)?.iter();
        let visible = known.filter(|it| !self.is_method(it)).filter_map(|it| {
            let around = self.function_around(it.name, it.scope);
            let is_visible = around.is_none_or(|around| self.syntax.holds(around, site));
            is_visible.then_some((around, it.scope))
        });
        visible
            .max_by_key(|(around, _)| *around)
            .map(|(_, scope)| scope)
    }

    /// The methods of that name: of the same class as the place, where it has one, else all.
    fn methods(&self, name: &str, site: NodeId) -> Vec<NodeId> {
        let known = self.functions.get(name).into_iter().flatten();
        let methods: Vec<&Definition> = known.filter(|it| self.is_method(it)).collect();
        let class = self.class_around(site);
        let own = methods
            .iter()
            .filter(|it| class.is_some() && self.class_around(it.name) == class);
        let own: Vec<NodeId> = own.map(|it| it.scope).collect();
        match own.is_empty() {
            false => own,
            true => methods.into_iter().map(|it| it.scope).collect(),
        }
    }

    fn is_method(&self, definition: &Definition) -> bool {
        self.class_around(definition.name).is_some()
            && self
                .syntax
                .ancestors(definition.name)
                .filter(|it| *it != definition.scope)
                .find(|it| is_function(self.syntax, *it) || self.class_name(*it).is_some())
                .is_none_or(|it| !is_function(self.syntax, it))
    }

    /// What the class, `impl` or receiver's type around a place is called.
    fn class_around(&self, node: NodeId) -> Option<&'a str> {
        let mut names = self
            .syntax
            .ancestors(node)
            .filter_map(|it| self.class_name(it));
        names.next()
    }

    fn class_name(&self, node: NodeId) -> Option<&'a str> {
        let syntax = self.syntax;
        let name = match syntax.kind(node) {
            Kind::Class => syntax.child(node, Field::Name)?,
            Kind::Impl => syntax.child(node, Field::Type)?,
            // Go: `func (w *Worker) beat()`
            Kind::Function => {
                let receiver = syntax.child(node, Field::Receiver)?;
                return syntax
                    .text(receiver)
                    .trim_matches(['(', ')', ' '])
                    .rsplit([' ', '*'])
                    .next();
            }
            _ => return None,
        };
        syntax.text(name).split('<').next()
    }

    /// Whether an expression is the object whose method runs: `this`, `self`, Go's receiver.
    fn is_self(&self, node: NodeId, site: NodeId) -> bool {
        let text = self.syntax.text(node);
        let mut around = self.syntax.ancestors(site);
        ["this", "self", "Self", "cls"].contains(&text)
            || around.any(|it| {
                let receiver = self.syntax.child(it, Field::Receiver);
                receiver.is_some_and(|receiver| {
                    let text_of = self.syntax.text(receiver).trim_start_matches(['(', ' ']);
                    text_of.split(' ').next() == Some(text)
                })
            })
    }
}

fn is_function(syntax: &Syntax, node: NodeId) -> bool {
    matches!(
        syntax.kind(node),
        Kind::Function | Kind::Method | Kind::Closure
    )
}

/// The way from one function to the calls that it leads to.
struct Search<'f, 's, 'a> {
    file: &'f File<'s, 'a>,
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
        let syntax = self.file.syntax;
        let mut skipped: Option<NodeId> = None;
        for node in syntax.subtree(scope) {
            if skipped.is_some_and(|skipped| syntax.holds(skipped, node)) {
                continue;
            }
            if node != scope && is_function(syntax, node) && !is_run_where_it_stands(syntax, node) {
                self.pass_over(node, scope);
                skipped = Some(node);
                continue;
            }
            if !self.may_lead_on(node) || is_dead(syntax, node, scope) {
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
            self.file.syntax.kind(node),
            Kind::Call
                | Kind::New
                | Kind::Macro
                | Kind::Identifier
                | Kind::Member
                | Kind::ShorthandProperty
        )
    }

    fn is_wanted(&self, node: NodeId) -> bool {
        let syntax = self.file.syntax;
        match syntax.kind(node) {
            Kind::Call | Kind::New | Kind::Macro => {
                let receiver = || {
                    receiver(syntax, node)
                        .map(|it| syntax.text(it))
                        .unwrap_or_default()
                };
                callee_name(syntax, node) == Some(self.wanted.last)
                    && self.wanted.is_qualified_by(receiver)
            }
            // Inside a macro of Rust there are only words: `select! { _ = client.heartbeat(id) => … }`.
            Kind::Identifier => {
                let is_in_macro = syntax
                    .parent(node)
                    .is_some_and(|it| syntax.kind(it) == Kind::TokenTree);
                let after = &syntax.source()[syntax.span(node).end..];
                is_in_macro && syntax.text(node) == self.wanted.last && after.starts_with('(')
            }
            _ => false,
        }
    }

    /// Goes on with what a call calls, or with a function that is handed on by its name.
    fn follow(&mut self, node: NodeId) {
        let syntax = self.file.syntax;
        let kind = syntax.kind(node);
        let found = match kind {
            Kind::Call | Kind::New => match callee(syntax, node) {
                Some(callee) => self.called(callee, node),
                None => Vec::new(),
            },
            Kind::Identifier | Kind::ShorthandProperty if is_argument(syntax, node) => self
                .file
                .named(syntax.text(node), node)
                .into_iter()
                .collect(),
            Kind::Member if is_argument(syntax, node) || syntax.field(node) == Field::Object => {
                self.member(node)
            }
            _ => Vec::new(),
        };
        if found.is_empty() && matches!(kind, Kind::Call | Kind::New) && self.is_like_wanted(node) {
            let name = callee_name(syntax, node).unwrap_or_default().to_owned();
            self.give_up(
                node,
                format!("{name} is not defined in this file, or not for sure"),
            );
        }
        self.ahead.extend(found);
    }

    fn called(&self, callee: NodeId, call: NodeId) -> Vec<NodeId> {
        let (syntax, file) = (self.file.syntax, self.file);
        match syntax.kind(callee) {
            Kind::Identifier | Kind::TypeIdentifier => {
                let name = syntax.text(callee);
                match file.named(name, call) {
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
        let of_class = RUN
            .iter()
            .flat_map(|name| self.file.functions.get(name))
            .flatten();
        let own = of_class.filter(|it| self.file.class_around(it.name) == Some(class));
        own.map(|it| it.scope).collect()
    }

    /// The methods that `x.name` means, where that is known: of the object itself, of a class of the file, or of what was made from one.
    fn member(&self, member: NodeId) -> Vec<NodeId> {
        let (syntax, file) = (self.file.syntax, self.file);
        let property = syntax
            .child(member, Field::Property)
            .or_else(|| syntax.child(member, Field::Name));
        let object = syntax.children(member).find(|it| Some(*it) != property);
        let (Some(property), Some(object)) = (property, object) else {
            return Vec::new();
        };
        let name = syntax.text(property).trim_start_matches('#');
        if file.is_self(object, member) {
            return file.methods(name, member);
        }
        let known = file.functions.get(name).into_iter().flatten();
        let of = self.classes_of(object, member);
        let own = known.filter(|it| {
            file.class_around(it.name)
                .is_some_and(|class| of.contains(&class))
        });
        own.map(|it| it.scope).collect()
    }

    /// The names that an object may be of: its own, or those that stand in what it was made from.
    fn classes_of(&self, object: NodeId, site: NodeId) -> Vec<&str> {
        let syntax = self.file.syntax;
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
        let made = definitions(syntax, name).into_iter().filter(|it| {
            let around = self.file.function_around(it.name, it.scope);
            it.role != Role::Function && around.is_none_or(|around| syntax.holds(around, site))
        });
        made.flat_map(|it| words(it.scope)).chain([name]).collect()
    }

    /// Whether what is called may do what is wanted, by its name: `startHeartbeat` for `heartbeat`.
    fn is_like_wanted(&self, call: NodeId) -> bool {
        let plain = |name: &str| name.to_lowercase().replace('_', "");
        let name = callee_name(self.file.syntax, call).map(plain);
        name.is_some_and(|name| name.contains(&plain(self.wanted.last)))
    }

    /// A function that does not run where it stands: it is followed from where its name is used. What would have been found in it is told.
    fn pass_over(&mut self, function: NodeId, scope: NodeId) {
        let syntax = self.file.syntax;
        let has_name = self
            .file
            .functions
            .values()
            .flatten()
            .any(|it| syntax.holds(it.scope, function));
        let mut inside = syntax.subtree(function);
        let Some(call) = inside.find(|it| self.may_lead_on(*it) && self.is_wanted(*it)) else {
            return;
        };
        let reason = match has_name && function != scope {
            true => "it stands in a function that is not seen to be called",
            false => "it stands in a function that is handed on, and not seen to be called",
        };
        self.give_up(call, reason.to_owned());
    }

    fn give_up(&mut self, node: NodeId, reason: String) {
        let span = self.file.syntax.span(node);
        self.gave_up.insert(GaveUp { span, reason });
    }
}

/// Whether a name or member is handed to a call, by itself or in a list or an object.
fn is_argument(syntax: &Syntax, node: NodeId) -> bool {
    let mut around = syntax.ancestors(node);
    around
        .find(|it| {
            !matches!(
                syntax.kind(*it),
                Kind::Array
                    | Kind::Object
                    | Kind::Pair
                    | Kind::Parenthesized
                    | Kind::Cast
                    | Kind::Other
            )
        })
        .is_some_and(|it| syntax.kind(it) == Kind::Arguments)
}

#[cfg(test)]
mod tests {
    use super::super::language::Language;
    use super::*;

    fn beats(language: Language, text: &str, within: Option<&str>) -> Vec<Calls> {
        let syntax = Syntax::parse(language, text).unwrap();
        calls(&syntax, within, "heartbeat").unwrap_or_else(|error| panic!("{error}: {text}"))
    }

    /// Whether `run` beats, in a file with the body, beside other functions.
    fn typescript(body: &str, beside: &str) -> bool {
        let text = format!("export async function run(client, id, log) {{\n{body}\n}}\n{beside}\n");
        let found = beats(Language::TypeScript, &text, Some("run"));
        assert_eq!(found.len(), 1, "{text}");
        found[0].call.is_some()
    }

    #[test]
    fn a_call_that_can_run_is_a_beat() {
        for body in [
            "await client.heartbeat(id);",
            "const timer = setInterval(() => client.heartbeat(id), 30000); try { await work(); } finally { clearInterval(timer); }",
            "const timer = setInterval(() => { client.heartbeat(id).then((held) => { if (!held) log('x'); }).catch(() => {}); }, 30000);",
            "const beat = async () => { await client?.heartbeat(id); }; const timer = setInterval(beat, 1000);",
            "function beat() { client.heartbeat(id); } setInterval(function () { beat(); }, 1000);",
            "for (const page of pages) { if (page.last) return; await client.heartbeat(id); }",
            "(async () => { while (true) { await client.heartbeat(id); } })();",
            "await withTimer({ every: 30, onTick: () => client.heartbeat(id) });",
            "await Promise.all([work(), loop(async () => { await client.heartbeat(id); })]);",
            "if (true) { client.heartbeat(id); } else { log('never'); }",
            "return; function late() {} } export async function other() { const f = () => client.heartbeat(1); f(); } { ",
        ] {
            let is_other = body.starts_with("return; function late");
            assert_eq!(typescript(body, ""), !is_other, "{body}");
        }
    }

    #[test]
    fn a_call_that_cannot_run_is_none() {
        for body in [
            "",
            "// client.heartbeat(id)",
            "log('client.heartbeat(id)');",
            "log(`client.heartbeat(${id})`);",
            "if (false) { client.heartbeat(id); }",
            "if (!true) client.heartbeat(id);",
            "if (true) { log('x'); } else { client.heartbeat(id); }",
            "while (0) { client.heartbeat(id); }",
            "false && client.heartbeat(id);",
            "const x = false ? client.heartbeat(id) : null;",
            "await work(); return; client.heartbeat(id);",
            "throw new Error('x'); setInterval(() => client.heartbeat(id), 1);",
            "const beat = () => client.heartbeat(id); await work();",
            "function beat() { client.heartbeat(id); }",
            "class Beat { now() { client.heartbeat(id); } }",
            "const beat = () => client.heartbeat(id); if (false) { setInterval(beat, 1); }",
            "const a = () => b(); const b = () => client.heartbeat(id);",
            "client.heartbeats(id); client.stopHeartbeat(id); const heartbeat = 1; log(heartbeat);",
        ] {
            assert!(!typescript(body, ""), "{body}");
        }
    }

    #[test]
    fn helpers_of_the_file_are_followed() {
        let helper = "function startBeating(client, id) { return setInterval(() => client.heartbeat(id), 1000); }";
        assert!(typescript("const stop = startBeating(client, id);", helper));
        assert!(typescript("await each(items, startBeating);", helper));
        assert!(!typescript("await work(client);", helper));
        // Another function's own helper of that name is not this one's.
        let other = "function other(client) { const beat = () => client.heartbeat(1); beat(); }";
        assert!(!typescript("beat();", other));
        let twice = "function a() { return b(); } function b() { a(); } ";
        assert!(!typescript("a();", twice));
        let class = "class Beater { constructor(client) { this.client = client; } start() { this.timer = setInterval(() => this.tick(), 1); }
            tick() { this.client.heartbeat(this.id); } stop() {} }";
        assert!(typescript(
            "const beater = new Beater(client); beater.start();",
            class
        ));
        assert!(!typescript(
            "const beater = new Beater(client); beater.stop();",
            class
        ));
        assert!(!typescript(
            "const other = new Other(client); other.start();",
            class
        ));
        let made =
            "class Beater { constructor(client) { setInterval(() => client.heartbeat(1), 1); } }";
        assert!(typescript("new Beater(client);", made));
    }

    #[test]
    fn where_the_search_ended_is_told() {
        let text = "import { startHeartbeat } from './beat';
            export const run = async (client) => { const stop = startHeartbeat(client); await work(); };
            export const given = (client) => { return () => client.heartbeat(1); };";
        let gave_up = |within| {
            let found = beats(Language::TypeScript, text, Some(within));
            let [given_up] = found[0].gave_up.as_slice() else {
                panic!("{found:?}");
            };
            (
                text[given_up.span.range()].to_owned(),
                given_up.reason.clone(),
            )
        };
        let (call, reason) = gave_up("run");
        assert_eq!(call, "startHeartbeat(client)");
        assert_eq!(
            reason,
            "startHeartbeat is not defined in this file, or not for sure"
        );
        let (call, reason) = gave_up("given");
        assert_eq!(call, "client.heartbeat(1)");
        assert!(reason.contains("not seen to be called"), "{reason}");
        let syntax = Syntax::parse(Language::TypeScript, text).unwrap();
        assert!(calls(&syntax, Some("ran"), "heartbeat").is_err());
        // The receiver counts where one is wanted.
        let found = |wanted| {
            calls(&syntax, Some("given"), wanted).unwrap()[0]
                .gave_up
                .len()
        };
        assert_eq!(
            (found("client.heartbeat"), found("other.heartbeat")),
            (1, 0)
        );
    }

    #[test]
    fn other_languages_beat_in_their_own_ways() {
        for (language, text, expected) in [
            (
                Language::Rust,
                "async fn run(c: &Client) { let t = tokio::spawn(async move { loop { c.heartbeat(1).await; } }); }",
                true,
            ),
            (
                Language::Rust,
                "async fn run(c: &Client) { tokio::select! { _ = c.heartbeat(1) => {}, _ = work() => {} } }",
                true,
            ),
            (
                Language::Rust,
                "impl W { async fn run(&self) { self.beat().await; } async fn beat(&self) { self.c.heartbeat(1).await; } }",
                true,
            ),
            (
                Language::Rust,
                "struct B; impl B { fn start(c: C) { spawn(move || c.heartbeat(1)); } } async fn run(c: C) { let _b = B::start(c); }",
                true,
            ),
            (
                Language::Rust,
                "async fn run(c: C) { let beat = || c.heartbeat(1); work().await; }",
                false,
            ),
            (
                Language::Rust,
                "async fn run(c: C) { if false { c.heartbeat(1); } return; c.heartbeat(1); }",
                false,
            ),
            (
                Language::Rust,
                "async fn run(c: C) { return work(); c.heartbeat(1); }",
                false,
            ),
            (
                Language::Go,
                "package w\nfunc run(c *C) { go func() { for { c.heartbeat(1) } }(); work() }",
                true,
            ),
            (
                Language::Go,
                "package w\nfunc (w *W) run() { go w.beat(); w.work() }\nfunc (w *W) beat() { w.c.heartbeat(1) }",
                true,
            ),
            (
                Language::Go,
                "package w\nfunc (w *W) run() { w.work() }\nfunc (w *W) beat() { w.c.heartbeat(1) }",
                false,
            ),
            (
                Language::Go,
                "package w\nfunc run(c *C) { f := func() { c.heartbeat(1) }; _ = f; work() }",
                false,
            ),
            (
                Language::Go,
                "package w\nfunc run(c *C) { if false { c.heartbeat(1) }\nreturn\nc.heartbeat(1)\n}",
                false,
            ),
            (
                Language::Python,
                "async def run(c):\n    task = asyncio.create_task(beat(c))\n    await work()\n\nasync def beat(c):\n    while True:\n        await c.heartbeat()\n",
                true,
            ),
            (
                Language::Python,
                "class W:\n    def run(self):\n        t = Thread(target=self._beat, daemon=True)\n        t.start()\n    def _beat(self):\n        self.c.heartbeat()\n",
                true,
            ),
            (
                Language::Python,
                "class Beating:\n    def __enter__(self):\n        self.c.heartbeat()\n\ndef run(c):\n    with Beating(c):\n        work()\n",
                true,
            ),
            (
                Language::Python,
                "def run(c):\n    with heartbeat(c):\n        work()\n",
                true,
            ),
            (
                Language::Python,
                "def run(c):\n    \"\"\"c.heartbeat()\"\"\"\n    if False:\n        c.heartbeat()\n    return\n    c.heartbeat()\n",
                false,
            ),
            (
                Language::Python,
                "def run(c):\n    def beat():\n        c.heartbeat()\n    work()\n",
                false,
            ),
            (
                Language::Python,
                "def run(c):\n    beat = lambda: c.heartbeat()\n    timer(beat)\n",
                true,
            ),
        ] {
            let found = beats(language, text, Some("run"));
            assert_eq!(found.len(), 1, "{text}");
            assert_eq!(found[0].call.is_some(), expected, "{text}");
        }
    }

    #[test]
    fn without_a_name_every_outer_function_counts() {
        let text = "function unused(client) { client.heartbeat(1); }\nexport const x = 1;";
        assert!(beats(Language::TypeScript, text, None)[0].call.is_some());
        let none = "function run(client) { const beat = () => client.heartbeat(1); }";
        assert!(beats(Language::TypeScript, none, None)[0].call.is_none());
    }
}
