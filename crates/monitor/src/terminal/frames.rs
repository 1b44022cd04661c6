//! Whole frames: how they look, and that no input makes them fail.

use std::sync::Arc;

use chrono::Duration;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::layout::{Rect, Size};
use ratatui::style::Color;

use super::keys::{Wish, press};
use super::look::Look;
use super::view::{Panel, View};
use super::{frame, samples, scroll};
use crate::hub::{HopPoint, Point};
use crate::snapshot::{Agrees, HopId, ProofState, Snapshot, Table};

const COLOR: Look = Look { color: true, unicode: true };

/// The view of a snapshot, with a quarter of an hour before it.
fn view(snapshot: Snapshot, (width, height): (u16, u16)) -> View {
    let mut view = View::new(COLOR, Size::new(width, height), false);
    view.at(samples::now() + Duration::seconds(2));
    view.take(Arc::new(snapshot), points());
    view
}

fn points() -> Vec<Point> {
    let point = |step: u32| {
        let wave = |id: usize| f64::from(step * (u32::try_from(id).unwrap() + 1) % 17);
        let hop = |(at, id)| HopPoint { id, arrived: Some(step.into()), rate: Some(wave(at)) };
        Point {
            taken: samples::now() - Duration::seconds(i64::from(180 - step) * 5),
            hops: HopId::ALL.into_iter().enumerate().map(hop).collect(),
        }
    };
    (0..180).map(point).collect()
}

fn buffer(view: &View) -> Buffer {
    let size = view.size;
    let mut terminal = Terminal::new(TestBackend::new(size.width, size.height)).unwrap();
    terminal.draw(|frame| frame::draw(frame, view)).unwrap();
    terminal.backend().buffer().clone()
}

/// The same without a terminal, for a large number of frames.
fn draw_only(view: &View, (width, height): (u16, u16)) {
    let screen = Rect::new(0, 0, width, height);
    frame::render(&mut Buffer::empty(screen), screen, view);
}

fn screen(view: &View) -> String {
    let buffer = buffer(view);
    let rows = buffer.content.chunks(usize::from(buffer.area.width));
    let text = |row: &[ratatui::buffer::Cell]| {
        row.iter().map(|cell| cell.symbol().to_owned()).collect::<String>().trim_end().to_owned()
            + "\n"
    };
    rows.map(text).collect()
}

fn key(view: &mut View, code: KeyCode) -> Wish {
    press(view, KeyEvent::new(code, KeyModifiers::NONE))
}

fn type_keys(view: &mut View, keys: &str) {
    for letter in keys.chars() {
        assert_eq!(key(view, KeyCode::Char(letter)), Wish::Stay, "{letter}");
    }
}

#[test]
fn the_overview_fits_eighty_columns_and_uses_more() {
    let states = [
        ("before", samples::before()),
        ("moving", samples::moving()),
        ("complete", samples::complete()),
        ("broken", samples::broken()),
        ("wrong", samples::wrong()),
    ];
    for (name, snapshot) in states {
        for size in [(80, 24), (120, 40), (40, 10)] {
            let name = format!("{name}_{}x{}", size.0, size.1);
            insta::assert_snapshot!(name, screen(&view(snapshot.clone(), size)));
        }
    }
}

#[test]
fn the_lists_and_the_help_fit_eighty_columns() {
    for (letter, name) in [
        ('t', "topics"),
        ('m', "tables"),
        ('h', "folders"),
        ('f', "agents"),
        ('w', "problems"),
        ('?', "help"),
    ] {
        let mut view = view(samples::broken(), (80, 24));
        type_keys(&mut view, &letter.to_string());
        insta::assert_snapshot!(format!("{name}_80x24"), screen(&view));
    }
}

#[test]
fn the_key_figures_stand_above_the_sales_by_day() {
    let mut wrong = samples::wrong();
    wrong.analytics.as_mut().unwrap().proof.is = ProofState::Wrong;
    wrong.live.as_mut().unwrap().agreement.is = Agrees::Differs;
    for (name, snapshot) in [
        ("complete", samples::complete()),
        ("broken", samples::broken()),
        ("wrong", wrong),
        ("before", samples::before()),
    ] {
        let mut view = view(snapshot, (80, 24));
        type_keys(&mut view, "a");
        insta::assert_snapshot!(format!("sales_{name}_80x24"), screen(&view));
    }
}

