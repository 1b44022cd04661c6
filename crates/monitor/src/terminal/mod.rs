//! The pipeline as a picture that fills the terminal.
//!
//! A frame is a pure function of a [`View`]: [`frame`] divides the screen, [`flow`] draws the
//! picture, [`panels`] the lists; [`keys`] changes the view. Only [`session`] touches the terminal.

mod arrow;
mod asked;
mod banner;
mod flow;
mod frame;
mod help;
mod keys;
mod layout;
mod letters;
mod list;
mod look;
mod mark;
mod panels;
mod problems;
mod sales;
mod scroll;
mod session;
mod spark;
mod text;
mod view;

#[cfg(test)]
mod frames;
#[cfg(test)]
mod picture;
#[cfg(test)]
mod samples;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use chrono::{DateTime, Utc};
use ecom_core::{Code, Failure, clock};
use ratatui::crossterm::event::{self, Event};
use signal_hook::consts::SIGCONT;
use tokio::sync::mpsc;
use tokio::time::{MissedTickBehavior, interval};

use self::keys::Wish;
use self::look::Look;
use self::session::Session;
use self::view::View;
use crate::hub::Hub;
use crate::snapshot::Snapshot;

/// How often ages are updated and signals checked.
const TICK: Duration = Duration::from_millis(500);

/// How long the keyboard thread waits before it checks whether it is still needed.
const KEYBOARD: Duration = Duration::from_secs(1);

/// Shows the snapshots of the hub until the user leaves: `q` is success, Ctrl-C an interruption.
///
/// The terminal is restored when this future ends or is dropped. Signals are the caller's: raw
/// mode turns Ctrl-C into a key, but `SIGTERM` should make the caller drop this.
pub(crate) async fn show(hub: &Hub, replay: bool) -> Result<Code> {
    let continued = Arc::new(AtomicBool::new(false));
    signal_hook::flag::register(SIGCONT, continued.clone()).context("cannot follow signals")?;
    let mut session = Session::begin().context("cannot use the terminal")?;
    let mut screen = Screen::new(&session, replay)?;
    let (mut keyboard, mut news) = (read_keyboard(), hub.follow());
    let mut tick = interval(TICK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // The first snapshot may have been published already.
    news.mark_changed();
    loop {
        let wish = tokio::select! {
            event = keyboard.recv() => match event {
                Some(event) => screen.take_event(&event?),
                None => Wish::Leave,
            },
            Ok(()) = news.changed() => {
                let newest = news.borrow_and_update().clone();
                screen.take_news(hub, newest);
                Wish::Stay
            }
            _ = tick.tick() => Wish::Stay,
        };
        // Another thread panicked: its message is on the screen and must stay readable.
        if session::is_lost() {
            let problem = "a part of the monitor failed";
            return Err(Failure::new(Code::Unexpected, problem).into());
        }
        match wish {
            Wish::Stay if continued.swap(false, Ordering::Relaxed) => session.resume()?,
            Wish::Stay => {}
            Wish::Leave => return Ok(Code::Success),
            Wish::Interrupt => return Ok(Code::Interrupted),
            Wish::Redraw => session.forget()?,
            Wish::Suspend => {
                session.suspend()?;
                continued.store(false, Ordering::Relaxed);
            }
        }
        screen.draw(&mut session)?;
    }
}

/// Turns off logging, which would garble the screen; call it before logging is set up.
pub(crate) fn without_log() {
    // Fails if logging is already set up; then it stays on.
    let _ = tracing::subscriber::set_global_default(tracing::subscriber::NoSubscriber::new());
}

/// The view and its clock.
struct Screen {
    view: View,
    newest: Option<(Arc<Snapshot>, Instant)>,
}

impl Screen {
    fn new(session: &Session, replay: bool) -> Result<Self> {
        let size = session.size().context("cannot ask the terminal for its size")?;
        Ok(Self { view: View::new(Look::of_environment(), size, replay), newest: None })
    }

    fn take_event(&mut self, event: &Event) -> Wish {
        match event {
            Event::Key(key) => keys::press(&mut self.view, *key),
            Event::Resize(..) => Wish::Redraw,
            _ => Wish::Stay,
        }
    }

    fn take_news(&mut self, hub: &Hub, newest: Option<Arc<Snapshot>>) {
        if let Some(snapshot) = newest {
            self.newest = Some((snapshot.clone(), Instant::now()));
            self.view.take(snapshot, hub.points());
        }
    }

    fn draw(&mut self, session: &mut Session) -> Result<()> {
        self.view.at(self.now());
        self.view.resize(session.size()?);
        session.draw(&self.view).context("cannot draw on the terminal")
    }

    /// The time of the newest snapshot plus its age; a recording does not age.
    fn now(&self) -> DateTime<Utc> {
        match &self.newest {
            None => clock::now(),
            Some((snapshot, _)) if self.view.replay => snapshot.taken,
            Some((snapshot, came)) => snapshot.taken + came.elapsed(),
        }
    }
}

/// Events of the keyboard, from a thread that ends when the receiver is dropped.
fn read_keyboard() -> mpsc::Receiver<std::io::Result<Event>> {
    let (sender, receiver) = mpsc::channel(64);
    thread::spawn(move || {
        while !sender.is_closed() {
            let event = match event::poll(KEYBOARD) {
                Ok(false) => continue,
                Ok(true) => event::read(),
                Err(error) => Err(error),
            };
            let failed = event.is_err();
            if sender.blocking_send(event).is_err() || failed {
                return;
            }
        }
    });
    receiver
}
