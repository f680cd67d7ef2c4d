//! What each of the languages writes, and how it is read.

use super::super::arrays::{Element, array};
use super::super::enclosing::enclosing;
use super::super::language::Language;
use super::super::lists::lists_of_texts;
use super::super::literals::tests::texts;
use super::super::syntax::Syntax;
use crate::source::span::Span;

fn reads(language: Language, text: &str, expected: &[&str]) {
    assert_eq!(texts(language, text, None), expected, "{text}");
}

fn holds(language: Language, text: &str) {
    let name = match language {
        Language::Elixir => "lanes",
        _ => "LANES",
    };
    let found = array(language, text, name).unwrap_or_else(|error| panic!("{error}: {text}"));
    for element in &found.elements {
        assert!(text[element.span.range()].contains(match &element.value {
            Element::Text(text) => text,
            Element::Integer(_) => "0",
        }));
    }
    let values: Vec<Element> = found.elements.into_iter().map(|it| it.value).collect();
    let wanted = ["sync", "auth"].map(|it| Element::Text(it.to_owned()));
    assert_eq!(values, wanted, "{text}");
    let lists = lists_of_texts(&Syntax::parse(language, text).unwrap(), &|_| true);
    assert_eq!(lists.len(), 1, "{text}: {lists:?}");
    assert_eq!(lists[0].texts, ["sync", "auth"], "{text}");
    let bound_to = lists[0].name.as_deref().map(|it| it.trim_matches('$'));
    assert_eq!(bound_to, Some(name), "{text}");
}

#[test]
fn ruby_texts_are_read() {
    reads(
        Language::Ruby,
        "q('a\\n\\'b')\nq(\"a\\tb \\\"c\\\"\")\nq(%q(d e))\nq('a' 'b')\nq('a' + \"b\")\n",
        &["a\\n'b", "a\tb \"c\"", "d e", "ab", "ab"],
    );
    reads(
        Language::Ruby,
        "TABLE = 'runs'\nq(<<~SQL.squish, <<-TWO)\n  SELECT 'x' FROM #{TABLE} #{y}\nSQL\n  two\n  TWO\n",
        &["runs", "  SELECT 'x' FROM runs $9001", "  two"],
    );
}

#[test]
fn java_texts_are_read() {
    let text = "class A { static final String T = \"runs\";\n void f() { q(\"a\\n\\\"b\\\" \" + T + x); q(\"\"\"\n  SELECT \"a\"\n  \"\"\".strip()); } }";
    reads(
        Language::Java,
        text,
        &["runs", "a\n\"b\" runs$9001", "\n  SELECT \"a\"\n  "],
    );
}

#[test]
fn kotlin_texts_are_read() {
    let text = "const val T = \"runs\"\nfun f() { q(\"a\\n${T} ${x.y}\"); q(\"\"\"SELECT '\\n'\n |FROM $T\"\"\".trimMargin()) }";
    reads(
        Language::Kotlin,
        text,
        &["runs", "a\nruns $9001", "SELECT '\\n'\n FROM runs"],
    );
}

#[test]
fn c_sharp_texts_are_read() {
    let text = "class A { const string T = \"runs\"; void F() { Q(@\"a \"\"b\"\" \\n\"); Q($\"c {T} {x} {{d}}\\n\"); Q(\"\"\"raw \"e\\ \"\"\"); } }";
    reads(
        Language::CSharp,
        text,
        &["runs", "a \"b\" \\n", "c runs $9001 {d}\n", "raw \"e\\ "],
    );
}

#[test]
fn php_texts_are_read() {
    let text = "<?php\nconst T = 'runs';\nq('a\\n\\'b' . T . \" c\\n{$x} $y\");\nq(<<<SQL\n  SELECT 'x' FROM $z\n  SQL);\n";
    reads(
        Language::Php,
        text,
        &[
            "runs",
            "a\\n'bruns c\n$9001 $9002",
            "  SELECT 'x' FROM $9001",
        ],
    );
}

#[test]
fn elixir_texts_are_read() {
    let text = "defmodule A do\n  def f(x) do\n    q(\"a\\n#{x}\" <> \"b\")\n    q(~S(c\\n))\n    q(\"\"\"\n    SELECT 'x'\n    \"\"\")\n  end\nend\n";
    reads(
        Language::Elixir,
        text,
        &["a\n$9001b", "c\\n", "\n    SELECT 'x'\n    "],
    );
}

