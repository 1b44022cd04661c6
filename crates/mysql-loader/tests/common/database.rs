//! A look into the running server.

use std::fs;

use mysql_async::prelude::Queryable as _;
use mysql_async::{Conn, OptsBuilder};

/// A database of this test alone on the running server, empty now and gone at the end.
pub(crate) struct Database {
    pub(crate) name: String,
}

impl Database {
    /// None when there is no server to test with.
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

    /// What changes when a table is made anew.
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

/// A server to ask.
pub(crate) struct Target(OptsBuilder);

impl Target {
    pub(crate) fn stack(database: Option<&str>) -> Self {
        let password = match std::env::var("MYSQL_PASSWORD_FILE") {
            Ok(file) => fs::read_to_string(file).unwrap(),
            Err(_) => setting("MYSQL_PASSWORD", ""),
        };
        let (host, port) = address();
        let user = setting("MYSQL_USER", "sqoop");
        let options = Self::at(&host, port, &user).0;
        Self(options.pass(Some(password.trim_end()))).database(database)
    }

    pub(crate) fn database(self, name: Option<&str>) -> Self {
        Self(self.0.db_name(name))
    }

    pub(crate) fn at(host: &str, port: u16, user: &str) -> Self {
        let options = OptsBuilder::default().ip_or_hostname(host).tcp_port(port).user(Some(user));
        Self(options.prefer_socket(false))
    }
}

/// Where the running server is.
pub(super) fn address() -> (String, u16) {
    (setting("MYSQL_HOST", "localhost"), setting("MYSQL_PORT", "3306").parse().unwrap())
}

fn setting(name: &str, default: &str) -> String {
    std::env::var(name).unwrap_or_else(|_| default.into())
}

/// The rows of a query, columns joined by `|`, NULL as `NULL`.
pub(crate) fn try_query(target: &Target, query: &str) -> mysql_async::Result<Vec<String>> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let mut conn = Conn::new(target.0.clone()).await?;
        let rows: Vec<mysql_async::Row> = conn.query(query).await?;
        conn.disconnect().await?;
        Ok(rows.into_iter().map(|row| text(row.unwrap())).collect())
    })
}

fn text(values: Vec<mysql_async::Value>) -> String {
    let value = |value| match value {
        mysql_async::Value::Bytes(bytes) => String::from_utf8(bytes).unwrap(),
        _ => "NULL".to_owned(),
    };
    values.into_iter().map(value).collect::<Vec<_>>().join("|")
}
