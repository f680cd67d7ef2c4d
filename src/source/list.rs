//! Lists as people write them, `('a', 'b')` or one element a line, and the least change that gives them other elements.

use super::edit::Edit;
use super::span::Span;

/// A list between its brackets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WrittenList {
    /// What stands between the brackets.
    pub inside: Span,
    /// In the order of the text.
    pub elements: Vec<Span>,
}

/// What may stand between the elements of a list beside commas and white space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Comments {
    /// What begins a comment that ends with its line.
    pub line: &'static str,
    /// Whether `/* … */` is one too.
    pub blocks: bool,
}

/// An element of the list as it is to be; what is new is given by its value or, in the end, as it is to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry<New> {
    /// One that is there, by its index.
    Kept(usize),
    New(New),
}

impl<New> Entry<New> {
    /// The same entry, a new one written.
    ///
    /// # Errors
    /// Why it cannot be written.
    pub fn write<E>(
        self,
        write: impl FnOnce(New) -> Result<String, E>,
    ) -> Result<Entry<String>, E> {
        Ok(match self {
            Entry::Kept(index) => Entry::Kept(index),
            Entry::New(new) => Entry::New(write(new)?),
        })
    }
}

/// The elements that are there and wanted, in the order in which they stand; each that is only wanted after the nearest one before
/// it in `wanted` that is there.
pub fn merge<'a, T: PartialEq>(there: &[T], wanted: &'a [T]) -> Vec<Entry<&'a T>> {
    let mut merged: Vec<(&T, Entry<&'a T>)> = there
        .iter()
        .enumerate()
        .filter(|(_, value)| wanted.contains(value))
        .map(|(index, value)| (value, Entry::Kept(index)))
        .collect();
    for (index, value) in wanted.iter().enumerate() {
        if there.contains(value) {
            continue;
        }
        let earlier = wanted[..index].iter().rev();
        let mut places =
            earlier.filter_map(|before| merged.iter().rposition(|(known, _)| *known == before));
        let place = places.next().map_or(0, |place| place + 1);
        merged.insert(place, (value, Entry::New(value)));
    }
    merged.into_iter().map(|(_, entry)| entry).collect()
}

/// The edit that gives the list these elements; those that are kept stay in their order, with their comments. `None` when it has
/// them already.
///
/// # Errors
/// A reason, when something else than commas and comments stands between the elements, or no element would be left.
pub fn rewrite(
    text: &str,
    list: &WrittenList,
    entries: &[Entry<String>],
    comments: Comments,
) -> Result<Option<Edit>, String> {
    let is_as_it_was = entries.len() == list.elements.len()
        && entries
            .iter()
            .enumerate()
            .all(|(index, entry)| *entry == Entry::Kept(index));
    if is_as_it_was {
        return Ok(None);
    }
    if entries.is_empty() {
        return Err("no element would be left".to_owned());
    }
    let layout = Layout::read(text, list, comments)?;
    Ok(Some(Edit::new(list.inside, layout.write(entries))))
}

/// A list taken apart.
struct Layout<'a> {
    items: Vec<Item<'a>>,
    /// Commas stand at the beginnings of lines.
    leading_commas: bool,
    trailing_comma: bool,
    /// What stands behind the last element and its comma; where commas lead, with that comma.
    tail: &'a str,
    line_comment: &'static str,
    line_end: &'static str,
}

struct Item<'a> {
    /// What stands before it, from the end of what belongs to the one before; with a comma, where commas lead.
    prefix: &'a str,
    text: &'a str,
    /// What stands between it and its comma, where commas do not lead.
    before_comma: &'a str,
    /// The comment behind it on its own line, with the space before that.
    comment: &'a str,
}