#[test]
fn scala_texts_are_read() {
    let text = "object A { val T = \"runs\"\n def f = { q(s\"a $T ${x.y}\\n\"); q(\"\"\"SELECT '\\n'\n   |FROM x\"\"\".stripMargin); q(sql\"\"\"b ${y}\"\"\") } }";
    reads(
        Language::Scala,
        text,
        &[
            "runs",
            "a runs $9001\n",
            "SELECT '\\n'\n   FROM x",
            "b $9001",
        ],
    );
}

#[test]
fn swift_texts_are_read() {
    let text = "let t = \"runs\"\nfunc f() { q(\"a\\n\\(t) \\(x.y)\"); q(#\"c \\n\"#); q(\"\"\"\n  SELECT \"d\"\n  \"\"\") }";
    reads(
        Language::Swift,
        text,
        &["runs", "a\nruns $9001", "c \\n", "\n  SELECT \"d\"\n  "],
    );
}

#[test]
fn what_may_change_is_no_constant() {
    for (language, text) in [
        (Language::Ruby, "sql = 'a'\nsql += 'b'\nq(\"#{sql} x\")\n"),
        (
            Language::Ruby,
            "sql = 'a'\n[1].each { |sql| q(\"#{sql} x\") }\n",
        ),
        (
            Language::Java,
            "class A { String sql = \"a\"; void f(String sql) { q(sql + \" x\"); } }",
        ),
        (
            Language::Kotlin,
            "fun f() { var sql = \"a\"; q(\"$sql x\") }",
        ),
        (
            Language::Kotlin,
            "val sql = \"a\"\nfun f(sql: String) { q(\"${sql} x\") }",
        ),
        (
            Language::CSharp,
            "class A { void F() { var sql = \"a\"; sql = G(); Q($\"{sql} x\"); } }",
        ),
        (
            Language::Php,
            "<?php\n$sql = 'a';\nforeach ($y as $sql) { q(\"$sql x\"); }\n",
        ),
        (
            Language::Elixir,
            "defmodule A do\n  @sql \"a\"\n  def f(sql), do: q(\"#{sql} x\")\nend\n",
        ),
        (
            Language::Scala,
            "object A { def f = { var sql = \"a\"; sql += y; q(s\"$sql x\") } }",
        ),
        (
            Language::Swift,
            "func f() { var sql = \"a\"; sql = g(); q(\"\\(sql) x\") }",
        ),
    ] {
        let found = texts(language, text, None);
        assert!(found.contains(&"$9001 x".to_owned()), "{text}: {found:?}");
    }
}

#[test]
fn constants_are_put_in_however_they_are_named() {
    for (language, text) in [
        (
            Language::Kotlin,
            "const val T = \"a\"\nfun f() { q(\"$T \\$T $y\") }",
        ),
        (
            Language::Elixir,
            "defmodule A do\n  @t \"a\"\n  def f, do: q(\"#{@t} $T #{y}\")\nend\n",
        ),
    ] {
        let found = texts(language, text, None);
        assert!(
            found.contains(&"a $T $9001".to_owned()),
            "{text}: {found:?}"
        );
    }
}

#[test]
fn lists_are_read_in_every_form() {
    for text in [
        "LANES = %w[sync auth].freeze\n",
        "LANES = %i[sync auth]\n",
        "LANES = ['sync', \"auth\"].to_set\n",
        "LANES = [:sync, :\"auth\"]\n",
        "LANES = Set.new(['sync', 'auth'])\n",
        "module A\n  class B\n    LANES = Set['sync', 'auth'].freeze\n  end\nend\n",
    ] {
        holds(Language::Ruby, text);
    }
    for value in [
        "List.of(\"sync\", \"auth\")",
        "{\"sync\", \"auth\"}",
        "new String[] {\"sync\", \"auth\"}",
        "new HashSet<>(Arrays.asList(\"sync\", \"auth\"))",
        "Collections.unmodifiableSet(Set.of(\"sync\", \"auth\"))",
    ] {
        holds(
            Language::Java,
            &format!("class A {{ static final X LANES = {value}; }}"),
        );
    }
    for text in [
        "val LANES = listOf(\"sync\", \"auth\")",
        "class A { companion object { val LANES: Set<String> = setOf(\"sync\", \"auth\") } }",
        "private val LANES = arrayOf(\"sync\", \"auth\")",
    ] {
        holds(Language::Kotlin, text);
    }
    for value in [
        "{ \"sync\", \"auth\" }",
        "new[] { \"sync\", \"auth\" }",
        "new HashSet<string> { \"sync\", \"auth\" }",
        "new() { \"sync\", \"auth\" }",
        "[\"sync\", \"auth\"]",
    ] {
        holds(
            Language::CSharp,
            &format!("class A {{ static readonly X LANES = {value}; }}"),
        );
    }
    for text in [
        "<?php\nconst LANES = ['sync', 'auth'];\n",
        "<?php\nclass A { public const LANES = array('sync', \"auth\"); }\n",
        "<?php\nclass A { private static $LANES = ['sync' => true, 'auth' => true]; }\n",
    ] {
        holds(Language::Php, text);
    }
    for value in [
        "[\"sync\", \"auth\"]",
        "~w(sync auth)",
        "~w[sync auth]a",
        "[:sync, :auth]",
        "MapSet.new([\"sync\", \"auth\"])",
    ] {
        holds(
            Language::Elixir,
            &format!("defmodule A do\n  @lanes {value}\nend\n"),
        );
    }
    for text in [
        "object A { val LANES = Seq(\"sync\", \"auth\") }",
        "object A { final val LANES: Set[String] = Set(\"sync\", \"auth\") }",
    ] {
        holds(Language::Scala, text);
    }
    for text in [
        "let LANES = [\"sync\", \"auth\"]",
        "class A { static let LANES: Set<String> = [\"sync\", \"auth\"] }",
        "let LANES = Set([\"sync\", \"auth\"])",
    ] {
        holds(Language::Swift, text);
    }
}

