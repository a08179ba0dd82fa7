//! Where the traffic goes: the bar, and a row for each target group.

use sluice_api::{DeploymentStatus, Share, TaskSetStatus};

use crate::snapshot::Snapshot;
use crate::text::{Line, Tone, grouped, last_part};

/// Cells of the longest bar.
const LONGEST_BAR: usize = 60;

/// One side of a Deployment.
struct Side {
    tone: Tone,
    fill: &'static str,
    role: &'static str,
    revision: String,
    group: String,
    share: Share,
    targets: String,
    tasks: String,
    requests: u64,
}

/// The bar, the rows, and the sum.
pub fn lines(seen: &Snapshot, width: usize) -> Vec<Line> {
    let sides = seen.status().map(|status| both(seen, status)).unwrap_or_default();
    let mut lines = vec![bar(&sides, width.saturating_sub(11).min(LONGEST_BAR))];
    let widest = |text: fn(&Side) -> &str| sides.iter().map(|side| text(side).chars().count()).max().unwrap_or(0);
    let (revision, group) = (widest(|side| &side.revision), widest(|side| &side.group));
    lines.extend(sides.iter().map(|side| row(side, revision, group)));
    lines.push(sum(seen));
    lines
}

fn both(seen: &Snapshot, status: &DeploymentStatus) -> Vec<Side> {
    let original = status.original.as_ref().map(|set| side(seen, set, (Tone::Original, "█", "original")));
    let replacement = status.replacement.as_ref().map(|set| side(seen, set, (Tone::Replacement, "▒", "replacement")));
    original.into_iter().chain(replacement).collect()
}

fn side(seen: &Snapshot, set: &TaskSetStatus, (tone, fill, role): (Tone, &'static str, &'static str)) -> Side {
    let group = seen.target_group(&set.target_group);
    let tasks = seen.task_set(set);
    Side {
        tone,
        fill,
        role,
        revision: last_part(&set.task_definition).to_owned(),
        group: group.map(|group| group.name.clone()).unwrap_or_default(),
        share: seen.share(&set.target_group),
        targets: group.map_or_else(String::new, |group| {
            format!("{}/{} healthy", group.healthy, group.healthy + group.initial + group.unhealthy)
        }),
        tasks: tasks.map_or_else(
            || "no task set".to_owned(),
            |tasks| format!("{}/{} tasks", tasks.running_count, tasks.computed_desired_count),
        ),
        requests: seen.requests(&set.target_group),
    }
}

fn bar(sides: &[Side], cells: usize) -> Line {
    let mut line = Line::of(Tone::Plain, "  traffic  ");
    let mut left = cells;
    for (index, side) in sides.iter().enumerate() {
        let share = usize::from(side.share.tenths());
        let last = index + 1 == sides.len();
        // What is more than nothing is seen, and rounding leaves no gap.
        let own = ((cells * share + 500) / 1000).max(usize::from(share > 0)).min(left);
        let own = if last && share > 0 { left } else { own };
        left -= own;
        line = line.and(side.tone, side.fill.repeat(own));
    }
    line
}

fn row(side: &Side, revision: usize, group: usize) -> Line {
    Line::of(side.tone, format!("  {} {:<11}", side.fill, side.role))
        .and(Tone::Plain, format!("  {:<revision$}  {:<group$}", side.revision, side.group))
        .and(Tone::Strong, format!("  {:>3}%", side.share))
        .and(Tone::Plain, format!("  {:<11}  {:<11}", side.targets, side.tasks))
        .and(Tone::Plain, format!("  {:>8} req", grouped(side.requests)))
}

fn sum(seen: &Snapshot) -> Line {
    let lost = seen.traffic.lost;
    let tone = if lost == 0 { Tone::Good } else { Tone::Bad };
    Line::of(Tone::Plain, format!("  {} requests served, ", grouped(seen.traffic.total.saturating_sub(lost))))
        .and(tone, format!("{} lost", grouped(lost)))
}
