//! Whether a function calls another, in code that can run: itself, in a function that it hands on, or in one of the file that it calls.

use std::collections::BTreeSet;

use super::definitions::WantedName;
use super::dialect::{callee, callee_name, receiver};
use super::error::SourceError;
use super::functions::{Functions, Start, is_function};
use super::kinds::{Field, Kind};
use super::reach::{Reach, is_run_where_it_stands};
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
    let searched = starts.into_iter().map(|start| {
        let mut search = Search {
            functions: &functions,
            reach: Reach::new(syntax),
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
    reach: Reach<'s, 'a>,
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
            if node != scope && is_function(syntax, node) && !is_run_where_it_stands(syntax, node) {
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
                let receiver = || {
                    receiver(syntax, node)
                        .map(|it| syntax.text(it))
                        .unwrap_or_default()
                };
                callee_name(syntax, node) == Some(self.wanted.last)
                    && self.wanted.is_qualified_by(receiver)
            }
            // Inside a macro of Rust there are only words: `select! { _ = client.heartbeat(id) => … }`.
            Kind::Identifier if syntax.text(node) == self.wanted.last => {
                let is_decorator = syntax.source()[..syntax.span(node).start].ends_with('@');
                let is_handed_on =
                    is_argument(syntax, node) && !self.functions.is_value(self.wanted.last, node);
                self.is_called_in_macro(node) || is_decorator || is_handed_on
            }
            // `setInterval(client.heartbeat.bind(client), 1000)`
            Kind::Member => {
                let property = syntax
                    .child(node, Field::Property)
                    .or_else(|| syntax.child(node, Field::Name));
                let is_named = property.is_some_and(|it| syntax.text(it) == self.wanted.last);
                let object = || {
                    syntax
                        .children(node)
                        .next()
                        .map_or("", |it| syntax.text(it))
                };
                is_named
                    && self.wanted.is_qualified_by(object)
                    && (is_argument(syntax, node) || is_bound(syntax, node))
            }
            _ => false,
        }
    }

    /// Whether a word inside a macro of Rust is followed by arguments.
    fn is_called_in_macro(&self, word: NodeId) -> bool {
        let syntax = self.functions.syntax;
        let around = syntax.parent(word).map(|it| syntax.kind(it));
        let after = &syntax.source()[syntax.span(word).end..];
        around == Some(Kind::TokenTree) && after.starts_with('(')
    }

    /// Goes on with what a call calls, or with a function that is handed on by its name.
    fn follow(&mut self, node: NodeId) {
        let syntax = self.functions.syntax;
        let kind = syntax.kind(node);
        let found = match kind {
            Kind::Call | Kind::New => match callee(syntax, node) {
                Some(callee) => self.called(callee, node),
                None => Vec::new(),
            },
            Kind::Identifier if self.is_called_in_macro(node) => {
                let before = &syntax.source()[..syntax.span(node).start];
                let name = syntax.text(node);
                match before
                    .strip_suffix("self.")
                    .or(before.strip_suffix("Self::"))
                {
                    Some(_) => self.functions.own_methods(name, node),
                    None => self.functions.meant(name, node).into_iter().collect(),
                }
            }
            Kind::Identifier | Kind::ShorthandProperty if is_argument(syntax, node) => {
                let meant = self.functions.meant(syntax.text(node), node);
                meant.into_iter().collect()
            }
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
            let reason = "it stands in a function that is not seen to be called";
            self.give_up(call, reason.to_owned());
        }
    }

    fn give_up(&mut self, node: NodeId, reason: String) {
        let span = self.functions.syntax.span(node);
        self.gave_up.insert(GaveUp { span, reason });
    }
}

