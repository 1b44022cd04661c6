//! Key bindings.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use super::scroll;
use super::view::{Panel, View};

/// What the main loop should do after a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Wish {
    /// Continue.
    Stay,
    /// Leave.
    Leave,
    /// Leave as after a signal.
    Interrupt,
    /// Stop until the shell resumes the process.
    Suspend,
    /// Redraw everything.
    Redraw,
}

/// Applies a key to the view.
pub(super) fn press(view: &mut View, key: KeyEvent) -> Wish {
    if key.kind == KeyEventKind::Release {
        return Wish::Stay;
    }
    if key.modifiers.contains(KeyModifiers::CONTROL) {
        return match key.code {
            KeyCode::Char('c') => Wish::Interrupt,
            KeyCode::Char('z') => Wish::Suspend,
            KeyCode::Char('l') => Wish::Redraw,
            _ => Wish::Stay,
        };
    }
    match key.code {
        KeyCode::Char('q' | 'Q') => return Wish::Leave,
        KeyCode::Esc => return back(view),
        KeyCode::Char(' ' | 'p') => view.pause(),
        KeyCode::Char('?') | KeyCode::F(1) => view.help = !view.help,
        KeyCode::Char(letter) if panel_of(letter).is_some() => show(view, panel_of(letter)),
        KeyCode::Tab => show(view, Some(view.panel.step(1))),
        KeyCode::BackTab => show(view, Some(view.panel.step(Panel::ALL.len() - 1))),
        code => move_in_list(view, code),
    }
    Wish::Stay
}

/// The panel that a letter shows.
fn panel_of(letter: char) -> Option<Panel> {
    Some(match letter {
        'o' => Panel::Overview,
        't' => Panel::Topics,
        'm' => Panel::Tables,
        'h' => Panel::Folders,
        'f' => Panel::Agents,
        'w' => Panel::Problems,
        'a' => Panel::Sales,
        _ => return None,
    })
}

fn show(view: &mut View, panel: Option<Panel>) {
    view.help = false;
    if let Some(panel) = panel {
        view.panel = panel;
    }
}

/// Leaves the help, then a list, then the program.
fn back(view: &mut View) -> Wish {
    if view.help {
        view.help = false;
    } else if view.panel == Panel::Overview {
        return Wish::Leave;
    } else {
        show(view, Some(Panel::Overview));
    }
    Wish::Stay
}

fn move_in_list(view: &mut View, code: KeyCode) {
    if view.help {
        return;
    }
    let page = isize::try_from(scroll::page(view)).unwrap_or(isize::MAX);
    match code {
        KeyCode::Up | KeyCode::Char('k') => scroll::by(view, -1),
        KeyCode::Down | KeyCode::Char('j') => scroll::by(view, 1),
        KeyCode::PageUp => scroll::by(view, -page),
        KeyCode::PageDown => scroll::by(view, page),
        KeyCode::Home | KeyCode::Char('g') => scroll::by(view, isize::MIN),
        KeyCode::End | KeyCode::Char('G') => scroll::by(view, isize::MAX),
        _ => {}
    }
}
