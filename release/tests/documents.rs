//! Manual pages and completions are those of the programs.

use std::collections::BTreeSet;

use clap::CommandFactory;

#[test]
fn every_verb_has_its_page_and_every_shell_its_completion() {
    let folder = std::env::temp_dir().join(format!("sluice-release-{}", std::process::id()));
    sluice_release::documents::write(&folder).unwrap();
    let names = |part: &str| -> BTreeSet<String> {
        let entries = std::fs::read_dir(folder.join(part)).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    };
    let (pages, completions) = (names("man"), names("completions"));
    for program in [sluice_operator::cli::Sluice::command(), sluice_cli::arguments::Plugin::command()] {
        let name = program.get_name();
        assert!(pages.contains(&format!("{name}.1")), "{pages:?}");
        for verb in program.get_subcommands().filter(|verb| !verb.is_hide_set()) {
            let page = format!("{name}-{}.1", verb.get_name());
            assert!(pages.contains(&page), "{page} is not among {pages:?}");
        }
        for file in [format!("{name}.bash"), format!("{name}.fish"), format!("_{name}")] {
            assert!(completions.contains(&file), "{file} is not among {completions:?}");
        }
    }
    std::fs::remove_dir_all(&folder).unwrap();
}
