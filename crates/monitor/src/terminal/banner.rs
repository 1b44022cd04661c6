//! The verdict in large letters, and a sentence that explains it.

use ratatui::buffer::Buffer;
use ratatui::layout::{Constraint, Layout, Margin, Rect, Size};
use ratatui::text::Line;
use ratatui::widgets::{Block, Padding, Paragraph, Widget as _};

use super::letters;
use super::look::Tone;
use super::mark::{Mark, is_missed};
use super::text::{self, number};
use super::view::View;
use crate::snapshot::{HopId, ProbeState, Snapshot, Verdict};

/// The last hops of the three lanes: what has passed them is in the data lake.
const ENDS: [HopId; 3] = [HopId::Sqoop, HopId::FlumeKafka, HopId::FlumeLogs];

/// Draws the verdict in large letters, and a band of the same color with its explanation.
pub(super) fn draw(buffer: &mut Buffer, area: Rect, view: &View) {
    let letters = letters(view, area.height);
    let widest = letters.iter().map(|line| text::width(line)).max().unwrap_or(0);
    let columns = [Constraint::Length(widest + 1), Constraint::Fill(1)];
    let [left, band] = Layout::horizontal(columns).spacing(1).areas(area);
    let lines = letters.iter().map(|line| Line::from(view.look.span(line, tone(view))));
    let block = Block::new().padding(Padding::left(1));
    Paragraph::new(lines.collect::<Vec<_>>()).block(block).render(left, buffer);

    let style = view.look.band(tone(view));
    buffer.set_style(band, style);
    let middle = band.centered_vertically(Constraint::Length(3)).inner(Margin::new(1, 0));
    let words = [headline(view), sentence(view), pace(view)];
    let words = words.map(|line| Line::from(text::cut(&line, middle.width)));
    Paragraph::new(words.to_vec()).style(style).render(middle, buffer);
    let clock = format!("{} UTC", view.now.format("%H:%M:%S"));
    Paragraph::new(clock)
        .style(style)
        .right_aligned()
        .render(middle.resize(Size::new(middle.width, 1)), buffer);
}

fn letters(view: &View, height: u16) -> Vec<String> {
    let word = word(view);
    match (view.look.unicode, height) {
        (true, 5..) => letters::wholes(word),
        (true, _) => letters::halves(word),
        (false, _) => {
            let spaced = word.chars().flat_map(|letter| [letter, ' ']).collect();
            vec![String::new(), spaced]
        }
    }
}

/// The verdict in one word.
pub(super) fn word(view: &View) -> &'static str {
    match view.verdict() {
        None if view.snapshot.is_none() => "STARTING",
        None => "NO NEWS",
        Some(Verdict::Idle) => "IDLE",
        Some(Verdict::Moving) => "MOVING",
        Some(Verdict::Complete) => "COMPLETE",
        Some(Verdict::Unreachable) => "UNREACHABLE",
        Some(Verdict::Wrong) => "WRONG",
    }
}

/// The tone of the verdict; neutral while paused, as it may be out of date.
pub(super) fn tone(view: &View) -> Tone {
    match view.verdict() {
        _ if view.paused.is_some() => Tone::Waiting,
        None if view.snapshot.is_some() => Tone::Doubt,
        None | Some(Verdict::Idle) => Tone::Waiting,
        Some(Verdict::Moving) => Tone::Busy,
        Some(Verdict::Complete) => Tone::Good,
        Some(Verdict::Unreachable) => Tone::Doubt,
        Some(Verdict::Wrong) => Tone::Bad,
    }
}

/// The verdict in a sentence, with its sign.
pub(super) fn sentence(view: &View) -> String {
    let Some(snapshot) = view.snapshot.as_deref() else {
        return "… taking the first snapshot".into();
    };
    match view.verdict() {
        None => format!("? no snapshot since {}", text::clock(view.now, snapshot.taken)),
        Some(Verdict::Idle) => "… nothing is expected yet".into(),
        Some(Verdict::Moving) => moving(snapshot),
        Some(Verdict::Complete) => "✓ every record has arrived".into(),
        Some(Verdict::Unreachable) => unreachable(snapshot),
        Some(Verdict::Wrong) => wrong(view, snapshot),
    }
}

fn headline(view: &View) -> String {
    let data_set = view.snapshot.as_deref().and_then(|snapshot| snapshot.data_set.as_deref());
    // The clock is on the same line.
    text::cut(data_set.unwrap_or("no data set"), 20)
}

fn pace(view: &View) -> String {
    let Some(snapshot) = view.snapshot.as_deref() else { return String::new() };
    match view.paused {
        Some(since) => format!("PAUSED since {}", since.format("%H:%M:%S")),
        None if view.replay => "a recording".into(),
        None => {
            let ago = text::age(view.now, snapshot.taken);
            format!("snapshot {ago} ago, every {:.0} s", snapshot.interval_seconds.max(1.0))
        }
    }
}

fn moving(snapshot: &Snapshot) -> String {
    let ends = || ENDS.into_iter().filter_map(|id| snapshot.hop(id));
    let sum = |counts: &mut dyn Iterator<Item = u64>| counts.fold(0, u64::saturating_add);
    let expected = sum(&mut ends().filter_map(|hop| hop.expected));
    let arrived = sum(&mut ends().filter_map(|hop| hop.arrived.map(|count| count.value)));
    if expected == 0 {
        return "→ records are in flight".into();
    }
    // Rounded down: 100 % only if everything has arrived.
    let share = (u128::from(arrived) * 100 / u128::from(expected)).min(100);
    format!("→ {share:>3} % is in the data lake")
}

fn unreachable(snapshot: &Snapshot) -> String {
    let silent = snapshot
        .probes
        .iter()
        .filter(|probe| probe.state == ProbeState::Unreachable && is_missed(snapshot, &probe.name));
    let names: Vec<&str> = silent.map(|probe| probe.name.as_str()).collect();
    match names.as_slice() {
        [] => "? something is unreachable".into(),
        [name] => format!("? {name} does not answer"),
        names => format!("? no answer: {}", names.join(", ")),
    }
}

fn wrong(view: &View, snapshot: &Snapshot) -> String {
    let mut bad = snapshot.hops.iter().filter_map(|hop| match Mark::of(hop, snapshot) {
        mark @ (Mark::Short(_) | Mark::Over(_)) => Some((mark.words(view.now, 24), hop)),
        _ => None,
    });
    match (bad.next(), bad.count()) {
        (None, _) => "! something is wrong".into(),
        (Some((words, hop)), 0) => format!("{words}: {}", hop.to),
        (Some((words, hop)), more) => {
            format!("{words}: {} (+{})", hop.to, number(text::small(more).into()))
        }
    }
}