#[test]
fn many_tables_with_long_names_keep_their_numbers_in_sight() {
    let mut snapshot = samples::complete();
    let tables = &mut snapshot.mysql.as_mut().unwrap().tables;
    let (first, letters) = (tables[0].clone(), "product_category_name_translation_of_the_shop_");
    tables.extend((10..40).map(|at| Table { name: format!("{letters}{at}"), ..first.clone() }));
    let mut view = view(snapshot, (80, 24));
    type_keys(&mut view, "m");
    let screen = screen(&view);
    assert!(screen.contains("of 33 ↑↓"), "{screen}");
    let row = "│ product_category_name_translation_of_the_shop_10    200       200  ✓ complete";
    assert!(screen.lines().any(|line| line.starts_with(row)), "{screen}");
    assert!(screen.lines().all(|line| line.chars().count() <= 80), "{screen}");
}

#[test]
fn before_the_first_snapshot_the_picture_has_no_numbers() {
    let mut empty = View::new(COLOR, Size::new(80, 24), false);
    empty.at(samples::now());
    insta::assert_snapshot!("starting_80x24", screen(&empty));
}

#[test]
fn no_size_and_no_state_makes_a_frame_fail() {
    let mut nothing = samples::complete();
    (nothing.mysql, nothing.kafka, nothing.hdfs) = (None, None, None);
    nothing.hops.clear();
    nothing.probes.clear();
    nothing.agents.clear();
    let mut hostile = samples::hostile();
    hostile.kafka.as_mut().unwrap().topics.truncate(40);
    let mut views = [samples::broken(), hostile, nothing].map(|state| view(state, (80, 24)));
    // Every size up to that of the picture, then fewer; the states and panels take turns.
    for (turn, width) in (1..=81).chain((90..=200).step_by(10)).enumerate() {
        for height in 1..=60 {
            let view = &mut views[(turn + usize::from(height)) % 3];
            view.panel = Panel::ALL[(turn / 2 + usize::from(height)) % Panel::ALL.len()];
            view.help = (turn + usize::from(height)) % 11 == 0;
            view.resize(Size::new(width, height));
            scroll::by(view, 7);
            draw_only(view, (width, height));
        }
    }
}

#[test]
fn what_comes_from_data_is_never_interpreted() {
    for panel in Panel::ALL {
        for size in [(40, 10), (80, 24), (140, 45)] {
            let mut view = view(samples::hostile(), size);
            view.panel = panel;
            let text = screen(&view);
            let interpreted = |letter: char| letter != '\n' && ecom_core::escape::is_unsafe(letter);
            assert!(!text.contains(interpreted), "{panel:?} {size:?}");
            assert!(
                text.contains("\\u{1b}[2J") || panel == Panel::Tables,
                "{panel:?} {size:?}\n{text}"
            );
        }
    }
}

#[test]
fn without_color_every_state_can_be_told_apart() {
    let plain = Look { color: false, unicode: true };
    let mut seen = Vec::new();
    for snapshot in [
        samples::before(),
        samples::moving(),
        samples::complete(),
        samples::broken(),
        samples::wrong(),
    ] {
        let mut view = view(snapshot, (80, 24));
        view.look = plain;
        let buffer = buffer(&view);
        let colored =
            |cell: &ratatui::buffer::Cell| (cell.fg, cell.bg) != (Color::Reset, Color::Reset);
        assert!(!buffer.content.iter().any(colored));
        seen.push(screen(&view));
    }
    let signs = [
        "… waiting",
        "→ moving",
        "→ late",
        "✓ complete",
        "! short by 3",
        "+ over by 2",
        "? since 10:42:07",
    ];
    for sign in signs {
        assert!(seen.iter().any(|screen| screen.contains(sign)), "{sign}");
    }
    for (at, one) in seen.iter().enumerate() {
        assert!(seen[at + 1..].iter().all(|other| one != other));
    }
}

#[test]
fn in_ascii_the_words_are_the_same() {
    for snapshot in [samples::broken(), samples::hostile()] {
        for panel in Panel::ALL {
            let mut view = view(snapshot.clone(), (80, 24));
            view.look = Look { color: false, unicode: false };
            view.panel = panel;
            let text = screen(&view);
            assert!(text.is_ascii(), "{text}");
        }
    }
    let mut view = view(samples::wrong(), (80, 24));
    view.look = Look { color: false, unicode: false };
    insta::assert_snapshot!("wrong_ascii_80x24", screen(&view));
}

