//! Files that import each other, directly or round a corner.

use std::collections::BTreeSet;

use crate::layers::target;
use crate::modules::Source;

/// Every set of files each of which leads to each other one by imports, with one import of each.
#[must_use]
pub fn circles(sources: &[Source]) -> Vec<String> {
    let edges = edges(sources);
    let reached: Vec<BTreeSet<usize>> = (0..sources.len()).map(|from| reachable(from, &edges)).collect();
    let mut seen: BTreeSet<usize> = BTreeSet::new();
    let mut found = Vec::new();
    for start in 0..sources.len() {
        if seen.contains(&start) || !reached[start].contains(&start) {
            continue;
        }
        let members: BTreeSet<usize> =
            reached[start].iter().copied().filter(|other| reached[*other].contains(&start)).collect();
        seen.extend(&members);
        let shown: Vec<String> = members.iter().map(|member| shown(*member, &members, sources, &edges)).collect();
        found.push(format!("{} files import each other: {}", members.len(), shown.join(", ")));
    }
    found
}

/// For each file the files that it imports, and on which line.
fn edges(sources: &[Source]) -> Vec<Vec<(usize, usize)>> {
    let modules: BTreeSet<&[String]> = sources.iter().map(|source| source.module.as_slice()).collect();
    let number = |module: &[String]| sources.iter().position(|source| source.module == module);
    let of = |(own, source): (usize, &Source)| {
        let imports = source.imports.iter();
        let targets = imports.filter_map(|import| Some((number(target(&import.path, &modules))?, import.line)));
        targets.filter(|(other, _)| *other != own).collect()
    };
    sources.iter().enumerate().map(of).collect()
}

fn reachable(from: usize, edges: &[Vec<(usize, usize)>]) -> BTreeSet<usize> {
    let mut reached = BTreeSet::new();
    let mut open = vec![from];
    while let Some(next) = open.pop() {
        open.extend(edges[next].iter().map(|(other, _)| *other).filter(|other| reached.insert(*other)));
    }
    reached
}

/// A member and the first of its imports that stays in the circle.
fn shown(member: usize, members: &BTreeSet<usize>, sources: &[Source], edges: &[Vec<(usize, usize)>]) -> String {
    let inside = edges[member].iter().find(|(other, _)| members.contains(other));
    let (other, line) = inside.map_or((member, 1), |(other, line)| (*other, *line));
    format!("{}:{line} -> {}", sources[member].file, sources[other].file)
}

#[cfg(test)]
mod tests {
    use super::circles;
    use crate::modules::sources;

    #[test]
    fn a_circle_is_found_round_a_corner_and_a_line_is_none() {
        let found = |text_of_c: &str| {
            let files = [
                ("lib.rs", "mod a; mod b; mod c; mod d; pub use a::A;"),
                ("a.rs", "use crate::b::B;"),
                ("b.rs", "\nuse crate::c::C;\nuse crate::d::D;"),
                ("c.rs", text_of_c),
                ("d.rs", ""),
            ];
            circles(&sources(files.map(|(path, text)| (vec![path.to_owned()], text.to_owned())).to_vec()))
        };
        let expected =
            "3 files import each other: src/a.rs:1 -> src/b.rs, src/b.rs:2 -> src/c.rs, src/c.rs:1 -> src/a.rs";
        assert_eq!(found("use crate::a::A;"), [expected]);
        assert_eq!(found("use crate::d::D;"), Vec::<String>::new());
    }
}
