//! What stands for an interpolation of a template while its SQL is read, turned into what a reader knows.

use crate::read_sql::constant::FIRST_INTERPOLATION;

/// What is shown in the place of `$9001` and those after it.
const SHOWN: &str = "${…}";

/// Shows parameters of ours as what they stand for.
pub fn show(text: &mut String) {
    let mut shown = String::new();
    let mut rest = text.as_str();
    while let Some((before, after)) = rest.split_once('$') {
        let end = after
            .find(|character: char| !character.is_ascii_digit())
            .unwrap_or(after.len());
        let (number, left) = after.split_at(end);
        let is_ours = |number: u32| number >= FIRST_INTERPOLATION;
        shown.push_str(before);
        if number.parse().is_ok_and(is_ours) {
            shown.push_str(SHOWN);
        } else {
            shown.push('$');
            shown.push_str(number);
        }
        rest = left;
    }
    shown.push_str(rest);
    *text = shown;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_stand_ins_are_turned() {
        let mut text = "a = $9001 AND b = $1 OR c IN ($9002) -- $x $".to_owned();
        show(&mut text);
        assert_eq!(text, "a = ${…} AND b = $1 OR c IN (${…}) -- $x $");
    }
}
