//! Which lines of the list that is chosen are seen, and moving in it, as far as it goes.

use ratatui::layout::{Position, Rect};

use super::layout::Areas;
use super::panels;
use super::view::View;

/// The first line that is seen: not past the end of a list that has become shorter.
pub(super) fn first(view: &View) -> usize {
    let lines = view.snapshot.as_deref().map_or(0, |snapshot| panels::lines(view, snapshot));
    view.scrolled().min(lines.saturating_sub(page(view)))
}

/// Moves by so many lines.
pub(super) fn by(view: &mut View, lines: isize) {
    view.scroll_to(first(view).saturating_add_signed(lines));
    view.scroll_to(first(view));
}

/// Lines that are seen at once.
pub(super) fn page(view: &View) -> usize {
    let screen = Rect::from((Position::ORIGIN, view.size));
    Areas::of(screen).map_or(1, |areas| panels::page(view, areas.body).max(1))
}
