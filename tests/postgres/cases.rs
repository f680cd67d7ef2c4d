//! How many cases the oracles try, and from which seed. `LANESET_CASES` multiplies nothing: it is the number itself;
//! `LANESET_SEED` tries others: without it every run tries the same, so that a change alone can turn it red.

use proptest::test_runner::{Config, RngSeed, TestRunner};

const USUAL_SEED: u64 = 20_260_518;

/// A runner for an oracle, whose seed is printed.
pub fn runner(oracle: &str, usual: u32) -> TestRunner {
    let cases =
        number("LANESET_CASES").map_or(usual, |cases| u32::try_from(cases).unwrap_or(u32::MAX));
    let seed = number("LANESET_SEED").unwrap_or(USUAL_SEED);
    println!("{oracle}: {cases} cases, LANESET_SEED={seed}");
    TestRunner::new(Config {
        cases,
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        max_shrink_iters: 2000,
        ..Config::default()
    })
}

fn number(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(
        text.parse()
            .unwrap_or_else(|_| panic!("{variable} is no number: {text}")),
    )
}
