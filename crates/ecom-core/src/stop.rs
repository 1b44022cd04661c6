//! Signals that stop a tool, as a value that loops check.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use signal_hook::consts::{SIGINT, SIGTERM};

use crate::exit::{Code, Failure};

/// Remembers the first SIGINT or SIGTERM; a second one ends the process at once.
#[derive(Clone, Debug, Default)]
pub struct Stop(Arc<AtomicUsize>);

impl Stop {
    /// Starts to listen for SIGINT and SIGTERM.
    ///
    /// # Errors
    /// The signal handlers cannot be installed.
    pub fn listen() -> io::Result<Self> {
        let stop = Self::default();
        for (signal, code) in [(SIGINT, Code::Interrupted), (SIGTERM, Code::Terminated)] {
            let asked = Arc::new(std::sync::atomic::AtomicBool::new(false));
            // In this order the shutdown reacts only to the second signal, not to the first.
            signal_hook::flag::register_conditional_shutdown(
                signal,
                i32::from(code as u8),
                asked.clone(),
            )?;
            signal_hook::flag::register(signal, asked)?;
            signal_hook::flag::register_usize(signal, stop.0.clone(), code as usize)?;
        }
        Ok(stop)
    }

    /// The exit code of the signal that arrived, if any.
    #[must_use]
    pub fn requested(&self) -> Option<Code> {
        match self.0.load(Ordering::Relaxed) {
            0 => None,
            code if code == Code::Terminated as usize => Some(Code::Terminated),
            _ => Some(Code::Interrupted),
        }
    }

    /// Fails if a signal arrived; `progress` says how far the work got.
    ///
    /// # Errors
    /// Exit code 130 or 143, by the signal.
    pub fn check(&self, progress: impl FnOnce() -> String) -> Result<(), Failure> {
        match self.requested() {
            None => Ok(()),
            Some(code) => Err(Failure::new(code, format!("stopped by a signal: {}", progress()))),
        }
    }

    /// Waits for a signal; returns its exit code.
    #[cfg(any(feature = "hdfs", feature = "kafka", feature = "mysql"))]
    pub async fn stopped(&self) -> Code {
        loop {
            if let Some(code) = self.requested() {
                return code;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    }

    /// Stops the tool as a signal would; for tests, and for one part of a tool that stops another.
    pub fn request(&self, code: Code) {
        self.0.store(code as usize, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_an_error_with_its_code_and_progress() {
        let stop = Stop::default();
        assert_eq!(stop.requested(), None);
        stop.check(String::new).unwrap();
        stop.request(Code::Terminated);
        let failure = stop.check(|| "12 of 20 records".into()).unwrap_err();
        assert_eq!(failure.code(), Code::Terminated);
        assert_eq!(failure.to_string(), "stopped by a signal: 12 of 20 records");
    }
}
