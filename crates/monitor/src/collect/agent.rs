//! The probe of a Flume agent.

use ecom_core::flume::{Agent, Counters};

use super::probe::Ask;

impl Ask for Agent {
    type Answer = Counters;

    async fn ask(&mut self) -> Result<Counters, String> {
        Agent::ask(self).await
    }
}