impl<'a> Layout<'a> {
    fn read(text: &'a str, list: &WrittenList, comments: Comments) -> Result<Self, String> {
        let mut gaps = Vec::new();
        let mut end = list.inside.start;
        for element in &list.elements {
            gaps.push(Gap::read(&text[end..element.start], comments)?);
            end = element.end;
        }
        let last = Gap::read(&text[end..list.inside.end], comments)?;
        let leading_commas = gaps
            .iter()
            .skip(1)
            .any(|gap| gap.before_comma.contains('\n'));
        let well_separated = gaps.iter().skip(1).all(|gap| gap.has_comma);
        if gaps.first().is_some_and(|gap| gap.has_comma) || !well_separated {
            return Err("its elements are not separated by one comma each".to_owned());
        }
        let comment_of = |gap: &Gap<'a>| -> &'a str {
            let own = if leading_commas {
                gap.before_comma
            } else {
                gap.after_comma
            };
            own_comment(own, comments)
        };
        let following = gaps.iter().skip(1).chain(std::iter::once(&last));
        let items = gaps.iter().zip(following).zip(&list.elements).enumerate();
        let items = items.map(|(index, ((gap, next), element))| {
            let whole = if index == 0 {
                gap.whole
            } else {
                gap.behind(leading_commas)
            };
            let of_before = if index == 0 { "" } else { comment_of(gap) };
            Item {
                prefix: &whole[of_before.len()..],
                text: &text[element.range()],
                before_comma: if next.has_comma && !leading_commas {
                    next.before_comma
                } else {
                    ""
                },
                comment: comment_of(next),
            }
        });
        let items: Vec<Item> = items.collect();
        let of_last = items.last().map_or("", |item| item.comment);
        let tail = if last.has_comma && !leading_commas {
            last.after_comma
        } else {
            last.whole
        };
        Ok(Self {
            leading_commas,
            trailing_comma: last.has_comma,
            tail: &tail[of_last.len()..],
            line_comment: comments.line,
            line_end: if text[list.inside.range()].contains("\r\n") {
                "\r\n"
            } else {
                "\n"
            },
            items,
        })
    }

    fn write(&self, entries: &[Entry<String>]) -> String {
        let mut written = String::new();
        let mut before: Option<usize> = None;
        let mut is_in_comment = false;
        for (place, entry) in entries.iter().enumerate() {
            let (prefix, text, item) = match entry {
                Entry::Kept(index) => {
                    let item = &self.items[*index];
                    (self.prefix_of(*index, place), item.text, Some(item))
                }
                Entry::New(text) => (self.new_prefix(before, place), text.as_str(), None),
            };
            if let Entry::Kept(index) = entry {
                before = Some(*index);
            }
            if is_in_comment && !ends_line(&prefix) {
                written.push_str(self.line_end);
            }
            written.push_str(&prefix);
            written.push_str(text);
            written.push_str(item.map_or("", |item| item.before_comma));
            let is_last = place + 1 == entries.len();
            if !self.leading_commas && (!is_last || self.trailing_comma) {
                written.push(',');
            }
            let comment = item.map_or("", |item| item.comment);
            written.push_str(comment);
            is_in_comment = comment.trim_start().starts_with(self.line_comment);
        }
        if is_in_comment && !ends_line(self.tail) {
            written.push_str(self.line_end);
        }
        written.push_str(self.tail);
        written
    }

    /// What stands before an element that is kept. Where it came to the beginning of the list, or is there no longer, that changes,
    /// but for a line of its own.
    fn prefix_of(&self, index: usize, place: usize) -> String {
        let own = self.items[index].prefix;
        match (index == 0, place == 0) {
            (true, false) if !own.contains('\n') || self.leading_commas => self.separator(None),
            (false, true) if !own.contains('\n') || self.leading_commas => self.lead(),
            _ => own.to_owned(),
        }
    }

    fn new_prefix(&self, before: Option<usize>, place: usize) -> String {
        if place == 0 {
            return self.lead();
        }
        self.separator(before)
    }

    /// What stands before the first element, without comments.
    fn lead(&self) -> String {
        self.items
            .first()
            .map_or_else(String::new, |item| bare(item.prefix, ""))
    }

    /// What stands between two elements, as it does behind the element of that index.
    fn separator(&self, before: Option<usize>) -> String {
        let behind = before.map_or(1, |index| index + 1);
        let like = self
            .items
            .get(behind)
            .or_else(|| self.items.get(behind - 1).filter(|_| behind > 1));
        match like {
            Some(item) => {
                let separator = bare(item.prefix, " ");
                // The comma of one element may stand alone on a line, or before a comment.
                if self.leading_commas && !separator.contains(',') {
                    format!(",{separator}")
                } else {
                    separator
                }
            }
            None => {
                let lead = self.lead();
                if lead.contains('\n') {
                    lead
                } else {
                    " ".to_owned()
                }
            }
        }
    }
}

/// Whether a line ends here before anything else stands on it.
fn ends_line(text: &str) -> bool {
    text.trim_start_matches([' ', '\t', '\r']).starts_with('\n')
}

