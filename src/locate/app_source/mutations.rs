//! Broken source: whatever is cut out of a file or put into it, reading it ends, and ends without a panic.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::arrays::array;
use super::enclosing::enclosing;
use super::language::Language;
use super::lists::lists_of_texts;
use super::literals::literals;
use super::patches::{PatchPiece, patches};
use super::syntax::Syntax;
use crate::source::span::Span;

const TYPESCRIPT: &str = r#"
import { sql } from './db'; // "comment"
const COLS = 'a, b', LANES = new Set(['sync', "a\u{75}th", ...MORE] as const);
export const patches: Patch[] = [
  { id: 'é-1', async apply(sql) { if (x) return; await sql.unsafe(`CREATE ${COLS} \` x \${y}`); } },
  { id: 'b', up: ['SELECT ' + COLS + f("x"), ['a', `b`].join("\n")], down: `DROP` }, ...other, A,
  { id: 'c', apply: async ({ tx }) => { for (const s of ['CREATE x', b]) await tx.unsafe(s); await helper(tx); } },
];
class Reaper { #reap = async <T,>(a: T) => sql<Row[]>`UPDATE runs SET x = ${a ? sql`1` : 'é😀'} WHERE run_type IN ('sync')`; }
"#;

const RUST: &str = r##"
mod queue { const LANES: &[&str] = &["sync", r#"auth"#]; static A: &str = concat!("a \
   b", 'c', 1); }
impl<T> Reaper<T> { async fn reap(&self) { let é = format!("{{ {COLS} {} \u{e9}", x); sqlx::query!("a" + r"b" + "c", 1); [A, "b"].join("\n") } }
"##;

const GO: &str = r#"
package reaper
const a, b = "x\u00e9\x41", `y`
var LANES = map[string]bool{"sync": true, a: false}
func (r *Reaper[T]) reap(ctx context.Context) error { q := "SELECT " + a + r.x + `
 é`; return strings.Join([]string{"a", b}, " ") }
"#;

const PYTHON: &str = r#"
LANES: Final = frozenset({"sync", 'au' 'th'})
class Reaper(Base):
    async def reap(self, a, *b):
        """doc é"""
        q = f"a {a!r:>{w}} {{ {x['y']}" rb'\x41' + LANES + "\N{DASH}\
 b"
        return "\n".join(["a", q])
"#;

/// The same in the languages of one dialect, with what their literals and lists have of their own.
const PLAIN: [(Language, &str); 8] = [
    (
        Language::Ruby,
        "class Reaper\n  LANES = %w[sync auth].freeze\n  def reap(a)\n    q(<<~SQL.squish, 'é\\'' \"b#{a}\")\n  é IN ('sync') #{LANES}\n    SQL\n  end\nend\n",
    ),
    (
        Language::Java,
        "class Reaper { static final Set<String> LANES = Set.of(\"sync\", \"é\"); void reap(int a) { q(\"\"\"\n é \\\"x\\\" \"\"\".strip() + LANES + \"\\u00e9\"); } }",
    ),
    (
        Language::Kotlin,
        "val LANES = setOf(\"sync\", \"é\")\nclass Reaper { fun reap(a: Int) { q(\"é $a \\$b ${a.c}é\"); q(\"\"\"é\n |$a é\"\"\".trimMargin()) } }",
    ),
    (
        Language::CSharp,
        "class Reaper { string[] LANES = new[] { \"sync\", \"é\" }; void reap(int a) { Q(@\"é\"\"\" + $\"{a} {{é}}\" + \"\"\"é \"x\" \"\"\"); } }",
    ),
    (
        Language::Php,
        "<?php\nclass Reaper { const LANES = ['sync' => true, 'é' => 1];\n function reap($a) { q(\"é {$a->b} $a[0]\" . self::LANES . <<<SQL\n é $a\n SQL); } }\n",
    ),
    (
        Language::Elixir,
        "defmodule Reaper do\n  @lanes ~w(sync é)\n  def reap(a) when a do\n    q(~S(é \\n) <> \"é #{@lanes} #{a}\" <> \"\"\"\n é\n \"\"\")\n  end\nend\n",
    ),
    (
        Language::Scala,
        "object Reaper { val LANES = Seq(\"sync\", \"é\"); def reap(a: Int) = { q(s\"é $a ${a.b}é\" + \"\"\"é\n |é\"\"\".stripMargin + sql\"é $a\") } }",
    ),
    (
        Language::Swift,
        "class Reaper { static let LANES: Set<String> = [\"sync\", \"é\"]\n func reap(a: Int) { q(\"é \\(a)é\" + #\"é \\#(a) \"é\"# + \"\"\"\n é\n \"\"\") } }",
    ),
];

fn read_everything(language: Language, text: &str) {
    for within in [
        None,
        Some("reap"),
        Some("Reaper.reap"),
        Some("LANES"),
        Some(""),
    ] {
        let Ok(found) = literals(language, text, within) else {
            continue;
        };
        for literal in &found.literals {
            let whole = literal.excerpt.text();
            for (at, character) in whole.char_indices() {
                let span = literal.excerpt.source_span(at..at + character.len_utf8());
                assert!(text.get(span.range()).is_some(), "{span:?} of {text:?}");
            }
            assert!(text.get(literal.span.range()).is_some());
        }
    }
    if let Ok(syntax) = Syntax::parse(language, text) {
        lists_of_texts(&syntax, &|_| true);
        enclosing(&syntax, Span::new(0, 0));
    }
    if let Ok(array) = array(language, text, "LANES") {
        assert!(
            array
                .elements
                .iter()
                .all(|element| text.get(element.span.range()).is_some())
        );
    }
    if let Ok(found) = patches(language, text) {
        for piece in found.patches.iter().flat_map(|patch| &patch.pieces) {
            let (PatchPiece::Sql { span, .. } | PatchPiece::Opaque { span, .. }) = piece;
            assert!(text.get(span.range()).is_some());
        }
    }
}

fn sources() -> impl Strategy<Value = (Language, String)> {
    let mut sources = vec![
        (Language::TypeScript, TYPESCRIPT.to_owned()),
        (Language::Tsx, TYPESCRIPT.to_owned()),
        (Language::Rust, RUST.to_owned()),
        (Language::Go, GO.to_owned()),
        (Language::Python, PYTHON.to_owned()),
    ];
    sources.extend(PLAIN.map(|(language, text)| (language, text.to_owned())));
    prop::sample::select(sources)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, rng_seed: RngSeed::Fixed(20_260_518), ..ProptestConfig::with_cases(300) })]

