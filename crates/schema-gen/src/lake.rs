//! The views of the data lake for Spark SQL: what Sqoop and Flume wrote, as tables with the plan's types.
//!
//! Sqoop's files are read as lines and split here, not by Spark's CSV reader: that one takes an empty text for
//! NULL, knows quotes that the lake does not have, and skips what is damaged in a line. A line with another
//! number of fields, or a value that is not of its column's type, ends the query.

use std::fmt::Write as _;

use ecom_core::Failure;
use ecom_core::escape::sql_name;
use ecom_core::plan::{Column, Plan, SqlType, Table, TableName};
use ecom_core::sales::{self, LOG_EVENTS, Origin, SALES, SalesColumn};

/// The functions that undo the form of a field: `ecom_core::lake_text`. `\\` becomes `\-` first, which no field
/// holds, so that each backslash left begins one escape.
pub(crate) const FUNCTIONS: &str = r"-- A field of the lake: \N is NULL; in texts \n, \r, \t, \0 and \\ stand for the characters that would end it.
CREATE TEMPORARY FUNCTION lake_value(field STRING) RETURNS STRING RETURN NULLIF(field, '\\N');
CREATE TEMPORARY FUNCTION lake_text(field STRING) RETURNS STRING RETURN CASE
  WHEN field = '\\N' THEN NULL
  WHEN INSTR(field, '\\') = 0 THEN field
  WHEN field RLIKE '(?<!\\\\)(\\\\\\\\)*\\\\([^\\\\tnr0]|$)'
    THEN RAISE_ERROR(CONCAT('a backslash that begins no escape: ', LEFT(field, 60)))
  ELSE REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(REPLACE(field,
    '\\\\', '\\-'), '\\n', '\n'), '\\r', '\r'), '\\t', '\t'), '\\0', '\0'), '\\-', '\\') END;
";

/// The application logs. A line of another form is a message without a time.
const LOGS: &str = r"
-- The application logs, as Flume wrote them.
CREATE TEMPORARY VIEW _log_lines (value STRING)
  USING text OPTIONS (path '${spark.ecom.lake}/flume/logs', recursiveFileLookup 'true', lineSep '\n');
CREATE TEMPORARY VIEW log_events AS
SELECT CAST(NULLIF(REGEXP_EXTRACT(value, _form, 1), '') AS TIMESTAMP) AS logged_at,
       NULLIF(REGEXP_EXTRACT(value, _form, 2), '') AS level,
       NULLIF(REGEXP_EXTRACT(value, _form, 3), '') AS service,
       IF(value RLIKE _form, REGEXP_EXTRACT(value, _form, 4), value) AS message
FROM (SELECT value, r'^([0-9-]{10} [0-9:.]{8,15}) \[([A-Z]+)\] \[([A-Za-z]+)\] (.*)$' AS _form FROM _log_lines) AS lines;
";

/// All views, in the order in which they need each other.
pub(crate) fn views(plan: &Plan) -> Result<String, Failure> {
    let mut text = format!(
        "-- Views of the data lake for Spark SQL, made from the plan of {} by schema-gen: do not edit.\n\
         -- ${{spark.ecom.lake}} is the folder in HDFS that holds sqoop/ and flume/.\n\n{FUNCTIONS}",
        plan.data_set
    );
    for table in &plan.tables {
        if table.name != TableName::Transactions {
            push_table(&mut text, plan, table);
        }
    }
    push_transactions(&mut text, plan)?;
    push_sales(&mut text, plan, &[TableName::Customers, TableName::Products])?;
    if plan.split.realtime > 0 {
        text.push_str(LOGS);
    }
    Ok(text)
}

/// The SELECT that counts the records of each view but `sales`.
pub(crate) fn counts(plan: &Plan) -> String {
    let tables = plan.tables.iter().map(|table| table.name);
    let tables = tables
        .filter(|name| *name != TableName::Transactions)
        .map(|name| (name.to_string(), view_of(name)));
    let logs = (plan.split.realtime > 0).then(|| (LOG_EVENTS.to_owned(), LOG_EVENTS.to_owned()));
    let one = |(name, view): (String, String)| {
        format!("SELECT '{name}', COUNT(*) FROM {}", sql_name(&view))
    };
    let mut counts: Vec<_> = tables.chain(logs).map(one).collect();
    if counts.is_empty() {
        counts.push("SELECT '', 0 WHERE FALSE".into());
    }
    counts.join(" UNION ALL ")
}

