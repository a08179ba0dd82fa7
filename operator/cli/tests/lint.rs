//! What lint tells of files.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use clap::Parser;
use sluice_cli::arguments::Plugin;
use sluice_cli::lint::{File, Report, Severity, check, checked, plans, plans_text, report_text};

fn file(name: &str, text: impl Into<Vec<u8>>) -> File {
    File { name: name.to_owned(), bytes: text.into() }
}

fn told(text: impl Into<Vec<u8>>) -> String {
    report_text(&check(&[file("-", text)]))
}

/// A file of `tests/lint`.
fn read(name: &str) -> File {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/lint").join(name);
    // One that is not there is empty, and then its findings are missed.
    file(name, fs::read(path).unwrap_or_default())
}

#[test]
fn findings_are_told_with_their_lines_and_what_may_be_meant() {
    let files = ["wrong.yaml", "beside.yaml", "list.json", "unreadable.yaml", "template.yaml"].map(read);
    insta::assert_snapshot!(report_text(&check(&files)));
}

#[test]
fn the_examples_are_without_errors_and_tell_nothing_but_what_is_elsewhere() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/examples");
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).filter(|path| path.is_file());
    let files: Vec<File> = paths.map(|path| file(&path.to_string_lossy(), fs::read(&path).unwrap())).collect();
    let report = check(&files);
    assert!(report.checked >= 3, "{report:#?}");
    assert_eq!(report.errors(), 0, "{}", report_text(&report));
    assert!(report.findings.iter().all(|finding| finding.severity == Severity::Note), "{}", report_text(&report));
}

#[test]
#[expect(clippy::format_collect, reason = "texts that are made once")]
fn what_is_no_manifest_is_told_as_such_in_bounded_time() {
    let group = "apiVersion: sluice.dev/v1alpha1\nkind: DeploymentGroup\nmetadata: {name: prod}\nspec:\n";
    let bomb: String = std::iter::once("a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n".to_owned())
        .chain(
            (1..12).map(|level| format!("a{level}: &a{level} [{}]\n", vec![format!("*a{}", level - 1); 10].join(", "))),
        )
        .collect();
    let merges: String = (0..10_000).map(|number| format!("{{k{number}: 1}}, ")).collect();
    let unknown: String = (0..3_000).map(|number| format!("  hook{number}: x\n")).collect();
    let regular = format!(
        "apiVersion: sluice.dev/v1alpha1\nkind: Deployment\nmetadata: {{name: a}}\nspec: {{revision: {{taskDefinition: shop}}, groupRef: {}!}}",
        "a.".repeat(30)
    );
    let table: Vec<(&str, Vec<u8>, &str)> = vec![
        ("an alias bomb", bomb.into(), "comes to more than 300000 values"),
        ("many merges", format!("<<: [{merges}]").into(), "0 objects checked, 1 of other kinds"),
        (
            "many unknown fields",
            format!("{group}{unknown}").into(),
            "unknown field \"spec.hook0\", did you mean hooks?",
        ),
        ("50 MB", vec![b'x'; 50 * 1024 * 1024], "-:1: has 52428800 bytes: at most 16777216 are read"),
        ("deep flow", "[".repeat(200_000).into(), "is not YAML"),
        ("deep JSON", format!("{group}  bake: {}", "{\"x\":".repeat(150)).into(), "-:5: is deeper than 100 levels"),
        ("deep block", (0..300).map(|depth| format!("{}x:\n", " ".repeat(depth))).collect::<String>().into(), "deep"),
        ("many documents", "---\n".repeat(100_000).into(), "at most 20000 are read"),
        ("a long text", format!("{group}  bake: {}", "9".repeat(1024 * 1024)).into(), "Too long"),
        ("an alias of itself", "a: &a [*a]".into(), "is an alias of what it is a part of"),
        ("an alias of nothing", "a: *b".into(), "is not YAML"),
        ("NUL", "a: b\nc: \0".into(), "-:2: has a NUL in it"),
        ("no UTF-8", b"a: b\nc: \xff\xfe".to_vec(), "-:2: is not UTF-8: the byte 0xff begins no character"),
        ("UTF-16", b"\xff\xfea\0".to_vec(), "-:1: is UTF-16: save it as UTF-8"),
        (
            "a key twice",
            format!("{group}  bake: 1m\n  bake: 2m").into(),
            "-:6: has bake a second time: it is in line 5",
        ),
        ("a tab", format!("{group}\tbake: 1m").into(), "-:5: is indented by a tab"),
        ("a template", format!("{group}  bake: {{{{ .Values.bake }}}}").into(), "-:5: is a template and no manifest"),
        ("words", "just words".into(), "0 objects checked, 1 of other kinds passed over"),
        ("nothing", "".into(), "0 objects checked, no errors"),
        ("a key that is a list", "[a, b]: c".into(), "has a key that is no word"),
        ("a key that is nothing", "~: c".into(), "has a key that is nothing"),
        ("no kind", "apiVersion: sluice.dev/v1alpha1".into(), "/?: kind: Unsupported value: \"\": supported values:"),
        ("a regular expression", regular.into(), "write the name of an object"),
    ];
    for (name, text, expected) in table {
        let began = Instant::now();
        let told = told(text);
        assert!(told.contains(expected), "{name}: {expected:?} is not in {}", &told[..told.len().min(2000)]);
        assert!(began.elapsed() < Duration::from_secs(20), "{name} took {:?}", began.elapsed());
    }
}

