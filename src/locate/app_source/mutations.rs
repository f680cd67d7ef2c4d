//! Broken source: whatever is cut out of a file or put into it, reading it ends, and ends without a panic.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::arrays::array;
use super::language::Language;
use super::literals::literals;
use super::patches::{PatchPiece, patches};

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
    prop::sample::select(vec![
        (Language::TypeScript, TYPESCRIPT.to_owned()),
        (Language::Tsx, TYPESCRIPT.to_owned()),
        (Language::Rust, RUST.to_owned()),
        (Language::Go, GO.to_owned()),
        (Language::Python, PYTHON.to_owned()),
    ])
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
        for language in [
            Language::TypeScript,
            Language::Rust,
            Language::Go,
            Language::Python,
        ] {
            let _ = literals(language, &text, None);
            let _ = literals(language, &text, Some("LANES"));
            let _ = array(language, &text, "LANES");
            let _ = patches(language, &text);
        }
    }
}
