//! Where the traffic goes: what is asked for, and what the load balancer answers.

use sluice_api::{ConditionType, Deployment, DeploymentStatus, RouteWeights, Share, Traffic};
use sluice_plan::names::short;

use super::sections::{LABEL, Section, row};
use super::seen::Frame;
use super::text::{Line, Tone};
use super::time::age;
use super::words::Mark;

/// Cells of a bar in a narrow picture, and in a wide one.
const BARS: [usize; 2] = [22, 60];

/// From so many cells on a picture has room.
pub const ROOMY: usize = 120;

/// The bars of both, and each route where there is something to tell of it.
#[must_use]
pub fn section(deployment: &Deployment, frame: &Frame) -> Section {
    let shown = deployment.status.as_ref().and_then(|status| Some((status, status.traffic.as_ref()?)));
    let Some((status, traffic)) = shown else { return Section::default() };
    let cells = BARS[usize::from(frame.width >= ROOMY)];
    let mut lines = vec![
        bar("Traffic", "desired", traffic.desired, cells),
        bar("", "observed", traffic.observed, cells).and(Tone::Plain, "  ").then(verified(status, traffic, frame)),
    ];
    let differ = traffic.routes.iter().any(|route| route.weights != traffic.routes[0].weights || route.others > 0);
    if frame.wide || differ {
        let routes =
            traffic.routes.iter().map(|route| (route, "")).chain(traffic.test_route.iter().map(|one| (one, " (test)")));
        lines.extend(routes.map(|(route, kind)| route_line(route, kind)));
    }
    lines.extend(out_of_sync(status, frame));
    Section::of(0, lines)
}

fn bar(label: &str, what: &str, share: Share, cells: usize) -> Line {
    let tenths = usize::from(share.tenths());
    // What is more than nothing is seen, on either side.
    let own = ((cells * tenths + 500) / 1000).clamp(usize::from(tenths > 0), cells - usize::from(tenths < 1000));
    Line::of(Tone::Faint, label)
        .padded(LABEL)
        .and(Tone::Plain, format!("{what:<10}"))
        .and(Tone::Replacement, "▒".repeat(own))
        .and(Tone::Original, "█".repeat(cells - own))
        .and(Tone::Strong, format!(" {share:>4}%"))
}

fn verified(status: &DeploymentStatus, traffic: &Traffic, frame: &Frame) -> Line {
    let Some(at) = traffic.verified_at.filter(|_| traffic.desired == traffic.observed) else {
        return Mark::Active.with("not verified");
    };
    let on = match traffic.routes.len() {
        0 | 1 => String::new(),
        count => format!(" on {count} routes"),
    };
    let at = status.completed_at.map_or_else(|| format!(" {} ago", age(at, frame.now)), |_| String::new());
    Mark::Good.with(format!("verified{at}{on}"))
}

fn route_line(route: &RouteWeights, kind: &str) -> Line {
    let weights: Vec<String> = route.weights.iter().map(ToString::to_string).collect();
    let weights = if weights.is_empty() { "not to both target groups".to_owned() } else { weights.join(" : ") };
    let others = if route.others > 0 { format!(", {} to others", route.others) } else { String::new() };
    let text = format!("{}{kind}  {weights}{others}", short(&route.route));
    Line::empty().padded(LABEL).and(Tone::Faint, text)
}

fn out_of_sync(status: &DeploymentStatus, frame: &Frame) -> Vec<Line> {
    let name = ConditionType::TrafficInSync.to_string();
    let found = status.conditions.iter().find(|one| one.type_ == name && one.status == "False");
    let told = found.filter(|one| status.completed_at.is_none() && one.message != status.message);
    told.map(|one| row("", &Line::of(Tone::Bad, format!("✖ {}", one.message)), frame.width, 3)).unwrap_or_default()
}
