//! Any manifest, however its lanes are laid out, takes any lanes and declares them.

use proptest::prelude::*;
use proptest::sample::{select, subsequence};

use super::*;

/// Names that look like what stands around them.
const NAMES: [&str; 7] = ["a", "it's", "q\"b", "é", "# x", "], [", "b\\c"];

/// A manifest, and the lanes of its set `x`.
#[derive(Debug, Clone)]
struct Manifest {
    text: String,
    lanes: Vec<&'static str>,
}

fn names() -> impl Strategy<Value = Vec<&'static str>> {
    subsequence(NAMES.to_vec(), 1..=NAMES.len()).prop_shuffle()
}

fn lanes(names: &[&str]) -> Vec<Lane> {
    let lanes = names.iter().map(|name| Value::Text((*name).to_owned()));
    lanes.collect()
}

fn gap() -> impl Strategy<Value = &'static str> {
    select(vec![
        "",
        " ",
        "\n    ",
        "\n  # above\n  ",
        " # own, it's ] \"\n",
    ])
}

/// An array of the lanes, with what stands before and behind each comma.
fn list() -> impl Strategy<Value = (String, Vec<&'static str>)> {
    let quotes = select(vec![Quotes::Basic, Quotes::Literal]);
    let gaps = prop::collection::vec((gap(), quotes, gap()), NAMES.len());
    (names(), gaps, gap(), any::<bool>()).prop_map(|(names, gaps, lead, ends_with_comma)| {
        let mut list = format!("[{lead}");
        for (place, (lane, (before, quotes, behind))) in lanes(&names).iter().zip(gaps).enumerate()
        {
            list.push_str(&quotes.written(lane));
            list.push_str(before);
            if ends_with_comma || place + 1 < names.len() {
                list.push(',');
                list.push_str(behind);
            }
        }
        (format!("{list}]"), names)
    })
}

fn manifest() -> impl Strategy<Value = Manifest> {
    let around = select(vec![
        "# c\n[lane_set.x] # d\ntable = 't'\nlanes = @ # e\ncolumn = 'c'\n",
        "lane_set.x.lanes = @\n",
        "lane_set . 'x'.\"lanes\"=@",
        "[lane_set]\n\"x\" = { table = 't', lanes = @, column = 'c' }\n",
        "lane_set = { y.lanes = ['z'], x.lanes = @ }\n",
        "[lane_set.'x']\n  'lanes'=@",
        "[lane_set.y]\nlanes = ['z']\n[lane_set.x]\nlanes = @\n\n[lane_set.z]\nlanes = ['y']\n",
    ]);
    (around, list(), any::<bool>()).prop_map(|(around, (list, lanes), has_crlf)| {
        let text = around.replace('@', &list);
        let text = if has_crlf {
            text.replace('\n', "\r\n")
        } else {
            text
        };
        Manifest { text, lanes }
    })
}

fn declared(text: &str, key: &str) -> Vec<Lane> {
    let document = parse(text).unwrap();
    let array = array(&document, "x", key).unwrap();
    array.iter().filter_map(lane_of).collect()
}

fn sorted(mut lanes: Vec<Lane>) -> Vec<Lane> {
    lanes.sort();
    lanes
}

fn settings() -> ProptestConfig {
    ProptestConfig {
        cases: 1000,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(settings())]

    #[test]
    fn any_manifest_takes_any_lanes(manifest in manifest(), wanted in names()) {
        let Manifest { text, lanes: there } = manifest;
        let (there, wanted) = (lanes(&there), lanes(&wanted));
        prop_assert_eq!(&set_lanes(&text, "x", &there).unwrap(), &text);
        let after = set_lanes(&text, "x", &wanted).unwrap();
        let now = declared(&after, LANES);
        prop_assert_eq!(sorted(now.clone()), sorted(wanted.clone()), "{}", after);
        prop_assert_eq!(&set_lanes(&after, "x", &wanted).unwrap(), &after);
        let kept = |lanes: &[Lane], by: &[Lane]| -> Vec<Lane> {
            lanes.iter().filter(|lane| by.contains(lane)).cloned().collect()
        };
        prop_assert_eq!(kept(&now, &there), kept(&there, &wanted));
        let back = declared(&set_lanes(&after, "x", &there).unwrap(), LANES);
        prop_assert_eq!(sorted(back), sorted(there));
        if text.contains("\r\n") {
            prop_assert!(!after.replace("\r\n", "").contains('\n'), "{:?}", after);
        }
    }

    #[test]
    fn what_one_line_gained_it_loses_again(names in names(), more in names()) {
        let there = lanes(&names);
        let listed: Vec<String> = there.iter().map(|lane| Quotes::Basic.written(lane)).collect();
        let text = format!("[lane_set.x]\nlanes = [{}] # all\n", listed.join(", "));
        let both: Vec<Lane> = there.iter().cloned().chain(lanes(&more)).collect();
        let mut both_once = both.clone();
        both_once.retain({
            let mut seen = Vec::new();
            move |lane| {
                let is_new = !seen.contains(lane);
                seen.push(lane.clone());
                is_new
            }
        });
        let after = set_lanes(&text, "x", &both_once).unwrap();
        prop_assert_eq!(declared(&after, LANES), both_once);
        prop_assert_eq!(after.lines().count(), 2);
        prop_assert_eq!(set_lanes(&after, "x", &there).unwrap(), text);
    }

    #[test]
    fn query_lanes_come_and_go_in_any_manifest(manifest in manifest()) {
        let Manifest { text, lanes: there } = manifest;
        let chosen = lanes(&there[..1]);
        let with = set_query_lanes(&text, "x", Some(&chosen)).unwrap();
        prop_assert_eq!(declared(&with, QUERY_LANES), chosen.clone(), "{}", with);
        prop_assert_eq!(declared(&with, LANES), lanes(&there));
        prop_assert_eq!(&set_query_lanes(&with, "x", Some(&chosen)).unwrap(), &with);
        prop_assert_eq!(set_query_lanes(&with, "x", None).unwrap(), text);
    }
}
