//! What the documentation says of the plugin is what the plugin says of itself.

use clap::{CommandFactory as _, Parser as _};
use sluice_pages::{Page, flags, fresh, root};

use crate::arguments::Plugin;

#[test]
fn the_reference_of_the_plugin_is_fresh() {
    let header = "# The plugin `kubectl sluice`\n\n<!-- Made from operator/cli/src/arguments.rs: UPDATE_DOCS=1 cargo test -p sluice-cli \
                  documentation -->\n\nWhat stands under the first heading every verb takes.\n\n";
    fresh("docs/reference/plugin.md", &(header.to_owned() + &flags(&Plugin::command()))).unwrap();
}

#[test]
fn every_command_of_the_plugin_that_a_page_tells_can_be_typed() {
    for page in Page::all(&root()).unwrap().iter().filter(|page| !page.is_record()) {
        for command in page.commands() {
            // The name alone is that of the plugin.
            let Some(rest) = command.after(&["kubectl", "sluice"]).filter(|rest| !rest.is_empty()) else { continue };
            // And that of a verb is told without what it takes.
            if rest.iter().try_fold(Plugin::command(), |above, word| above.find_subcommand(word).cloned()).is_some() {
                continue;
            }
            let typed = Plugin::try_parse_from(["kubectl-sluice"].into_iter().chain(rest.iter().map(String::as_str)));
            assert!(typed.is_ok(), "{}: {}: {}", command.place, command.words.join(" "), typed.unwrap_err());
        }
    }
}