/// A table that came with Sqoop alone.
pub(crate) fn push_table(text: &mut String, plan: &Plan, table: &Table) {
    let named = sales::columns_of(plan, table);
    let columns = named.iter().map(|(name, position)| {
        format!("{} AS {}", field(&table.columns[*position], *position), sql_name(name))
    });
    let columns: Vec<_> = columns.collect();
    push_sqoop(text, table, &view_of(table.name), &columns);
}

/// Both parts of the sales. Flume delivers at least once: of several deliveries of a record, the first counts.
fn push_transactions(text: &mut String, plan: &Plan) -> Result<(), Failure> {
    let table = plan.transactions()?;
    let columns = table.columns.iter().enumerate();
    let fields = columns
        .map(|(index, column)| format!("{} AS {}", field(column, index), sql_name(&column.name)));
    push_sqoop(text, table, "_historical", &fields.collect::<Vec<_>>());
    let names: Vec<_> = table.columns.iter().map(|column| sql_name(&column.name)).collect();
    let names = names.join(", ");
    let historical = format!("SELECT {names}, 'historical' AS part FROM _historical");
    if plan.split.realtime == 0 {
        let _ = writeln!(text, "CREATE TEMPORARY VIEW transactions AS\n{historical};");
        return Ok(());
    }
    let (types, values) = (message_types(table), message_values(table));
    // Writing to a String cannot fail.
    let _ = write!(
        text,
        "\n-- The real-time part, as Flume wrote it.\n\
         CREATE TEMPORARY VIEW _messages ({types})\n  \
         USING json OPTIONS (path '${{spark.ecom.lake}}/flume/kafka-transactions', recursiveFileLookup 'true',\n  \
         lineSep '\\n', mode 'FAILFAST');\n\
         -- Flume delivers at least once: of several deliveries of a record, the first counts.\n\
         CREATE TEMPORARY VIEW _real_time AS\nSELECT {values}\nFROM (SELECT *, ROW_NUMBER() OVER \
         (PARTITION BY source, record_number ORDER BY streaming_timestamp) AS _delivery\n      \
         FROM _messages) AS deliveries\nWHERE _delivery = 1;\n\n\
         CREATE TEMPORARY VIEW transactions AS\n{historical}\n\
         UNION ALL SELECT {names}, 'real-time' AS part FROM _real_time;\n"
    );
    Ok(())
}

/// The view in the words of the roles, with what is told of them in the tables `joined`.
pub(crate) fn push_sales(
    text: &mut String,
    plan: &Plan,
    joined: &[TableName],
) -> Result<(), Failure> {
    let table = plan.transactions()?;
    let mut columns = sales::sales(plan)?;
    columns.retain(|column| match column.origin {
        Origin::Joined { table, .. } => joined.contains(&table),
        _ => true,
    });
    let list = columns.iter().map(|column| sales_column(plan, table, column)).collect::<Vec<_>>();
    let _ = write!(
        text,
        "\n-- One row for each transaction, in the words of the plan's roles.\nCREATE TEMPORARY VIEW {SALES} AS\n\
         SELECT {}\nFROM transactions AS t",
        list.join(",\n       ")
    );
    for name in [TableName::Customers, TableName::Products] {
        let joined = columns
            .iter()
            .any(|column| matches!(column.origin, Origin::Joined { table, .. } if table == name));
        let Some(key) = sales::reference(table, name).filter(|_| joined) else { continue };
        let id = if name == TableName::Customers { "customer_id" } else { "product_id" };
        let column = sql_name(&key.column);
        let _ = write!(text, "\nLEFT JOIN {name} ON {name}.{id} = t.{column}");
    }
    text.push_str(";\n");
    Ok(())
}

