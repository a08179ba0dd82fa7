//! What becomes of what AWS prints: golden files of manifests and reports, and what is said of what is no answer.
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on must stop")]

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use sluice_api::{ApplicationSpec, AwsBindingSpec, DeploymentConfigSpec, DeploymentGroupSpec};
use sluice_cli::import::counterpart::{CODE_DEPLOY, Counterpart, NATIVE, SERVICE};
use sluice_cli::import::problem::Problems;
use sluice_cli::import::source::Source;
use sluice_cli::import::{From, Imported, import};

const FIXTURES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/import");

fn sources(folder: &Path) -> Vec<Source> {
    let mut paths: Vec<PathBuf> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let read = |path: PathBuf| {
        if path.is_dir() {
            return sources(&path);
        }
        let name = path.strip_prefix(FIXTURES).unwrap().display().to_string();
        let folder = Path::new(&name).parent().unwrap().display().to_string();
        vec![Source { name, folder, text: fs::read_to_string(path).unwrap(), is_named: false }]
    };
    paths.into_iter().flat_map(read).collect()
}

fn imported(from: From, folder: &str) -> Imported {
    import(from, &sources(&Path::new(FIXTURES).join(folder)), "shop", "manifests").unwrap()
}

/// Manifests and report, as a person reads them.
fn shown(imported: &Imported) -> String {
    let manifests: Vec<String> =
        imported.manifests.iter().map(|one| format!("--- {}\n{}", one.file, one.yaml())).collect();
    format!("{}--- report.md\n{}", manifests.concat(), imported.report)
}

/// Every field of a manifest is one that the kind has, and its value is taken.
fn assert_known(yaml: &str) {
    let object: Value = serde_saphyr::from_str(yaml).unwrap();
    let spec = object["spec"].clone();
    let read = match object["kind"].as_str().unwrap() {
        "Application" => serde_json::from_value::<ApplicationSpec>(spec.clone()).and_then(serde_json::to_value),
        "DeploymentGroup" => serde_json::from_value::<DeploymentGroupSpec>(spec.clone()).and_then(serde_json::to_value),
        "DeploymentConfig" => {
            serde_json::from_value::<DeploymentConfigSpec>(spec.clone()).and_then(serde_json::to_value)
        }
        "AwsBinding" => serde_json::from_value::<AwsBindingSpec>(spec.clone()).and_then(serde_json::to_value),
        other => panic!("no kind {other}"),
    };
    let read = read.unwrap_or_else(|error| panic!("{error}: {yaml}"));
    assert_has(&read, &spec, yaml);
}

/// Whether what was read has all keys that were written: one that is not known is passed over.
fn assert_has(read: &Value, written: &Value, yaml: &str) {
    match written {
        Value::Object(fields) => fields.iter().for_each(|(key, value)| match read.get(key) {
            Some(inner) => assert_has(inner, value, yaml),
            // What is as by default is left out.
            None => assert_eq!(value, &json!("Full"), "{key} is not known: {yaml}"),
        }),
        Value::Array(items) => items.iter().enumerate().for_each(|(index, item)| assert_has(&read[index], item, yaml)),
        _ => {}
    }
}

const CASES: &[(From, &str)] = &[
    (From::CodeDeploy, "codedeploy/checkout"),
    (From::CodeDeploy, "codedeploy/search"),
    (From::CodeDeploy, "codedeploy/ledger"),
    (From::CodeDeploy, "codedeploy/portal"),
    (From::CodeDeploy, "codedeploy/feed"),
    (From::CodeDeploy, "codedeploy/mail"),
    (From::CodeDeploy, "network/stream"),
    (From::CodeDeploy, "alone/group"),
    (From::Ecs, "ecs/cart"),
    (From::Ecs, "ecs/quote"),
    (From::Ecs, "ecs/stock"),
    (From::Ecs, "ecs/images"),
    (From::Ecs, "ecs/worker"),
    (From::Ecs, "ecs/legacy"),
    (From::Ecs, "ecs-alone/single"),
];

#[test]
fn each_shape_of_codedeploy_and_of_ecs_becomes_manifests_and_a_report() {
    for (from, folder) in CASES {
        let imported = imported(*from, folder);
        if imported.unknown == 0 {
            imported.manifests.iter().for_each(|manifest| assert_known(&manifest.yaml()));
        }
        insta::assert_snapshot!(folder.replace('/', "-"), shown(&imported));
    }
}

#[test]
fn several_applications_are_imported_at_once_and_nothing_has_the_name_of_another() {
    for (from, folder, groups) in [(From::CodeDeploy, "codedeploy", 7), (From::Ecs, "ecs", 6)] {
        let imported = imported(from, folder);
        let mut files: Vec<&str> = imported.manifests.iter().map(|manifest| manifest.file.as_str()).collect();
        assert_eq!(files.iter().filter(|file| file.starts_with("deploymentgroup-")).count(), groups, "{files:?}");
        files.sort_unstable();
        let all = files.len();
        files.dedup();
        assert_eq!(files.len(), all);
    }
}

