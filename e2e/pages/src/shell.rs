//! Just enough of a shell to tell the words of the commands that the pages have.

/// A command: its words, without assignments before it and redirections, and what a here-document gives it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Simple {
    /// Lines of the text before it.
    pub(crate) after: usize,
    /// Its words, with the quotes taken off. Variables stay as they are written.
    pub(crate) words: Vec<String>,
    /// The here-document.
    pub(crate) input: String,
}

/// The commands of a text, in their order.
pub(crate) fn commands(text: &str) -> Vec<Simple> {
    let mut found = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((after, first)) = lines.next() {
        let mut line = first.to_owned();
        while ends_open(&line) {
            let Some((_, next)) = lines.next() else { break };
            line = line.strip_suffix('\\').map_or_else(|| format!("{line}\n"), str::to_owned) + next;
        }
        let (line, inner) = without_substitutions(&line);
        found.extend(inner.iter().flat_map(|inner| of_line(inner, after)));
        let mut of_line = of_line(&line, after);
        if let Some((last, end)) = of_line.last_mut().and_then(|last| here_document(last).map(|end| (last, end))) {
            for (_, line) in lines.by_ref().take_while(|(_, line)| line.trim() != end) {
                last.input.push_str(line);
                last.input.push('\n');
            }
        }
        found.append(&mut of_line);
    }
    found.retain(|command| !command.words.is_empty());
    found
}

/// Whether a line goes on in the next one: a backslash at its end, or a quote that is open.
fn ends_open(line: &str) -> bool {
    let mut quote = None;
    for character in line.chars() {
        match (quote, character) {
            (None, '\'' | '"') => quote = Some(character),
            (None, '#') => return false,
            (Some(open), _) if open == character => quote = None,
            _ => {}
        }
    }
    quote.is_some() || line.ends_with('\\')
}

/// A line with `$` in place of each `$(...)`, and the commands that stood there.
fn without_substitutions(line: &str) -> (String, Vec<String>) {
    let (mut outer, mut inner) = (String::new(), Vec::new());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("$(") {
        let mut depth = 1;
        let end = after.find(|character| {
            depth += i32::from(character == '(') - i32::from(character == ')');
            depth == 0
        });
        let Some(end) = end else { break };
        outer.push_str(before);
        outer.push('$');
        inner.push(after.get(..end).unwrap_or_default().to_owned());
        rest = after.get(end + 1..).unwrap_or_default();
    }
    (outer + rest, inner)
}

/// Takes `<<END` out of the words, and returns `END`.
fn here_document(command: &mut Simple) -> Option<String> {
    let at = command.words.iter().position(|word| word.starts_with("<<"))?;
    Some(command.words.remove(at).trim_start_matches("<<").to_owned())
}

fn of_line(line: &str, after: usize) -> Vec<Simple> {
    let mut found = vec![Simple { after, ..Simple::default() }];
    let mut word: Option<String> = None;
    let mut quote = None;
    let mut characters = line.chars();
    while let Some(character) = characters.next() {
        match (quote, character) {
            (Some(open), _) if open == character => quote = None,
            (Some('"') | None, '\\') => word.get_or_insert_default().extend(characters.next()),
            (None, '\'' | '"') => {
                word.get_or_insert_default();
                quote = Some(character);
            }
            (None, '#') if word.is_none() => break,
            (None, ';' | '|' | '&') => {
                finish(&mut found, word.take());
                found.push(Simple { after, ..Simple::default() });
            }
            (None, _) if character.is_whitespace() => finish(&mut found, word.take()),
            _ => word.get_or_insert_default().push(character),
        }
    }
    finish(&mut found, word);
    for command in &mut found {
        command.words = without_redirections(std::mem::take(&mut command.words));
    }
    found
}

/// Words of the shell's own that stand before a command.
const KEYWORDS: &[&str] = &["do", "then", "else", "while", "until", "if", "!", "time"];

fn finish(found: &mut [Simple], word: Option<String>) {
    let (Some(command), Some(word)) = (found.last_mut(), word) else { return };
    let first = command.words.is_empty();
    let assignment = word.split_once('=').is_some_and(|(name, _)| {
        !name.is_empty() && name.chars().all(|one| one == '_' || one.is_ascii_uppercase() || one.is_ascii_digit())
    });
    if !(first && (assignment || KEYWORDS.contains(&word.as_str()))) {
        command.words.push(word);
    }
}

/// Words without `>file`, and without `>` and the file after it.
fn without_redirections(words: Vec<String>) -> Vec<String> {
    let mut names_a_file = false;
    let mut stays = |word: &String| {
        let is_file = std::mem::take(&mut names_a_file);
        let redirects = word.starts_with('>') || word.starts_with("2>");
        names_a_file = redirects && word.ends_with('>');
        !is_file && !redirects
    };
    words.into_iter().filter(|word| stays(word)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_split_into_commands_as_a_shell_does() {
        let text = "# first\nA=1 kubectl get sdg \\\n  -o 'a b'   # why\nfor x in a; do echo \"$x\" | tr a b; done\ncat <<'END'\nx: 1\nEND\nls\n";
        let told: Vec<String> =
            commands(text).iter().map(|one| format!("{} {} {:?}", one.after, one.words.join("·"), one.input)).collect();
        let should = [
            "1 kubectl·get·sdg·-o·a b \"\"",
            "3 for·x·in·a \"\"",
            "3 echo·$x \"\"",
            "3 tr·a·b \"\"",
            "3 done \"\"",
            "4 cat \"x: 1\\n\"",
            "7 ls \"\"",
        ];
        assert_eq!(told, should);
    }

    #[test]
    fn a_redirection_is_no_word_of_a_command_nor_is_its_file() {
        let told: Vec<String> =
            commands("a b > c.txt d\ne >f 2>/dev/null g >> h\n").iter().map(|one| one.words.join("·")).collect();
        assert_eq!(told, ["a·b·d", "e·g"]);
    }

    #[test]
    fn what_stands_in_a_substitution_is_a_command_too() {
        let told: Vec<String> =
            commands("a \"$(b -o '{?(@.x)}')\" c\nD=$(e f)\n").iter().map(|one| one.words.join("·")).collect();
        assert_eq!(told, ["b·-o·{?(@.x)}", "a·$·c", "e·f"]);
    }

    #[test]
    fn a_quote_that_is_open_goes_on_in_the_next_line() {
        let told = commands("kubectl patch x -p '{\"a\":\n 1}'\n");
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].words.last().map(String::as_str), Some("{\"a\":\n 1}"));
    }
}