/// Whether it is what `f.bind(…)` makes a function of, which is handed to a call.
fn is_bound(syntax: &Syntax, function: NodeId) -> bool {
    let bind = syntax
        .parent(function)
        .filter(|it| syntax.kind(*it) == Kind::Member && syntax.text(*it).ends_with(".bind"));
    let call = bind.and_then(|it| syntax.parent(it));
    call.is_some_and(|call| is_argument(syntax, call))
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
            "try { return await work(); } catch (error) { log(error); } client.heartbeat(id);",
            "if (id) { return 1; } else if (log) { return 2; } client.heartbeat(id);",
            "for (const page of pages) { if (page.last) return; await client.heartbeat(id); }",
            "(async () => { while (true) { await client.heartbeat(id); } })();",
            "await withTimer({ every: 30, onTick: () => client.heartbeat(id) });",
            "await Promise.all([work(), loop(async () => { await client.heartbeat(id); })]);",
            "if (true) { client.heartbeat(id); } else { log('never'); }",
            "const timer = setInterval(client.heartbeat.bind(client, id), 1000);",
            "every(30, client.heartbeat);",
            "every(30, heartbeat);",
            "const ON = true; if (ON) { client.heartbeat(id); }",
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
            "try { return await work(); } finally { log('x'); } client.heartbeat(id);",
            "try { return await work(); } catch (error) { throw error; } client.heartbeat(id);",
            "if (id) { return 1; } else { return 2; } client.heartbeat(id);",
            "throw new Error('x'); setInterval(() => client.heartbeat(id), 1);",
            "const beat = () => client.heartbeat(id); await work();",
            "function beat() { client.heartbeat(id); }",
            "class Beat { now() { client.heartbeat(id); } }",
            "const beat = () => client.heartbeat(id); if (false) { setInterval(beat, 1); }",
            "const a = () => b(); const b = () => client.heartbeat(id);",
            "const ON = false; if (ON) { client.heartbeat(id); }",
            "client.heartbeat; const f = client.heartbeat.bind(client);",
            "items.map((heartbeat) => log(heartbeat));",
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
        // A parameter or a variable hides it.
        let beat = "function beat(client) { client.heartbeat(1); }";
        assert!(typescript("beat(client);", beat));
        assert!(!typescript("const beat = make(); beat(client);", beat));
        assert!(!typescript("items.forEach((beat) => beat(client));", beat));
        let key = "const all = { beat: () => client.heartbeat(1) }; beat();";
        assert!(!typescript(key, ""));
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
        let others = "class Base { beat() { client.heartbeat(1); } } class Own EXTENDS { work() { this.beat(); } }";
        let own = |heritage| others.replace("EXTENDS", heritage);
        assert!(typescript("new Own().work();", &own("extends Base")));
        assert!(!typescript("new Own().work();", &own("extends Elsewhere")));
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
                Language::Rust,
                "async fn run(c: C) { tokio::select! { _ = work() => {}, _ = beat(&c) => {} } } async fn beat(c: &C) { c.heartbeat().await; }",
                true,
            ),
            (
                Language::Rust,
                "impl W { async fn run(&self) { tokio::join!(self.work(), self.beat()); } async fn beat(&self) { self.c.heartbeat().await; } }",
                true,
            ),
            (
                Language::Python,
                "def run(c):\n    if TYPE_CHECKING:\n        c.heartbeat()\n",
                false,
            ),
            (
                Language::Python,
                "@heartbeat(every=30)\ndef run(c):\n    work()\n",
                true,
            ),
            (
                Language::Python,
                "@heartbeat\nasync def run(c):\n    await work()\n",
                true,
            ),
            (
                Language::Python,
                "@other\ndef run(c):\n    work()\n\n@heartbeat\ndef more(c):\n    work()\n",
                false,
            ),
            (
                Language::Python,
                "class A:\n    def run(self):\n        self.beat()\n\nclass B:\n    def beat(self):\n        self.c.heartbeat()\n",
                false,
            ),
            (
                Language::Python,
                "class B:\n    def beat(self):\n        self.c.heartbeat()\n\nclass A(B):\n    def run(self):\n        self.beat()\n",
                true,
            ),
            (
                Language::TypeScript,
                "class W { @heartbeat() async other() {} async run() { await work(); } }",
                false,
            ),
            (
                Language::TypeScript,
                "class W { @other() async other() {} @heartbeat() async run() { await work(); } }",
                true,
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
    fn without_a_name_every_outer_function_that_may_be_used_counts() {
        let has_call = |text| beats(Language::TypeScript, text, None)[0].call.is_some();
        assert!(!has_call(
            "function unused(client) { client.heartbeat(1); }\nexport const x = 1;"
        ));
        assert!(has_call(
            "export function used(client) { client.heartbeat(1); }"
        ));
        assert!(has_call(
            "function used(client) { client.heartbeat(1); }\nexport { used };"
        ));
        let none = "export function run(client) { const beat = () => client.heartbeat(1); }";
        assert!(beats(Language::TypeScript, none, None)[0].call.is_none());
    }
}
