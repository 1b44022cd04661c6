//! Takes the terminal and restores it whatever happens.
//!
//! `ratatui::init` is not enough here: it cannot suspend, and it restores a terminal that has
//! already been restored, which would move the cursor back over what was printed in between.

use std::io::{self, Stdout, Write as _};
use std::panic;
use std::sync::Once;
use std::sync::atomic::{AtomicBool, Ordering};

use ratatui::Terminal;
use ratatui::backend::CrosstermBackend;
use ratatui::crossterm::cursor::{Hide, Show};
use ratatui::crossterm::terminal::{
    EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode,
};
use ratatui::crossterm::{execute, queue};
use ratatui::layout::Size;
use signal_hook::consts::SIGTSTP;

use super::frame;
use super::view::View;

/// True while the monitor owns the screen.
static TAKEN: AtomicBool = AtomicBool::new(false);

/// The terminal, restored when this is dropped.
pub(super) struct Session {
    terminal: Terminal<CrosstermBackend<Stdout>>,
}

impl Session {
    /// Takes the terminal.
    pub(super) fn begin() -> io::Result<Self> {
        restore_on_panic();
        take()?;
        let terminal = Terminal::new(CrosstermBackend::new(io::stdout()));
        terminal.map(|terminal| Self { terminal }).inspect_err(|_| give_back())
    }

    /// Draws the view, in the size that the terminal has now.
    pub(super) fn draw(&mut self, view: &View) -> io::Result<()> {
        self.terminal.draw(|frame| frame::draw(frame, view)).map(drop)
    }

    /// Columns and rows.
    pub(super) fn size(&self) -> io::Result<Size> {
        self.terminal.size()
    }

    /// Clears the screen, so that everything is redrawn.
    pub(super) fn forget(&mut self) -> io::Result<()> {
        self.terminal.clear()
    }

    /// Restores the terminal, stops until the shell resumes the process, and takes it again.
    pub(super) fn suspend(&mut self) -> io::Result<()> {
        give_back();
        signal_hook::low_level::raise(SIGTSTP)?;
        self.resume()
    }

    /// Takes the terminal again after the shell had it.
    pub(super) fn resume(&mut self) -> io::Result<()> {
        // The shell has changed the modes, but crossterm sets raw mode only if it believes that it
        // is off.
        give_back();
        take()?;
        self.forget()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        give_back();
    }
}

fn take() -> io::Result<()> {
    TAKEN.store(true, Ordering::SeqCst);
    enable_raw_mode()?;
    execute!(io::stdout(), EnterAlternateScreen, Hide).inspect_err(|_| give_back())
}

/// Gives the terminal back, if it was taken.
fn give_back() {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    // Fails if the terminal is gone; then there is nothing to restore.
    let _ = disable_raw_mode();
    let mut out = io::stdout();
    let _ = queue!(out, LeaveAlternateScreen, Show);
    let _ = out.flush();
}

/// Restores the terminal before a panic prints its message.
fn restore_on_panic() {
    static HOOK: Once = Once::new();
    HOOK.call_once(|| {
        let before = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            give_back();
            before(info);
        }));
    });
}

/// True once a panic has restored the terminal: nothing may be drawn after that.
pub(super) fn is_lost() -> bool {
    !TAKEN.load(Ordering::SeqCst)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::env;
    use std::process::Command;

    /// Set in the child that should panic.
    const CHILD: &str = "MONITOR_TEST_PANIC";

    #[test]
    fn a_panic_gives_the_terminal_back_before_its_message() {
        if env::var_os(CHILD).is_some() {
            let _session = Session::begin().unwrap();
            panic!("on purpose");
        }
        let this = "terminal::session::tests::a_panic_gives_the_terminal_back_before_its_message";
        let child = Command::new("script")
            .args(["-qec", r#""$EXE" --exact "$TEST" --nocapture; stty -a"#, "/dev/null"])
            .env("EXE", env::current_exe().unwrap())
            .envs([(CHILD, "1"), ("TEST", this)])
            .output();
        let Ok(output) = child else {
            eprintln!("SKIPPED: script (of util-linux) is not here to be a terminal");
            return;
        };
        let text = String::from_utf8_lossy(&output.stdout);
        let at = |what: &str| text.find(what).unwrap_or_else(|| panic!("no {what:?} in {text:?}"));
        assert!(at("\u{1b}[?1049h") < at("\u{1b}[?1049l"));
        assert!(at("\u{1b}[?1049l") < at("on purpose"), "{text:?}");
        let modes = &text[at("speed ")..];
        assert!(modes.contains(" icanon") && modes.contains(" echo "), "{modes}");
    }
}
