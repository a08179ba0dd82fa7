//! Prints how a crate's sources stand: `cargo run -p sluice-layers --example measure -- operator/plan/src`.

use std::path::Path;

fn main() -> std::io::Result<()> {
    for folder in std::env::args().skip(1) {
        let sources = sluice_layers::read(Path::new(&folder))?;
        let lines: usize = sources.iter().map(|source| source.lines).sum();
        let longest = sources.iter().max_by_key(|source| source.lines);
        let longest = longest.map_or_else(String::new, |source| format!("{} with {}", source.file, source.lines));
        println!("{folder}: {} files, {lines} lines, the longest {longest}", sources.len());
        for problem in sluice_layers::circles(&sources) {
            println!("  {problem}");
        }
        for problem in sluice_layers::children_that_import_their_parent(&sources) {
            println!("  {problem}");
        }
    }
    Ok(())
}
