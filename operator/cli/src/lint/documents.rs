//! From a file to the objects in it.

use crate::lint::yaml::{Kind, Node, Problem, read};

/// Most documents of a file.
const MOST: usize = 20_000;

/// Deepest list of lists of objects.
const DEEPEST: usize = 4;

/// The objects of a file, and what of it cannot be read.
#[derive(Debug, Default)]
pub struct Documents {
    /// Every object, those of lists one by one.
    pub objects: Vec<Node>,
    /// What cannot be read.
    pub problems: Vec<Problem>,
}

impl Documents {
    /// A file of which nothing can be read.
    #[must_use]
    pub fn unreadable(problem: Problem) -> Self {
        Self { objects: Vec::new(), problems: vec![problem] }
    }
}

/// Reads a file: documents divided by lines of `---`, each on its own, so that one that is broken hides no other.
#[must_use]
pub fn documents(text: &str) -> Documents {
    let mut found = Documents::default();
    let mut values = 0;
    for (index, (first, part)) in parts(text).into_iter().enumerate() {
        if index == MOST {
            found.problems.push(Problem {
                line: first,
                message: format!("begins document {}: at most {MOST} are read", MOST + 1),
            });
            break;
        }
        match read(part, first, &mut values) {
            Ok(None) => {}
            Ok(Some(node)) => expand(node, 0, &mut found.objects),
            Err(problem) => found.problems.push(told(problem, text)),
        }
    }
    found
}

/// The texts between lines that begin with `---`, as kubectl divides them, and the lines in which they begin.
fn parts(text: &str) -> Vec<(usize, &str)> {
    let mut parts = Vec::new();
    let (mut begin, mut first, mut place) = (0, 1, 0);
    for (line, content) in (1..).zip(text.split_inclusive('\n')) {
        let divides =
            content.strip_prefix("---").is_some_and(|rest| rest.is_empty() || rest.starts_with(char::is_whitespace));
        if divides && place > begin {
            parts.push((first, &text[begin..place]));
            (begin, first) = (place, line);
        }
        place += content.len();
    }
    parts.push((first, &text[begin..]));
    parts
}

/// Kinds whose name ends with List and that have items are lists of objects, `kind: List` too.
fn expand(node: Node, depth: usize, objects: &mut Vec<Node>) {
    let is_list = node.text("kind").is_some_and(|kind| kind.ends_with("List")) && depth < DEEPEST;
    let Kind::Map(fields) = node.kind else {
        objects.push(node);
        return;
    };
    let is_items = |key: &str, value: &Node| is_list && key == "items" && matches!(value.kind, Kind::List(_));
    let place = fields.iter().position(|(key, value)| is_items(&key.name, value));
    let mut fields = fields;
    match place.map(|place| fields.swap_remove(place).1.kind) {
        Some(Kind::List(items)) => items.into_iter().for_each(|item| expand(item, depth + 1, objects)),
        _ => objects.push(Node { line: node.line, kind: Kind::Map(fields) }),
    }
}

/// What is likely to be the matter, where the parser only says where it stumbled.
fn told(problem: Problem, text: &str) -> Problem {
    if !["is not YAML", "has a key that is no word"].iter().any(|words| problem.message.starts_with(words)) {
        return problem;
    }
    let line = problem.line;
    let near = |wanted: &dyn Fn(&str) -> bool| {
        (1_usize..).zip(text.lines()).find(|(at, content)| at.abs_diff(line) <= 1 && wanted(content)).map(|(at, _)| at)
    };
    if let Some(at) = near(&|content| content.contains("{{")) {
        return Problem::at(
            at,
            "is a template and no manifest: check what it comes to, helm template ... | kubectl sluice lint -",
        );
    }
    if let Some(at) = near(&|content| content.trim_start_matches(' ').starts_with('\t')) {
        return Problem::at(at, "is indented by a tab, which YAML does not allow: indent by spaces");
    }
    problem
}
