//! The layout of lefthook.yml: where lines are put in, so that what stands there stays as it is.

use serde_json::{Map, Value};

use super::Wanted;

/// As a scalar of YAML: plain, where nothing in it means anything there.
pub(super) fn scalar(command: &str) -> String {
    match command.contains([':', '#', '\'', '"', '\\', '{', '[', '&', '*']) {
        true => Value::from(command).to_string(),
        false => command.to_owned(),
    }
}

/// The text with the command in it, where its layout is a usual one.
pub(super) fn added(
    text: &str,
    before: &Map<String, Value>,
    name: &str,
    wanted: Wanted,
) -> Option<String> {
    let Wanted {
        hook: hook_name,
        command,
    } = wanted;
    let run = format!("run: {}", scalar(command));
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
    if let Some(last) = lines.last_mut().filter(|last| !last.ends_with('\n')) {
        last.push_str(end);
    }
    let Some(hook) = before.get(hook_name) else {
        if !lines.is_empty() {
            lines.push(end.to_owned());
        }
        let block = [
            format!("{hook_name}:{end}"),
            format!("  commands:{end}"),
            format!("    {name}:{end}"),
            format!("      {run}{end}"),
        ];
        lines.extend(block);
        return Some(lines.concat());
    };
    let top = lines
        .iter()
        .position(|line| key(line) == Some((0, hook_name)))?;
    let inner = indent_below(&lines, top)?;
    let child = |key_name: &str| {
        let block = lines.iter().enumerate().skip(top + 1);
        let mut block = block.take_while(|(_, line)| is_inside(line, 0));
        block.find_map(|(at, line)| (key(line) == Some((inner, key_name))).then_some(at))
    };
    let space = |width: usize| " ".repeat(width);
    if hook.get("jobs").is_some() {
        let jobs = child("jobs")?;
        let item = indent_below(&lines, jobs)?;
        // The last line of the list; an item may stand as far left as its key.
        let rest = lines.iter().enumerate().skip(jobs + 1);
        let mut rest = rest.take_while(|(_, line)| {
            is_inside(line, item.saturating_sub(1)) || (item == 0 && line.starts_with('-'))
        });
        let is_item = |line: &str| {
            let width = width(line);
            width > item || (width == item && line.trim_start().starts_with('-'))
        };
        let of_list = rest
            .by_ref()
            .filter(|(_, line)| is_item(line) && !line.trim().is_empty());
        let last = of_list.last().map(|(at, _)| at)?;
        lines.insert(last + 1, format!("{}- name: {name}{end}", space(item)));
        lines.insert(last + 2, format!("{}  {run}{end}", space(item)));
    } else if hook.get("commands").is_some() {
        let commands = child("commands")?;
        let width = indent_below(&lines, commands)?;
        lines.insert(commands + 1, format!("{}{name}:{end}", space(width)));
        lines.insert(commands + 2, format!("{}{run}{end}", space(width + inner)));
    } else {
        lines.insert(top + 1, format!("{}commands:{end}", space(inner)));
        lines.insert(top + 2, format!("{}{name}:{end}", space(2 * inner)));
        lines.insert(top + 3, format!("{}{run}{end}", space(3 * inner)));
    }
    Some(lines.concat())
}

/// The indentation and the name of a key behind which nothing stands but a comment.
fn key(line: &str) -> Option<(usize, &str)> {
    let (name, rest) = line.trim_start().split_once(':')?;
    let is_bare = rest.trim().is_empty() || rest.trim_start().starts_with('#');
    is_bare.then(|| (width(line), name.trim_matches(['"', '\''])))
}

fn width(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

fn is_inside(line: &str, outer: usize) -> bool {
    line.trim().is_empty() || line.trim_start().starts_with('#') || width(line) > outer
}

/// The indentation of what stands below a line.
fn indent_below(lines: &[String], above: usize) -> Option<usize> {
    let below = lines.iter().skip(above + 1);
    let mut below =
        below.filter(|line| !line.trim().is_empty() && !line.trim_start().starts_with('#'));
    below.next().map(|line| width(line))
}