/// White space and, where commas lead, the comma: no comments. A line of its own stays one. `instead` stands for what is a comment
/// alone.
fn bare(prefix: &str, instead: &str) -> String {
    let line = prefix.rfind('\n').map(|newline| {
        let start = newline - usize::from(prefix[..newline].ends_with('\r'));
        &prefix[start..]
    });
    let kept = line.unwrap_or(prefix);
    let is_plain = |text: &str| text.chars().all(|c| c.is_whitespace() || c == ',');
    match (is_plain(kept), line) {
        (true, _) => kept.to_owned(),
        (false, Some(line)) => {
            let end = line
                .find(|c: char| !c.is_whitespace() && c != ',')
                .unwrap_or(line.len());
            line[..end].to_owned()
        }
        (false, None) => instead.to_owned(),
    }
}

/// The comment that a line goes on with, and the space before it; empty when the line ends first or the list goes on.
fn own_comment(text: &str, comments: Comments) -> &str {
    let space = text.len() - text.trim_start_matches([' ', '\t']).len();
    let rest = &text[space..];
    let line_end = rest.find(['\r', '\n']);
    if rest.starts_with(comments.line) {
        return &text[..space + line_end.unwrap_or(rest.len())];
    }
    let block = comments.blocks && rest.starts_with("/*");
    let end = rest.find("*/").map(|end| end + 2).filter(|_| block);
    match (end, line_end) {
        (Some(end), Some(line_end)) if rest[end..line_end.max(end)].trim().is_empty() => {
            &text[..space + end]
        }
        _ => "",
    }
}

/// What stands between two elements.
struct Gap<'a> {
    whole: &'a str,
    /// All of it, when it has no comma.
    before_comma: &'a str,
    after_comma: &'a str,
    has_comma: bool,
}

impl<'a> Gap<'a> {
    fn read(whole: &'a str, comments: Comments) -> Result<Self, String> {
        let mut comma = None;
        let mut at = 0;
        while at < whole.len() {
            let rest = &whole[at..];
            let first = rest.chars().next().unwrap_or(' ');
            at += if rest.starts_with(comments.line) {
                rest.find('\n').unwrap_or(rest.len())
            } else if comments.blocks && rest.starts_with("/*") {
                rest.find("*/").map_or(rest.len(), |end| end + 2)
            } else if first == ',' && comma.is_none() {
                comma = Some(at);
                1
            } else if first.is_whitespace() {
                first.len_utf8()
            } else {
                return Err(format!("`{first}` stands between its elements"));
            };
        }
        Ok(match comma {
            Some(comma) => Self {
                whole,
                before_comma: &whole[..comma],
                after_comma: &whole[comma + 1..],
                has_comma: true,
            },
            None => Self {
                whole,
                before_comma: whole,
                after_comma: whole,
                has_comma: false,
            },
        })
    }

    /// What belongs to the element that follows, and the comment of the one before.
    fn behind(&self, leading_commas: bool) -> &'a str {
        if leading_commas {
            self.whole
        } else {
            self.after_comma
        }
    }
}

#[cfg(test)]
mod any_layout;

#[cfg(test)]
mod tests {
    use super::*;

    const SQL: Comments = Comments {
        line: "--",
        blocks: true,
    };

    /// The list in `text`, whose elements are letters, with these elements.
    fn with(text: &str, wanted: &str) -> String {
        let open = text.find('(').unwrap() + 1;
        let close = text.rfind(')').unwrap();
        let letters = text[open..close].char_indices();
        let letters: Vec<(usize, char)> = letters.filter(|(_, c)| c.is_ascii_lowercase()).collect();
        let list = WrittenList {
            inside: Span::new(open, close),
            elements: letters
                .iter()
                .map(|(at, _)| Span::new(open + at, open + at + 1))
                .collect(),
        };
        let there: Vec<char> = letters.iter().map(|(_, letter)| *letter).collect();
        let wanted: Vec<char> = wanted.chars().collect();
        let entries: Vec<Entry<String>> = merge(&there, &wanted)
            .into_iter()
            .map(|entry| {
                entry
                    .write(|letter| Ok::<_, ()>(letter.to_string()))
                    .unwrap()
            })
            .collect();
        match rewrite(text, &list, &entries, SQL).unwrap() {
            Some(edit) => super::super::edit::apply(text, &[edit]).unwrap(),
            None => text.to_owned(),
        }
    }