#[test]
fn line_endings_marks_and_forms_change_nothing() {
    let yaml = "apiVersion: sluice.dev/v1alpha1\nkind: Deployment\nmetadata: {name: a}\nspec:\n  groupRef: prod\n  revision: {taskDefinition: shop:0}\n";
    let json = r#"{"apiVersion": "sluice.dev/v1alpha1", "kind": "Deployment", "metadata": {"name": "a"},
"spec": {"groupRef": "prod",

"revision": {"taskDefinition": "shop:0"}}}"#;
    let tabs = json.replace(", ", ",\n\t\t");
    let anchored = "x: &r {taskDefinition: shop:0}\napiVersion: v1\nkind: List\nitems:\n- apiVersion: sluice.dev/v1alpha1\n  kind: Deployment\n  metadata: {name: a}\n  spec: {groupRef: prod, revision: *r}\n";
    let words = "name a registered revision by its number, such as shop:42";
    let forms = [
        yaml.to_owned(),
        format!("\u{feff}{yaml}"),
        yaml.replace('\n', "\r\n"),
        json.to_owned(),
        tabs,
        anchored.to_owned(),
    ];
    for form in forms {
        let told = told(form.clone());
        assert!(told.contains(words) && told.contains("1 object checked"), "{form}\n{told}");
    }
    let line = |text: &str| check(&[file("-", text)]).findings.iter().map(|finding| finding.line).collect::<Vec<_>>();
    assert_eq!(line(yaml), line(&yaml.replace('\n', "\r\n")));
}

#[test]
fn what_is_found_is_told_as_json_too() {
    let report: Report = check(&[read("list.json")]);
    let told = serde_json::to_value(&report).unwrap();
    assert_eq!(told["checked"], 2);
    assert_eq!(told["passedOver"], 1);
    assert!(told["findings"][0]["severity"].is_string() && told["findings"][0]["line"].is_number(), "{told:#}");
}

#[test]
fn a_plan_shows_what_the_planner_would_do() {
    let (report, known) = checked(&[read("plan.yaml")]);
    assert_eq!(report.errors(), 0, "{}", report_text(&report));
    insta::assert_snapshot!(plans_text(&plans(&known, None)));
}

/// What the page shows is what is planned for the examples.
#[test]
fn the_page_shows_the_plan_of_the_examples() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let files = ["application.yaml", "group.yaml"].map(|name| {
        let name = format!("docs/examples/{name}");
        file(&name, fs::read(root.join(&name)).unwrap())
    });
    let plan = plans_text(&plans(&checked(&files).1, None));
    let path = root.join("docs/kubectl-plugin.md");
    let page = fs::read_to_string(&path).unwrap();
    let (before, rest) = page.split_once("lint.rs -->\n").unwrap();
    let (shown, after) = rest.split_once("<!-- /plan -->").unwrap();
    let expected = format!("```text\n{plan}```\n");
    if std::env::var_os("UPDATE_DOCS").is_some() {
        fs::write(&path, format!("{before}lint.rs -->\n{expected}<!-- /plan -->{after}")).unwrap();
        return;
    }
    assert_eq!(shown, expected, "run the tests with UPDATE_DOCS=1");
}

#[test]
fn what_is_planned_is_named_as_a_task_definition_is() {
    let account = "arn:aws:ecs:eu-west-1:123456789012:task-definition/shop";
    let table = [
        ("shop:42", true),
        ("shop", true),
        (&format!("{account}:42"), true),
        (account, false),
        ("", false),
        ("shop:0", false),
        ("shop:42; rm -rf /", false),
        ("shop:42\u{1b}[2J", false),
    ];
    for (revision, is_taken) in table {
        let typed = ["kubectl-sluice", "lint", "--plan", "--revision", revision, "group.yaml"];
        assert_eq!(Plugin::try_parse_from(typed).is_ok(), is_taken, "{revision:?}");
    }
}
