//! The Flume agents and the probes.

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Rect};
use ratatui::text::Line;
use ratatui::widgets::Widget as _;

use super::list::{Cell, List, columns};
use super::look::{Look, Tone};
use super::mark::{is_missed, probe, stale_age};
use super::text::{self, number};
use super::view::View;
use crate::snapshot::{Agent, AgentState, Probe, ProbeState, Snapshot};

/// Rows of the list of probes: frame, heading and six probes.
const PROBES: u16 = 9;

/// The agents above, from line `first` on, the probes below.
pub(super) fn draw(
    buffer: &mut Buffer,
    area: Rect,
    view: &View,
    snapshot: &Snapshot,
    first: usize,
) {
    let [above, below] = divide(area);
    agents(view, snapshot).draw(buffer, above, view.look, first);
    probes(view, snapshot).draw(buffer, below, view.look, 0);
}

/// The areas of both lists.
pub(super) fn divide(area: Rect) -> [Rect; 2] {
    let below = PROBES.min(area.height / 2 + 2);
    Layout::vertical([Constraint::Fill(1), Constraint::Length(below)]).areas(area)
}

/// Lines of the list of agents.
pub(super) fn lines(snapshot: &Snapshot) -> usize {
    snapshot.agents.iter().map(|agent| 1 + usize::from(agent.trouble.is_some())).sum()
}

/// One line: a sign and a name for each probe.
pub(super) fn draw_line(buffer: &mut Buffer, area: Rect, look: Look, snapshot: &Snapshot) {
    let mut line = Line::from(look.span("probes: ", Tone::Faint));
    for probe in &snapshot.probes {
        let agent = snapshot.agents.iter().find(|agent| agent.name == probe.name);
        let (sign, tone) = match (probe.state, agent.map(|agent| agent.state)) {
            // An agent that is not needed yet may be down.
            (ProbeState::Unreachable, Some(_)) if !is_missed(snapshot, &probe.name) => {
                ("…", Tone::Waiting)
            }
            (ProbeState::Unreachable, _) | (_, Some(AgentState::Down)) => ("?", Tone::Doubt),
            (ProbeState::Pending, _) => ("…", Tone::Waiting),
            (ProbeState::Reachable, Some(AgentState::Failing)) => ("!", Tone::Bad),
            (ProbeState::Reachable, _) => ("✓", Tone::Good),
        };
        line.push_span(look.span(&format!("{sign} {}  ", probe.name), tone));
    }
    line.render(area, buffer);
}

fn agents(view: &View, snapshot: &Snapshot) -> List {
    let row = |agent: &Agent| {
        let stale = stale_age(probe(snapshot, &agent.name), view.now);
        let (state, tone) = match (&stale, agent.state) {
            (Some(age), _) => (format!("? {age}"), Tone::Doubt),
            (None, AgentState::Down) => ("? down".into(), Tone::Doubt),
            (None, AgentState::Failing) => ("! failing".into(), Tone::Bad),
            (None, AgentState::Healthy) => ("✓ healthy".into(), Tone::Good),
        };
        let fresh = if tone == Tone::Doubt { Tone::Faint } else { Tone::Strong };
        let never = probe(snapshot, &agent.name).is_some_and(|probe| probe.last_good.is_none());
        let seen = |count| if never { "–".to_owned() } else { count };
        let ago = |then: Option<_>| then.map_or_else(String::new, |then| text::age(view.now, then));
        vec![
            Cell(agent.name.clone(), Tone::Plain),
            Cell(state, tone),
            Cell(seen(number(agent.received)), fresh),
            Cell(seen(number(agent.delivered)), fresh),
            Cell(seen(channel(agent)), fresh),
            Cell(ago(agent.last_progress), Tone::Faint),
            Cell(ago(agent.started), Tone::Faint),
        ]
    };
    // The trouble of an agent is too long for a column, so it gets its own row.
    let trouble =
        |agent: &Agent| Some(vec![Cell(format!("  ! {}", agent.trouble.as_ref()?), Tone::Bad)]);
    let lines = |agent| std::iter::once(row(agent)).chain(trouble(agent));
    List {
        title: " Flume agents ".into(),
        columns: columns([
            "agent",
            "state",
            "#received",
            "#delivered",
            "#channel",
            "#progress",
            "#up",
        ]),
        rows: snapshot.agents.iter().flat_map(lines).collect(),
        empty: "No agent has answered yet.",
    }
}

/// How full the channel is: `120 (1 %)`.
fn channel(agent: &Agent) -> String {
    let share = u128::from(agent.channel_size) * 100 / u128::from(agent.channel_capacity.max(1));
    format!("{} ({share} %)", number(agent.channel_size))
}

fn probes(view: &View, snapshot: &Snapshot) -> List {
    let row = |probe: &Probe| {
        let (state, tone) = match probe.state {
            ProbeState::Pending => ("… pending".to_owned(), Tone::Waiting),
            ProbeState::Reachable => ("✓ answers".into(), Tone::Good),
            ProbeState::Unreachable => (
                probe.unreachable_since.map_or_else(
                    || "? unreachable".into(),
                    |since| format!("? since {}", text::clock(view.now, since)),
                ),
                Tone::Doubt,
            ),
        };
        let answer = match (&probe.error, probe.state, probe.milliseconds) {
            (Some(error), ProbeState::Unreachable, _) => Cell(error.clone(), Tone::Doubt),
            (_, _, Some(milliseconds)) => {
                Cell(format!("in {} ms", number(milliseconds)), Tone::Faint)
            }
            _ => Cell(String::new(), Tone::Faint),
        };
        let last = probe.last_good.map_or_else(|| "never".into(), |then| text::age(view.now, then));
        vec![
            Cell(probe.name.clone(), Tone::Plain),
            Cell(state, tone),
            Cell(last, Tone::Faint),
            Cell(probe.address.clone(), Tone::Plain),
            answer,
        ]
    };
    List {
        title: " Probes ".into(),
        columns: columns(["name", "state", "#answered", "address", "answer"]),
        rows: snapshot.probes.iter().map(row).collect(),
        empty: "No probe has run yet.",
    }
}
