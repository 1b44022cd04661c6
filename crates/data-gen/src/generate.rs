//! Writes the three files.

use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use ecom_core::Code;
use ecom_core::exit::{Failure, io_failure};
use ecom_core::lock::RunLock;
use ecom_core::stop::Stop;
use ecom_core::ui::{Progress, Ui};
use serde::Serialize;

use crate::catalog::Catalog;
use crate::cli::Args;
use crate::people::People;
use crate::sales::Sales;
use crate::target::Target;
use crate::text::{Calendar, Identifier, write_date, write_money};

/// Records between two steps of the progress bar and two looks at the stop signal.
const STRIDE: u64 = 4096;

/// One of the three files while it is written.
struct Table<'a> {
    writer: csv::Writer<Target>,
    path: PathBuf,
    rows: u64,
    progress: Progress,
    stop: &'a Stop,
}

/// A record of `customers.csv`.
#[derive(Serialize)]
struct CustomerRecord<'a> {
    customer_id: &'a str,
    customer_name: &'a str,
    email: Option<&'a str>,
    country: &'a str,
    registration_date: &'a str,
}

/// A record of `products.csv`.
#[derive(Serialize)]
struct ProductRecord<'a> {
    product_id: &'a str,
    product_name: &'a str,
    category: &'a str,
    price: &'a str,
    stock: u64,
}

/// A record of `transactions.csv`.
#[derive(Serialize)]
struct TransactionRecord<'a> {
    transaction_id: &'a str,
    customer_id: &'a str,
    product_id: &'a str,
    quantity: u64,
    unit_price: &'a str,
    total_amount: &'a str,
    transaction_date: &'a str,
    payment_method: &'a str,
    region: &'a str,
    status: &'a str,
}

/// Generates the data set, or finds that it exists already.
pub(crate) fn run(args: &Args) -> anyhow::Result<Code> {
    let ui = Ui::new(env!("CARGO_BIN_NAME"), args.common);
    let stop = Stop::listen().context("cannot listen for signals")?;
    let _lock = RunLock::of_folder(&args.out_dir)?;
    let tables = [
        customers(args, &ui, &stop)?,
        products(args, &ui, &stop)?,
        transactions(args, &ui, &stop)?,
    ];
    let mut written = 0;
    for target in tables {
        written += u8::from(target.commit()?);
    }
    let counts = format!(
        "{} customers, {} products and {} transactions",
        args.customers, args.products, args.transactions
    );
    let folder = args.out_dir.display();
    if written == 0 {
        ui.status(format!("{folder} already holds these {counts}: nothing was changed"));
    } else {
        ui.status(format!("wrote {counts} to {folder}"));
    }
    Ok(Code::Success)
}

fn customers(args: &Args, ui: &Ui, stop: &Stop) -> Result<Target, Failure> {
    let mut table = Table::begin(args, ui, stop, "customers.csv", args.customers)?;
    let mut people = People::new(args.customers, args.seed);
    let identifier = Identifier::new('C', 5, args.customers);
    let (mut id, mut name, mut email, mut registered) =
        (String::new(), String::new(), String::new(), String::new());
    for number in 0..args.customers {
        table.step(number)?;
        let customer = people.customer(number);
        let has_email = people.name(&customer, &mut name, &mut email);
        identifier.write(number, &mut id);
        write_date(customer.registration_date(), &mut registered);
        table.write(&CustomerRecord {
            customer_id: &id,
            customer_name: &name,
            email: has_email.then_some(email.as_str()),
            country: customer.country.name,
            registration_date: &registered,
        })?;
    }
    table.end()
}

fn products(args: &Args, ui: &Ui, stop: &Stop) -> Result<Target, Failure> {
    let mut table = Table::begin(args, ui, stop, "products.csv", args.products)?;
    let mut catalog = Catalog::new(args.seed);
    let identifier = Identifier::new('P', 4, args.products);
    let (mut id, mut name, mut price) = (String::new(), String::new(), String::new());
    for number in 0..args.products {
        table.step(number)?;
        let product = catalog.product(number);
        catalog.name(number, &mut name);
        identifier.write(number, &mut id);
        write_money(product.price, &mut price);
        table.write(&ProductRecord {
            product_id: &id,
            product_name: &name,
            category: product.category,
            price: &price,
            stock: product.stock,
        })?;
    }
    table.end()
}

fn transactions(args: &Args, ui: &Ui, stop: &Stop) -> Result<Target, Failure> {
    let mut table = Table::begin(args, ui, stop, "transactions.csv", args.transactions)?;
    let mut sales = Sales::new(args.transactions, args.customers, args.products, args.seed);
    let identifiers = [
        Identifier::new('T', 7, args.transactions),
        Identifier::new('C', 5, args.customers),
        Identifier::new('P', 4, args.products),
    ];
    let mut texts: [String; 6] = Default::default();
    let mut calendar = Calendar::default();
    for number in 0..args.transactions {
        table.step(number)?;
        let sale = sales.sale(number);
        let [id, customer, product, price, amount, time] = &mut texts;
        identifiers[0].write(number, id);
        identifiers[1].write(sale.customer, customer);
        identifiers[2].write(sale.product, product);
        write_money(sale.unit_price, price);
        write_money(sale.unit_price * sale.quantity, amount);
        calendar.write(sale.time, time);
        table.write(&TransactionRecord {
            transaction_id: id,
            customer_id: customer,
            product_id: product,
            quantity: sale.quantity,
            unit_price: price,
            total_amount: amount,
            transaction_date: time,
            payment_method: sale.payment_method,
            region: sale.region,
            status: sale.status,
        })?;
    }
    table.end()
}

impl<'a> Table<'a> {
    fn begin(args: &Args, ui: &Ui, stop: &'a Stop, name: &str, rows: u64) -> Result<Self, Failure> {
        let path = args.out_dir.join(name);
        let writer = csv::Writer::from_writer(Target::begin(&path, args.force)?);
        Ok(Self { writer, path, rows, progress: ui.records(name, rows), stop })
    }

    /// Writes one record, and the header before the first.
    fn write(&mut self, record: &impl Serialize) -> Result<(), Failure> {
        self.writer.serialize(record).map_err(|error| match error.into_kind() {
            csv::ErrorKind::Io(error) => failure(&self.path, error),
            other => Failure::new(Code::Unexpected, format!("cannot write a record: {other:?}")),
        })
    }

    /// Shows the progress and checks the stop signal; call it before each record with its number.
    fn step(&mut self, number: u64) -> Result<(), Failure> {
        if !number.is_multiple_of(STRIDE) {
            return Ok(());
        }
        self.progress.set(number);
        let path = Path::new(self.path.file_name().unwrap_or_default());
        self.stop.check(|| {
            format!("{} had {number} of {} records; nothing was written", path.display(), self.rows)
        })
    }

    fn end(self) -> Result<Target, Failure> {
        let Self { writer, path, .. } = self;
        let target = writer.into_inner().map_err(csv::IntoInnerError::into_error);
        let ended = target.and_then(|mut target| target.end().map(|()| target));
        ended.map_err(|error| failure(&path, error))
    }
}

/// The refusal inside an I/O error of a [`Target`], or the failure for any other I/O error.
fn failure(path: &Path, error: io::Error) -> Failure {
    error.downcast().unwrap_or_else(|error| io_failure("write", path, error))
}
