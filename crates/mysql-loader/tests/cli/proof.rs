//! The tool on a running server, with a relay in between that changes what is loaded: the tool
//! detects it, and the old tables stay unchanged.

use crate::database::{Database, Target, try_query};
use crate::relay::{self, Meddle};
use crate::shop::{CUSTOMERS, Shop, TRANSACTIONS, run};

/// The transactions that are loaded, one more than before.
const MORE: &str = "6,1/9/2024,C1,Lamp,1,,no\n";

/// The beginning of the statement that sends them.
const LOAD: &str = "LOAD DATA LOCAL INFILE 'transactions_historical.csv'";

/// The beginning of the query that reads a table back; the columns follow.
const READ_BACK: &str = "SELECT CONCAT(";

/// Loads a shop, and then another one whose packets pass through `meddle`; returns the exit code
/// and the error.
fn meddled(database: &Database, meddle: impl Meddle) -> (Option<i32>, String) {
    Shop::new().tool(&database.name).assert().success();
    let before = (database.tables(), database.created());
    let shop = Shop::with(Some(CUSTOMERS), &format!("{TRANSACTIONS}{MORE}"));
    let port = relay::start(meddle).to_string();
    let mut command = shop.tool(&database.name);
    command.args(["--mysql-host", "127.0.0.1", "--mysql-port", &port, "--quiet"]);
    let (code, output, error) = run(&mut command);
    assert_eq!(output, "", "{error}");
    assert_eq!((database.tables(), database.created()), before);
    (code, error)
}

/// True if a packet contains a statement with this beginning that names the transactions.
fn is_about_transactions(packet: &[u8], begin: &str) -> bool {
    let statement = String::from_utf8_lossy(packet.get(1..).unwrap_or_default());
    statement.starts_with(begin) && statement.contains("`_stg_transactions`")
}

/// Runs `change` on the staging table before the server receives a statement with this beginning.
fn before(database: &Database, begin: &'static str, change: &str) -> impl Meddle {
    let (name, change) = (database.name.clone(), change.to_owned());
    move |packet: &mut Vec<u8>| {
        if is_about_transactions(packet, begin) {
            try_query(&Target::stack(Some(&name)), &change).unwrap();
        }
    }
}

#[test]
fn a_table_that_changes_between_its_loading_and_its_proof_is_not_published() {
    let Some(database) = Database::new("changing") else { return };
    let whole = "6 records with checksum ";
    for (change, held) in [
        ("UPDATE _stg_transactions SET amount = amount + 1 WHERE order_id = 3", whole),
        ("UPDATE _stg_transactions SET note = NULL WHERE order_id = 4", whole),
        ("DELETE FROM _stg_transactions WHERE order_id = 3", "5 records with checksum "),
        (
            "ALTER TABLE _stg_transactions DROP COLUMN note",
            "0 records with checksum 0000000000000000 ",
        ),
    ] {
        let (code, error) = meddled(&database, before(&database, READ_BACK, change));
        assert_eq!(code, Some(7), "{change}: {error}");
        let begin = format!("mysql-loader: transactions: MySQL holds {held}");
        assert!(error.starts_with(&begin), "{change}: {error}");
        let expected = " where transactions_historical.csv has 6 records with checksum ";
        assert!(error.contains(expected), "{change}: {error}");
        assert!(error.ends_with("; the old tables are unchanged\n"), "{change}: {error}");
    }
}

#[test]
fn a_record_that_is_lost_on_its_way_is_noticed() {
    let Some(database) = Database::new("losing") else { return };
    let mut loading = false;
    let (code, error) = meddled(&database, move |packet: &mut Vec<u8>| {
        if is_about_transactions(packet, LOAD) {
            loading = true;
        } else if std::mem::take(&mut loading) {
            let whole = packet.strip_suffix(b"\n").unwrap();
            let last = whole.iter().rposition(|byte| *byte == b'\n').unwrap();
            packet.truncate(last + 1);
        }
    });
    let expected = "mysql-loader: transactions: MySQL stored 5 of the 6 records of \
                transactions_historical.csv; the old tables are unchanged\n";
    assert_eq!((code, error.as_str()), (Some(7), expected));
}

#[test]
fn a_record_that_the_server_takes_with_a_warning_is_refused() {
    let Some(database) = Database::new("warning") else { return };
    let shorter = "ALTER TABLE _stg_transactions MODIFY note VARCHAR(9)";
    let (code, error) = meddled(&database, before(&database, LOAD, shorter));
    let expected = "mysql-loader: transactions_historical.csv: MySQL gave 1 warning: Data truncated for \
                column 'note' at row 1\n";
    assert_eq!((code, error.as_str()), (Some(4), expected));
}
