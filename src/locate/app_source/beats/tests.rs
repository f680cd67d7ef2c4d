//! Executors as people write them, and what is no beat though it looks like one.

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

/// Each case begins with `--- verdict | within | call | what it shows`.
fn executors_are_judged(language: Language, cases: &str) {
    let mut judged = 0;
    for case in cases.split("--- ").skip(1) {
        let (head, text) = case.split_once('\n').unwrap();
        let [verdict, within, wanted, shows] = head.split(" | ").collect::<Vec<_>>()[..] else {
            panic!("{head}");
        };
        let syntax = Syntax::parse(language, text).unwrap();
        let found =
            calls(&syntax, Some(within), wanted).unwrap_or_else(|it| panic!("{it}: {text}"));
        let verdicts = found.iter().map(|it| match it.call {
            Some(_) => "beats",
            None => "silent",
        });
        assert!(!found.is_empty(), "{shows}:\n{text}");
        for found in verdicts {
            assert_eq!(found, verdict, "{shows}:\n{text}");
        }
        judged += 1;
    }
    assert!(judged > 0);
}

#[test]
fn executors_of_typescript_are_judged() {
    executors_are_judged(
        Language::TypeScript,
        include_str!("executors/typescript.txt"),
    );
}

#[test]
fn executors_of_rust_are_judged() {
    executors_are_judged(Language::Rust, include_str!("executors/rust.txt"));
}

#[test]
fn executors_of_go_are_judged() {
    executors_are_judged(Language::Go, include_str!("executors/go.txt"));
}

#[test]
fn executors_of_python_are_judged() {
    executors_are_judged(Language::Python, include_str!("executors/python.txt"));
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