#[test]
fn what_does_not_answer_keeps_its_numbers_and_is_never_complete() {
    let view = view(samples::broken(), (80, 24));
    let text = screen(&view);
    assert!(text.contains("1,658 of 1,658") && text.contains("2 min old"), "{text}");
    // A state that a collector should never send: everything is complete, but a probe does not
    // answer.
    let mut snapshot = samples::complete();
    snapshot.probes = samples::broken().probes;
    let text = screen(&self::view(snapshot, (80, 24)));
    assert_eq!(text.matches("? since 10:42:07").count(), 2, "{text}");
}

#[test]
fn snapshots_that_no_longer_arrive_are_reported() {
    let mut view = view(samples::complete(), (80, 24));
    view.at(samples::now() + Duration::seconds(30));
    let text = screen(&view);
    assert!(text.contains("? no snapshot since 10:44:07"), "{text}");
    assert!(!text.contains("✓ every record"), "{text}");
    view.replay = true;
    assert!(screen(&view).contains("✓ every record has arrived"));
}

#[test]
fn a_pause_freezes_what_is_shown_and_the_data_goes_on() {
    let mut view = view(samples::moving(), (80, 24));
    type_keys(&mut view, "p");
    let frozen = screen(&view);
    assert!(frozen.contains("PAUSED since 10:44:09"), "{frozen}");
    view.at(samples::now() + Duration::seconds(60));
    view.take(Arc::new(samples::complete()), points());
    assert_eq!(screen(&view), frozen);
    type_keys(&mut view, " ");
    view.at(samples::now() + Duration::seconds(2));
    assert_eq!(screen(&view), screen(&self::view(samples::complete(), (80, 24))));
}

#[test]
fn a_long_list_is_scrolled_to_its_ends_and_no_further() {
    let mut view = view(samples::hostile(), (80, 24));
    type_keys(&mut view, "t");
    assert!(screen(&view).contains(" 1–13 of 1,003 ↑↓ "), "{}", screen(&view));
    type_keys(&mut view, "jjk");
    assert!(screen(&view).contains(" 2–14 of 1,003 "));
    key(&mut view, KeyCode::PageDown);
    assert!(screen(&view).contains(" 15–27 of 1,003 "));
    key(&mut view, KeyCode::End);
    key(&mut view, KeyCode::Down);
    assert!(screen(&view).contains(" 991–1,003 of 1,003 "));
    key(&mut view, KeyCode::Up);
    assert!(screen(&view).contains(" 990–1,002 of 1,003 "));
    view.resize(Size::new(80, 60));
    assert!(screen(&view).contains(" of 1,003 "));
    key(&mut view, KeyCode::Home);
    key(&mut view, KeyCode::PageUp);
    assert!(screen(&view).contains(" 1–"));
}

#[test]
fn each_key_shows_its_panel_and_escape_goes_back_before_it_leaves() {
    let mut view = view(samples::moving(), (80, 24));
    for (letter, panel) in [
        ('t', Panel::Topics),
        ('m', Panel::Tables),
        ('h', Panel::Folders),
        ('f', Panel::Agents),
        ('w', Panel::Problems),
        ('a', Panel::Sales),
        ('o', Panel::Overview),
    ] {
        type_keys(&mut view, &letter.to_string());
        assert_eq!(view.panel, panel);
    }
    for panel in [Panel::Topics, Panel::Tables] {
        key(&mut view, KeyCode::Tab);
        assert_eq!(view.panel, panel);
    }
    key(&mut view, KeyCode::BackTab);
    assert_eq!(view.panel, Panel::Topics);
    type_keys(&mut view, "?");
    assert!(view.help);
    assert_eq!(key(&mut view, KeyCode::Esc), Wish::Stay);
    assert!(!view.help && view.panel == Panel::Topics);
    assert_eq!(key(&mut view, KeyCode::Esc), Wish::Stay);
    assert_eq!(view.panel, Panel::Overview);
    assert_eq!(key(&mut view, KeyCode::Esc), Wish::Leave);
    assert_eq!(key(&mut view, KeyCode::Char('q')), Wish::Leave);
}

#[test]
fn control_keys_stop_suspend_and_redraw() {
    let mut view = view(samples::moving(), (80, 24));
    let mut control =
        |letter| press(&mut view, KeyEvent::new(KeyCode::Char(letter), KeyModifiers::CONTROL));
    let wishes = ['c', 'z', 'l', 'q'].map(&mut control);
    assert_eq!(wishes, [Wish::Interrupt, Wish::Suspend, Wish::Redraw, Wish::Stay]);
}