    #[test]
    fn lists_keep_their_layout() {
        for (before, wanted, after) in [
            ("x (a, b) y", "ab", "x (a, b) y"),
            ("x (b, a) y", "ab", "x (b, a) y"),
            ("(a, b)", "abc", "(a, b, c)"),
            ("(a,b)", "abc", "(a,b,c)"),
            ("( a, b )", "zab", "( z, a, b )"),
            ("( a, b )", "b", "( b )"),
            ("(a, c)", "abc", "(a, b, c)"),
            ("(a)", "ab", "(a, b)"),
            ("(a)", "b", "(b)"),
            ("(a, b, c)", "ac", "(a, c)"),
            ("(\n  a,\n  b\n)", "abc", "(\n  a,\n  b,\n  c\n)"),
            ("(\n  a,\n  b\n)", "zab", "(\n  z,\n  a,\n  b\n)"),
            ("(\n  a,\n  b,\n)", "acb", "(\n  a,\n  c,\n  b,\n)"),
            ("(\n  a,\n  b\n)", "a", "(\n  a\n)"),
            ("(\n  a,\n  b\n)", "b", "(\n  b\n)"),
            ("(\r\n\ta\r\n)", "ab", "(\r\n\ta,\r\n\tb\r\n)"),
            ("(a,\n b)", "abc", "(a,\n b,\n c)"),
            ("(\n a, b,\n c, d)", "abcde", "(\n a, b,\n c, d, e)"),
            ("(\n a, b)", "b", "(\n b)"),
        ] {
            assert_eq!(with(before, wanted), after, "{before:?} to {wanted}");
        }
    }

    #[test]
    fn comments_stay_with_their_elements() {
        for (before, wanted, after) in [
            (
                "(\n  a, -- ONE, TWO\n  b -- LAST\n)",
                "abc",
                "(\n  a, -- ONE, TWO\n  b, -- LAST\n  c\n)",
            ),
            ("(\n  a, -- ONE\n  b -- LAST\n)", "b", "(\n  b -- LAST\n)"),
            ("(\n  a, -- ONE\n  b -- LAST\n)", "a", "(\n  a -- ONE\n)"),
            (
                "(\n  -- OF A\n  a,\n  -- OF B\n  b\n)",
                "a",
                "(\n  -- OF A\n  a\n)",
            ),
            (
                "(\n  -- OF A\n  a,\n  -- OF B\n  b\n)",
                "zab",
                "(\n  z,\n  -- OF A\n  a,\n  -- OF B\n  b\n)",
            ),
            ("(a /* X */, b)", "abc", "(a /* X */, b, c)"),
            ("(a, /* X */ b)", "abc", "(a, /* X */ b, c)"),
            ("(a -- X\r\n)", "ab", "(a, -- X\r\n b\r\n)"),
            ("(a, b -- X\n)", "abc", "(a, b, -- X\n c\n)"),
            ("(a, -- X\n b)", "a", "(a -- X\n)"),
        ] {
            assert_eq!(with(before, wanted), after, "{before:?} to {wanted}");
        }
    }

    #[test]
    fn leading_commas_lead() {
        for (before, wanted, after) in [
            ("(\n    a\n  , b\n)", "abc", "(\n    a\n  , b\n  , c\n)"),
            ("(\n    a\n  , b\n)", "zab", "(\n    z\n  , a\n  , b\n)"),
            ("(\n    a -- A\n  , b -- B\n)", "b", "(\n    b -- B\n)"),
            ("(\n    a\n  , b -- B\n)", "a", "(\n    a\n)"),
            (
                "(\n    a\n  , b -- B\n)",
                "abc",
                "(\n    a\n  , b -- B\n  , c\n)",
            ),
            (
                "(\n    a\n  , b -- B\n  ,\n)",
                "abc",
                "(\n    a\n  , b -- B\n  , c\n  ,\n)",
            ),
            ("(a\n  ,\n  b)", "cd", "(c,\n  d)"),
            (
                "(\n    a -- A\n  , b\n)",
                "acb",
                "(\n    a -- A\n  , c\n  , b\n)",
            ),
        ] {
            assert_eq!(with(before, wanted), after, "{before:?} to {wanted}");
        }
    }

    #[test]
    fn what_is_no_list_is_refused() {
        let list = WrittenList {
            inside: Span::new(1, 6),
            elements: vec![Span::new(1, 2), Span::new(5, 6)],
        };
        let both = [Entry::Kept(1)];
        assert!(rewrite("(a + b)", &list, &both, SQL).is_err());
        assert!(rewrite("(a, ,b)", &list, &both, SQL).is_err());
        assert!(rewrite("(a ,  b)", &list, &[], SQL).is_err());
    }
}