/// The fixture of the common case, with some of its files changed or taken away.
fn changed(changes: &[(&str, Option<String>)]) -> Vec<Source> {
    let mut files = sources(&Path::new(FIXTURES).join("codedeploy/checkout"));
    for (name, text) in changes {
        let name = format!("codedeploy/checkout/{name}");
        files.retain(|file| file.name != name);
        let folder = "codedeploy/checkout".to_owned();
        files.extend(text.clone().map(|text| Source { name, folder, text, is_named: false }));
    }
    files
}

fn text(file: &str) -> String {
    fs::read_to_string(Path::new(FIXTURES).join("codedeploy/checkout").join(file)).unwrap()
}

fn told(result: Result<Imported, Problems>) -> String {
    result.map(|imported| shown(&imported)).map_err(|problems| problems.to_string()).unwrap_err()
}

/// A file, what is in it instead, and the words that are said of it.
type Fault = (&'static str, String, &'static [&'static str]);

fn faults_of_code_deploy() -> Vec<Fault> {
    let group = text("group.json");
    let elsewhere = |from: &str, to: &str| text("rules.json").replace(from, to);
    let cut = group[..group.len() / 2].to_owned();
    let error = "\nAn error occurred (ApplicationDoesNotExistException) when calling the GetApplication operation: No application found\n";
    vec![
        ("group.json", cut, &["group.json", "ends in the midst of an answer", "line", "print it again, whole"]),
        ("group.json", String::new(), &["group.json: is empty", "run it again"]),
        (
            "application.json",
            error.to_owned(),
            &["application.json", "ApplicationDoesNotExistException", "run the command again"],
        ),
        (
            "rules.json",
            elsewhere("eu-west-1", "us-east-1"),
            &["rules.json", "RuleArn", "region us-east-1", "region eu-west-1", "by itself"],
        ),
        (
            "rules.json",
            elsewhere("123456789012", "210987654321"),
            &["rules.json", "account 210987654321", "account 123456789012"],
        ),
        (
            "rules.json",
            elsewhere("checkout-a", "other-a"),
            &["group.json", "prodTrafficRoute", "checkout-a or checkout-b", "describe-rules"],
        ),
        (
            "application.json",
            text("application.json").replace("\"ECS\"", "\"Lambda\""),
            &["application.computePlatform", "Checkout_Web", "Lambda", "take it out"],
        ),
        (
            "group.json",
            group.replace("\"computePlatform\": \"ECS\"", "\"computePlatform\": \"Server\""),
            &["deploymentGroupInfo.computePlatform", "Prod (EU)", "Server"],
        ),
        ("group.json", group.replace("BLUE_GREEN", "IN_PLACE"), &["deploymentStyle.deploymentType", "IN_PLACE"]),
        (
            "group.json",
            group.replace("ECSCanary10Percent5Minutes", "OneAtATime"),
            &["deploymentConfigName", "CodeDeployDefault.OneAtATime is none for ECS", "ECSAllAtOnce"],
        ),
        (
            "group.json",
            group.replace("\"terminationWaitTimeInMinutes\": 5", "\"terminationWaitTimeInMinutes\": \"soon\""),
            &[
                "group.json",
                "deploymentGroupInfo.blueGreenDeploymentConfiguration.terminateBlueInstancesOnDeploymentSuccess.terminationWaitTimeInMinutes",
                "soon",
            ],
        ),
        ("group.json", group.replace("checkout-b", "checkout-a"), &["targetGroups", "checkout-a", "twice"]),
    ]
}

fn faults_of_services_and_app_specs() -> Vec<Fault> {
    let group = text("group.json");
    let services = text("services.json");
    let lambda = "version: 0.0\nResources:\n  - f:\n      Type: AWS::Lambda::Function\n      Properties: {Name: f}\n";
    vec![
        ("appspec.yaml", lambda.to_owned(), &["appspec.yaml", "line 4", "AWS::Lambda::Function"]),
        ("appspec.yaml", "version: 0.0\nos: linux\nfiles: []\n".to_owned(), &["appspec.yaml: os", "EC2"]),
        (
            "services.json",
            json!({"services": [], "failures": [{"arn": "arn:x", "reason": "MISSING"}]}).to_string(),
            &["services.json: failures[0]", "MISSING arn:x"],
        ),
        (
            "services.json",
            services.replace("\"REPLICA\"", "\"DAEMON\""),
            &["services[].schedulingStrategy", "Checkout_Web", "DAEMON"],
        ),
        (
            "services.json",
            services.replace("\"CODE_DEPLOY\"", "\"ECS\""),
            &["deploymentController.type", "has the controller ECS"],
        ),
        (
            "services.json",
            services.replace("\"status\": \"ACTIVE\"", "\"status\": \"INACTIVE\""),
            &["services[].status", "INACTIVE"],
        ),
        ("services.json", "SERVICES\t2024-05-06\tarn:aws:ecs\n".to_owned(), &["services.json", "--output json"]),
        (
            "services.json",
            "---------\n|  DescribeServices  |\n".to_owned(),
            &["services.json: is a table", "--output json"],
        ),
        ("services.yaml", "services:\n- serviceArn: [\n".to_owned(), &["services.yaml: is not YAML"]),
        (
            "other.json",
            group.replace("\"terminationWaitTimeInMinutes\": 5", "\"terminationWaitTimeInMinutes\": 6"),
            &["other.json", "group.json too, with other content"],
        ),
        ("appspec2.yaml", text("appspec.yaml"), &["appspec2.yaml", "could be the AppSpec of group Prod (EU) too"]),
    ]
}

#[test]
fn what_is_no_answer_is_told_with_file_field_value_and_remedy_and_nothing_is_made_of_the_rest() {
    for (file, text, words) in faults_of_code_deploy().into_iter().chain(faults_of_services_and_app_specs()) {
        let told = told(import(From::CodeDeploy, &changed(&[(file, Some(text))]), "shop", "manifests"));
        for word in words {
            assert!(told.contains(word), "{word:?} is not in: {told}");
        }
    }
    let nothing = told(import(From::CodeDeploy, &[], "shop", "manifests"));
    assert!(nothing.contains("there is no file"), "{nothing}");
    let alone = told(import(From::CodeDeploy, &changed(&[("group.json", None)]), "shop", "manifests"));
    assert!(
        alone.contains("application Checkout_Web is here without a group") && alone.contains("list-deployment-groups"),
        "{alone}"
    );
    let native = told(import(From::CodeDeploy, &sources(&Path::new(FIXTURES).join("ecs/cart")), "shop", "manifests"));
    assert!(native.contains("kubectl sluice import ecs"), "{native}");
    let other = told(import(From::Ecs, &changed(&[]), "shop", "manifests"));
    assert!(other.contains("kubectl sluice import codedeploy"), "{other}");
}

#[test]
fn a_file_of_something_else_is_passed_over_in_a_folder_and_refused_where_it_is_named() {
    let mut files = changed(&[
        ("package.json", Some(json!({"name": "shop"}).to_string())),
        ("group.yaml", Some("apiVersion: sluice.dev/v1alpha1\nkind: DeploymentGroup\n".to_owned())),
        ("names.json", Some(json!(["a"]).to_string())),
    ]);
    let report = import(From::CodeDeploy, &files, "shop", "manifests").unwrap().report;
    for line in [
        "package.json: passed over: an object with name",
        "group.yaml: passed over: a manifest of Kubernetes",
        "names.json: passed over: ",
        "README.txt: passed over",
    ] {
        assert!(report.contains(line), "{line}: {report}");
    }
    for file in &mut files {
        file.is_named = true;
    }
    let told = told(import(From::CodeDeploy, &files, "shop", "manifests"));
    assert!(told.contains("package.json: an object with name: no answer that is read here"), "{told}");
}

#[test]
fn whatever_is_handed_in_there_is_an_answer() {
    // Every file cut at some places, and with some bytes taken away.
    for file in ["application.json", "group.json", "appspec.yaml", "services.json", "listeners.json", "rules.json"] {
        let whole = text(file);
        for part in 0..20 {
            let at = whole.len() * part / 20;
            let at = whole.ceil_char_boundary(at);
            for text in [whole[..at].to_owned(), format!("{}{}", &whole[..at], whole.get(at + 7..).unwrap_or_default())]
            {
                let _ = import(From::CodeDeploy, &changed(&[(file, Some(text))]), "shop", "manifests");
            }
        }
    }
}

/// The tables of the page, as they are in the code.
fn tables(rows: &[&Counterpart]) -> String {
    let cell = |text: &str| text.replace('|', "\\|");
    let field = |text: &str| if text.contains(' ') { cell(text) } else { format!("`{text}`") };
    let row = |row: &&Counterpart| format!("| {} | {} | {} |\n", field(row.field), cell(row.here), cell(row.remedy));
    let rows: String = rows.iter().map(row).collect();
    format!("| AWS | here | what to do |\n|---|---|---|\n{rows}")
}

#[test]
fn the_page_has_every_counterpart_that_a_report_tells_of() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/import.md");
    let mut page = fs::read_to_string(path).unwrap();
    for (name, rows) in [("CodeDeploy", CODE_DEPLOY), ("the service", SERVICE), ("ECS", NATIVE)] {
        let (begin, end) = (
            format!("<!-- The table of {name} is made by operator/cli/tests/import.rs. -->\n\n"),
            "\n<!-- End of the table. -->",
        );
        let from = page.find(&begin).unwrap() + begin.len();
        let to = from + page[from..].find(end).unwrap();
        let made = tables(rows);
        if std::env::var_os("UPDATE_GOLDEN").is_some() {
            page.replace_range(from..to, &made);
            fs::write(path, &page).unwrap();
        }
        assert_eq!(&page[from..from + made.len()], made, "UPDATE_GOLDEN=1 writes it");
    }
}