fn sales_column(plan: &Plan, table: &Table, column: &SalesColumn) -> String {
    let own = |position: usize| format!("t.{}", sql_name(&table.columns[position].name));
    let sql = match column.origin {
        Origin::Own(position) if column.word == "sold_at" => {
            format!("CAST({} AS TIMESTAMP)", own(position))
        }
        Origin::Own(position) => own(position),
        Origin::Joined { table, column } => joined_name(plan, table, column),
        Origin::Product { quantity, unit_price } => {
            let product = format!("{} * {}", own(quantity), own(unit_price));
            format!("CAST({product} AS {})", spark_type(column.sql_type))
        }
        Origin::One => "1".into(),
        Origin::Part => "t.part".into(),
        Origin::CustomerDay { customer, time } => {
            format!("CONCAT({}, ' ', CAST({} AS DATE))", own(customer), own(time))
        }
    };
    format!("{sql} AS {}", sql_name(&column.word))
}

/// The name of a joined column in the view of its table.
fn joined_name(plan: &Plan, name: TableName, position: usize) -> String {
    let columns = plan.table(name).map(|table| sales::columns_of(plan, table)).unwrap_or_default();
    let found = columns.into_iter().rev().find(|(_, known)| *known == position);
    found.map_or_else(|| "NULL".into(), |(column, _)| format!("{name}.{}", sql_name(&column)))
}

/// The view `name` of the lines that Sqoop wrote for a table.
fn push_sqoop(text: &mut String, table: &Table, name: &str, columns: &[String]) {
    let lines = sql_name(&format!("_{from}_lines", from = table.name));
    let (from, fields, name) = (table.name, table.columns.len(), sql_name(name));
    let _ = write!(
        text,
        "\n-- {from}, as Sqoop wrote them.\nCREATE TEMPORARY VIEW {lines} (value STRING)\n  \
         USING text OPTIONS (path '${{spark.ecom.lake}}/sqoop/{from}', lineSep '\\n');\n\
         CREATE TEMPORARY VIEW {name} AS\nSELECT {}\nFROM (SELECT SPLIT(value, '\\t', -1) AS f FROM {lines}) AS fields\n\
         WHERE IF(SIZE(f) = {fields}, TRUE, RAISE_ERROR('{from}: a line without its {fields} fields'));\n",
        columns.join(",\n       ")
    );
}

/// The view of a table: its name, unless that is one of ours.
fn view_of(name: TableName) -> String {
    let name = name.as_str();
    if [SALES, LOG_EVENTS].contains(&name) { format!("{name}_table") } else { name.to_owned() }
}

/// The value of a field that Sqoop wrote.
fn field(column: &Column, index: usize) -> String {
    match column.sql_type {
        kind if kind.is_text() => format!("lake_text(f[{index}])"),
        _ => format!("CAST(lake_value(f[{index}]) AS {})", type_of(column)),
    }
}

/// The type of a column in Spark, whose decimals have at most 38 digits: a longer one that nothing is
/// computed with is a text there.
fn type_of(column: &Column) -> String {
    match column.sql_type {
        SqlType::Decimal { precision, .. } if precision > 38 && column.role.is_none() => {
            "STRING".into()
        }
        kind => spark_type(kind),
    }
}

/// The fields of a message, with their types in Spark.
pub(crate) fn message_types(table: &Table) -> String {
    let fields = table.columns.iter();
    let fields =
        fields.map(|column| format!("{} {}", sql_name(&column.name), message_type(column)));
    let own = "event_type STRING, record_number BIGINT, streaming_timestamp STRING, source STRING";
    fields.chain([own.to_owned()]).collect::<Vec<_>>().join(", ")
}

/// The columns of the transactions, from the fields of a message.
pub(crate) fn message_values(table: &Table) -> String {
    table.columns.iter().map(message_value).collect::<Vec<_>>().join(", ")
}

/// How a message's field is read. Times are texts in JSON.
fn message_type(column: &Column) -> String {
    if column.sql_type.is_time() { "STRING".into() } else { type_of(column) }
}

fn message_value(column: &Column) -> String {
    let name = sql_name(&column.name);
    if column.sql_type.is_time() {
        return format!("CAST({name} AS {}) AS {name}", spark_type(column.sql_type));
    }
    name
}

/// A type of the plan in Spark, whose decimals have at most 38 digits: a longer value ends the query.
fn spark_type(kind: SqlType) -> String {
    match kind {
        SqlType::Decimal { precision, scale } => format!("DECIMAL({},{scale})", precision.min(38)),
        SqlType::DateTime { .. } => "TIMESTAMP".into(),
        SqlType::VarChar(_) | SqlType::Text => "STRING".into(),
        other => other.to_string(),
    }
}
