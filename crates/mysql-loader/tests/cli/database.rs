//! Queries to the running server.

use ecom_core::mysql::{Error, Row, Server};
use ecom_core::settings::MysqlArgs;

/// A database on the running server for one test: empty at first, dropped at the end.
pub(crate) struct Database {
    pub(crate) name: String,
}

impl Database {
    /// `None` without a server to test with.
    pub(crate) fn new(name: &str) -> Option<Self> {
        if std::env::var_os("ECOM_TEST_STACK").is_none() {
            println!("SKIPPED: needs a MySQL server (ECOM_TEST_STACK=1)");
            return None;
        }
        let database = Self { name: format!("testdb_loader_{name}") };
        let name = &database.name;
        try_query(&Target::stack(None), &format!("DROP DATABASE IF EXISTS {name}")).unwrap();
        Some(database)
    }

    pub(crate) fn tables(&self) -> Vec<String> {
        self.query("SHOW TABLES")
    }

    /// Something that changes when a table is created again.
    pub(crate) fn created(&self) -> Vec<String> {
        self.query(
            "SELECT table_name, create_time, table_comment FROM information_schema.tables WHERE \
             table_schema = DATABASE() ORDER BY 1",
        )
    }

    /// The error of a statement that the server must refuse.
    pub(crate) fn refused(&self, statement: &str) -> String {
        try_query(&Target::stack(Some(&self.name)), statement).unwrap_err().to_string()
    }

    pub(crate) fn query(&self, query: &str) -> Vec<String> {
        try_query(&Target::stack(Some(&self.name)), query).unwrap()
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        if !std::thread::panicking() {
            let drop = format!("DROP DATABASE IF EXISTS {}", self.name);
            try_query(&Target::stack(None), &drop).unwrap();
        }
    }
}

/// A server and a database to query.
pub(crate) struct Target {
    args: MysqlArgs,
    database: Option<String>,
}

impl Target {
    pub(crate) fn stack(database: Option<&str>) -> Self {
        let (host, port) = address();
        Self::at(&host, port, &setting("MYSQL_USER", "sqoop")).database(database)
    }

    pub(crate) fn database(self, name: Option<&str>) -> Self {
        Self { database: name.map(str::to_owned), ..self }
    }

    pub(crate) fn at(host: &str, port: u16, user: &str) -> Self {
        let args = MysqlArgs {
            mysql_host: host.into(),
            mysql_port: port,
            mysql_database: "testdb".into(),
            mysql_user: user.into(),
            mysql_timeout: 5,
            mysql_answer_timeout: 60,
        };
        Self { args, database: None }
    }
}

/// The address of the running server.
pub(super) fn address() -> (String, u16) {
    (setting("MYSQL_HOST", "localhost"), setting("MYSQL_PORT", "3306").parse().unwrap())
}

fn setting(name: &str, default: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| default.into())
}

/// The rows of a query, columns joined by `|`, NULL as `NULL`.
pub(crate) fn try_query(target: &Target, query: &str) -> Result<Vec<String>, Error> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut connection = Server::new(&target.args).unwrap().connect().await?;
        if let Some(database) = &target.database {
            connection.execute(format!("USE {database}")).await?;
        }
        let rows = connection.rows(query, |row| Ok(text(row))).await?;
        connection.close().await;
        Ok(rows)
    })
}

fn text(row: &Row) -> String {
    let values = row
        .values()
        .map(|value| String::from_utf8_lossy(value.unwrap().unwrap_or(b"NULL")).into_owned());
    values.collect::<Vec<_>>().join("|")
}