    #[test]
    fn mutated_source_never_panics(
        (language, text) in sources(),
        cuts in prop::collection::vec((any::<prop::sample::Index>(), 0_usize..12), 0..6),
        inserts in prop::collection::vec((any::<prop::sample::Index>(), "[`'\"{}()$\\\\\r\n\0é😀#,+<>]{0,3}"), 0..4),
    ) {
        let mut characters: Vec<char> = text.chars().collect();
        for (place, length) in cuts {
            let start = place.index(characters.len());
            let end = (start + length).min(characters.len());
            characters.drain(start..end);
        }
        for (place, inserted) in inserts {
            let at = place.index(characters.len() + 1);
            characters.splice(at..at, inserted.chars());
        }
        read_everything(language, &characters.into_iter().collect::<String>());
    }

    #[test]
    fn truncated_source_never_panics((language, text) in sources(), end in any::<prop::sample::Index>()) {
        let end = text.floor_char_boundary(end.index(text.len() + 1));
        read_everything(language, &text[..end]);
    }

    #[test]
    fn any_text_at_all_never_panics((language, _) in sources(), text in "\\PC{0,80}") {
        read_everything(language, &text);
    }
}

#[test]
fn an_arrow_before_a_template_closes_no_type() {
    read_everything(Language::TypeScript, "const a = b<c =>`x`");
}

#[test]
fn nesting_as_deep_as_it_gets_does_not_overflow_the_stack() {
    let deep = 4_000;
    for (open, close) in [
        ("[", "]"),
        ("(", ")"),
        ("f(", ")"),
        ("`${", "}`"),
        ("{a:", "}"),
        ("'a'+(", ")"),
        ("()=>{", "}"),
    ] {
        let text = format!(
            "export const LANES = [{}'CREATE x'{}]",
            open.repeat(deep),
            close.repeat(deep)
        );
        let four = [
            Language::TypeScript,
            Language::Rust,
            Language::Go,
            Language::Python,
        ];
        let all = four.into_iter().chain(PLAIN.map(|(language, _)| language));
        for language in all {
            let _ = literals(language, &text, None);
            let _ = literals(language, &text, Some("LANES"));
            let _ = array(language, &text, "LANES");
            let _ = patches(language, &text);
        }
    }
}
