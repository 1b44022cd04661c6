//! Scrolling in the chosen list.

use ratatui::layout::{Position, Rect};

use super::layout::Areas;
use super::panels;
use super::view::View;

/// The first visible line of the chosen list: not past the end of one that became shorter.
pub(super) fn first(view: &View) -> usize {
    let lines = view.snapshot.as_deref().map_or(0, |snapshot| panels::lines(view, snapshot));
    view.scroll[view.panel.index()].min(lines.saturating_sub(page(view)))
}

/// Scrolls the chosen list by this many lines, as far as possible.
pub(super) fn by(view: &mut View, lines: isize) {
    view.scroll[view.panel.index()] = first(view).saturating_add_signed(lines);
    view.scroll[view.panel.index()] = first(view);
}

/// Lines of the chosen list that are visible at once.
pub(super) fn page(view: &View) -> usize {
    let areas = Areas::of(Rect::from((Position::ORIGIN, view.size)));
    areas.map_or(1, |areas| panels::page(view, areas.body).max(1))
}