#[test]
fn members_of_an_enum_are_a_list() {
    for (language, text) in [
        (
            Language::Java,
            "enum L { SYNC(\"sync\"), AUTH(\"auth\"); L(String v) {} }",
        ),
        (
            Language::Kotlin,
            "enum class L(val v: String) { SYNC(\"sync\"), AUTH(\"auth\") }",
        ),
        (
            Language::Php,
            "<?php\nenum L: string { case Sync = 'sync'; case Auth = 'auth'; }\n",
        ),
        (
            Language::Swift,
            "enum L: String { case sync = \"sync\", auth = \"auth\" }",
        ),
        (
            Language::Swift,
            "enum L: String { case sync = \"sync\"\n case auth = \"auth\" }",
        ),
        (
            Language::Scala,
            "object A { def f(x: String) = x match { case \"sync\" | \"auth\" => 1 } }",
        ),
        (
            Language::CSharp,
            "class A { bool F(string x) => x is \"sync\" or \"auth\"; }",
        ),
    ] {
        let lists = lists_of_texts(&Syntax::parse(language, text).unwrap(), &|_| true);
        let found: Vec<&Vec<String>> = lists.iter().map(|it| &it.texts).collect();
        assert_eq!(found, [&["sync", "auth"]], "{text}");
    }
}

#[test]
fn functions_are_found_and_named() {
    for (language, text) in [
        (
            Language::Ruby,
            "A = 'x'\nclass Reaper\n  def reap(a)\n    q('here')\n  end\nend\nB = 'y'\n",
        ),
        (
            Language::Ruby,
            "A = 'x'\nclass Reaper\n  def self.reap = q('here')\nend\n",
        ),
        (
            Language::Java,
            "class Reaper { String a = \"x\"; void reap(int a) { q(\"here\"); } }",
        ),
        (
            Language::Kotlin,
            "val a = \"x\"\nclass Reaper { fun reap(): Int { q(\"here\") } }",
        ),
        (
            Language::CSharp,
            "class Reaper { string a = \"x\"; async Task reap(int b) { Q(\"here\"); } }",
        ),
        (
            Language::Php,
            "<?php\n$a = 'x';\nclass Reaper { public function reap($a) { q('here'); } }\n",
        ),
        (
            Language::Elixir,
            "defmodule Jobs.Reaper do\n  @a \"x\"\n  def reap(repo) when is_nil(repo) do\n    q(\"here\")\n  end\nend\n",
        ),
        (
            Language::Elixir,
            "defmodule Jobs.Reaper do\n  @a \"x\"\n  defp reap, do: q(\"here\")\nend\n",
        ),
        (
            Language::Scala,
            "object Reaper { val a = \"x\"; def reap(a: Int): Unit = { q(\"here\") } }",
        ),
        (
            Language::Swift,
            "let a = \"x\"\nclass Reaper { func reap(a: Int) async { q(\"here\") } }",
        ),
    ] {
        assert_eq!(texts(language, text, Some("reap")), ["here"], "{text}");
        assert_eq!(
            texts(language, text, Some("Reaper.reap")),
            ["here"],
            "{text}"
        );
        let at = text.find("here").unwrap();
        let around = enclosing(
            &Syntax::parse(language, text).unwrap(),
            Span::new(at, at + 4),
        );
        assert_eq!(around.as_deref(), Some("reap"), "{text}");
    }
}
