//! Makes the lines in order: the stories of the orders, and chatter between them.

use std::path::Path;

use chrono::NaiveDate;
use ecom_core::checksum::Tally;
use ecom_core::exit::Failure;
use ecom_core::plan::{Plan, Table};
use ecom_core::stop::Stop;

use crate::chatter::Chatter;
use crate::clock::Clock;
use crate::draw::Draw;
use crate::order::Order;
use crate::orders::Orders;
use crate::quota::{Level, Quota};
use crate::story::{self, FRAME, Service, Step};
use crate::text::push;
use crate::wording;

/// Flume's limit for a line, in characters.
const LINE_LIMIT: usize = 2048;

/// Makes a given number of lines. After the last one, every level has its exact share.
pub(crate) struct Narrator {
    orders: Orders,
    order: Order,
    /// The story of `order`, and the number of its lines that were written.
    steps: Vec<Step>,
    next_step: usize,
    /// Lines of chatter to write before the next order.
    chatter_due: u64,
    /// True after the last story.
    ended: bool,
    census: Option<Census>,
    lines: u64,
    made: u64,
    quota: Quota,
    clock: Clock,
    chatter: Chatter,
    draw: Draw,
    seed: u64,
    covered: u64,
    records: Tally,
}

/// What all orders of a file need, if there are enough lines for all of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Census {
    orders: u64,
    /// INFO lines that the orders without a story so far may need.
    need: u64,
}

impl Census {
    /// Counts the orders; returns `None` as soon as they need more INFO lines than `lines`
    /// contains.
    pub(crate) fn take(
        path: &Path,
        table: &Table,
        lines: u64,
        stop: &Stop,
    ) -> Result<Option<Self>, Failure> {
        let mut orders = Orders::open(path, table)?;
        let mut order = Order::default();
        let mut census = Self { orders: 0, need: 0 };
        let most = Quota::of(lines).left(Level::Info);
        while orders.read(&mut order)? {
            stop.check(|| "while counting the orders; nothing was written".into())?;
            census.orders += 1;
            census.need += need(&order);
            if census.need > most {
                return Ok(None);
            }
        }
        Ok(Some(census))
    }
}

impl Narrator {
    /// Starts to make `lines` lines.
    pub(crate) fn new(
        path: &Path,
        plan: &Plan,
        census: Option<Census>,
        lines: u64,
        seed: u64,
    ) -> Result<Self, Failure> {
        let orders = Orders::open(path, plan.transactions()?)?;
        // Without an event time, the lines begin at the cut or on a fixed day.
        let day = plan.split.cut.parse().ok().or(NaiveDate::from_ymd_opt(2024, 1, 1));
        let clock = Clock::new(orders.next_when().unwrap_or_default(), day.unwrap_or_default());
        Ok(Self {
            orders,
            order: Order::default(),
            steps: Vec::new(),
            next_step: 0,
            chatter_due: 0,
            ended: false,
            census,
            lines,
            made: 0,
            quota: Quota::of(lines),
            clock,
            chatter: Chatter::default(),
            draw: Draw::new(seed),
            seed,
            covered: 0,
            records: Tally::default(),
        })
    }

    /// The number of orders with a story, and their records.
    pub(crate) fn covered(&self) -> (u64, Tally) {
        (self.covered, self.records)
    }

    /// True if every order has its story.
    pub(crate) fn is_whole(&self) -> bool {
        self.census.map_or(0, |census| census.orders) == self.covered && self.census.is_some()
    }

    /// The second of the last line, since 1970.
    pub(crate) fn second(&self) -> i64 {
        self.clock.second()
    }

    /// Makes the next line, without its line ending. Call it once per line.
    pub(crate) fn line(&mut self, line: &mut String) -> Result<(Level, Service), Failure> {
        line.clear();
        let made = loop {
            if let Some(&step) = self.steps.get(self.next_step) {
                break self.write_step(step, line);
            }
            if let Some(level) = self.chatter_level() {
                break self.write_chatter(level, line);
            }
            self.next_order()?;
        };
        self.made += 1;
        self.quota.spend(made.0);
        limit(line);
        Ok(made)
    }

    fn write_step(&mut self, step: Step, line: &mut String) -> (Level, Service) {
        if self.next_step > 0 {
            self.clock.step(&mut self.draw);
        }
        self.next_step += 1;
        let made = step.origin();
        self.begin(made, line);
        wording::write(step, &self.order, &mut self.draw, line);
        made
    }

    fn write_chatter(&mut self, level: Level, line: &mut String) -> (Level, Service) {
        self.clock.stroll(self.chatter_due.max(1), &mut self.draw);
        self.chatter_due = self.chatter_due.saturating_sub(1);
        let remark = self.chatter.choose(level, &mut self.draw);
        let made = (level, remark.service());
        self.begin(made, line);
        self.chatter.write(remark, &mut self.draw, line);
        made
    }

    fn begin(&mut self, (level, service): (Level, Service), line: &mut String) {
        self.clock.write(line);
        push(line, &[" [", level.as_str(), "] [", service.as_str(), "] "]);
    }

    /// The level of a line of chatter, if one is due. The lines that the orders without a story
    /// still need are kept back.
    fn chatter_level(&mut self) -> Option<Level> {
        if self.chatter_due == 0 {
            return if self.ended { None } else { self.quota.surplus() };
        }
        let kept = if self.ended { 0 } else { self.census.map_or(0, |census| census.need) };
        let quota = self.quota.keeping(kept);
        let level = quota.level_at(self.draw.below(quota.total()));
        if level.is_none() {
            self.chatter_due = 0;
        }
        level
    }

    /// Begins the story of the next order, or the chatter after the last one.
    fn next_order(&mut self) -> Result<(), Failure> {
        let Self { orders, order, steps, draw, .. } = self;
        let goes_on = !self.ended
            && orders.read(order)?
            && story::plan(order, self.seed, self.quota, draw, steps);
        if !goes_on {
            self.ended = true;
            self.steps.clear();
            self.chatter_due = self.quota.total();
            return Ok(());
        }
        self.next_step = 0;
        self.covered += 1;
        self.records += self.order.records;
        self.chatter.remember(&self.order);
        self.clock.begin(self.order.when, self.orders.next_when(), &mut self.draw);
        // With room for all orders, chatter spreads evenly between them instead of at the end.
        if let Some(census) = &mut self.census {
            census.need -= need(&self.order);
            let by_now =
                u128::from(self.lines) * u128::from(self.covered) / u128::from(census.orders);
            let by_now = u64::try_from(by_now).unwrap_or(u64::MAX);
            self.chatter_due = by_now.saturating_sub(self.made + self.steps.len() as u64);
        }
        Ok(())
    }
}

/// The most INFO lines of an order's story.
fn need(order: &Order) -> u64 {
    FRAME + order.items().len() as u64
}

/// Cuts a line that is too long and ends it in an ellipsis.
fn limit(line: &mut String) {
    if line.len() <= LINE_LIMIT || line.chars().count() <= LINE_LIMIT {
        return;
    }
    if let Some((cut, _)) = line.char_indices().nth(LINE_LIMIT - 1) {
        line.truncate(cut);
        line.push('…');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_line_is_longer_than_flume_allows() {
        for (length, kept) in [(2047, 2047), (2048, 2048), (2049, 2048), (9000, 2048)] {
            let mut line = "ü".repeat(length);
            limit(&mut line);
            assert_eq!(line.chars().count(), kept);
            assert_eq!(line.ends_with('…'), length > 2048);
        }
    }
}
