//! How a plan is written: as a person would write it, with comments.

use serde::Serialize;
use toml::Value;
use toml::ser::Error;

use super::{Column, Dialect, ForeignKey, FurtherFile, Join, LeftOut, Plan, Route, Split, Table};

/// The plan as TOML. A dialect and a route take one line each, most important first.
pub(super) fn render(plan: &Plan) -> Result<String, Error> {
    let mut page = Page(format!(
        "# What is known and decided about the data set {}. All later steps read it; you may edit it.\n\
         # When a source file changes, analyze the data set again.\n",
        plan.data_set
    ));
    page.set("version", plan.version)?;
    page.set("data_set", &plan.data_set)?;
    page.set("folder", &plan.folder)?;
    page.split(&plan.split)?;
    plan.left_out.iter().try_for_each(|file| page.left_out(file))?;
    plan.tables.iter().try_for_each(|table| page.table(table))?;
    Ok(page.0)
}

/// The text written so far.
struct Page(String);

impl Page {
    fn split(&mut self, split: &Split) -> Result<(), Error> {
        let Split { by, ratio, cut, historical, realtime } = split;
        self.heading("[split]");
        self.set_with("by", by, "date or rows")?;
        self.set_with("ratio", ratio, "requested share of the historical part")?;
        self.set_with("cut", cut, "first value of the real-time part")?;
        self.set("historical", historical)?;
        self.set("realtime", realtime)
    }

    fn table(&mut self, table: &Table) -> Result<(), Error> {
        self.heading("[[table]]");
        self.set("name", table.name)?;
        self.set("file", &table.file)?;
        self.set_some("member", table.member.as_ref())?;
        self.set("sha256", &table.sha256)?;
        self.set("rows", table.rows)?;
        self.set("rejected", table.rejected)?;
        if table.passed_over > 0 {
            let what = "lines without any value, or the header again";
            self.set_with("passed_over", table.passed_over, what)?;
        }
        if table.derived {
            self.set_with("derived", true, "distinct values of columns of transactions")?;
        }
        self.dialect(&table.dialect)?;
        self.set_some("encoding_reason", table.encoding_reason.as_ref())?;
        self.set("key", &table.key)?;
        self.set("key_proof", &table.key_proof)?;
        let Route { to, reason } = &table.route;
        self.set_inline("route", &[("to", value(to)?), ("reason", value(reason)?)]);
        table.further_files.iter().try_for_each(|file| self.further_file(file))?;
        table.join.as_ref().map_or(Ok(()), |join| self.join(join))?;
        table.foreign_keys.iter().try_for_each(|key| self.foreign_key(key))?;
        table.columns.iter().try_for_each(|column| self.column(column))
    }

    fn dialect(&mut self, dialect: &Dialect) -> Result<(), Error> {
        let Dialect {
            delimiter,
            quote,
            blanks_before_quotes,
            encoding,
            bom,
            line_ending,
            header_line,
        } = dialect;
        let mut values = vec![("delimiter", value(delimiter)?)];
        if let Some(quote) = quote {
            values.push(("quote", value(quote)?));
        }
        if *blanks_before_quotes {
            values.push(("blanks_before_quotes", value(true)?));
        }
        values.push(("encoding", value(encoding)?));
        values.push(("bom", value(bom)?));
        values.push(("line_ending", value(line_ending)?));
        values.push(("header_line", value(header_line)?));
        self.set_inline("dialect", &values);
        Ok(())
    }

    fn further_file(&mut self, file: &FurtherFile) -> Result<(), Error> {
        self.heading("[[table.further_file]]");
        self.set("file", &file.file)?;
        self.set_some("member", file.member.as_ref())?;
        self.set("sha256", &file.sha256)?;
        self.set("rows", file.rows)?;
        self.set("rejected", file.rejected)?;
        self.dialect(&file.dialect)?;
        self.set_some("encoding_reason", file.encoding_reason.as_ref())
    }

    fn join(&mut self, join: &Join) -> Result<(), Error> {
        self.heading("[table.join]");
        self.set_with("table", join.table, "its columns follow those of the file")?;
        self.set("column", &join.column)?;
        self.set("references", &join.references)?;
        self.set_with("without", join.without, "records without a counterpart")?;
        self.set_with(
            "unused",
            join.unused,
            "records of the other table without a reference to them",
        )
    }

    fn left_out(&mut self, file: &LeftOut) -> Result<(), Error> {
        self.heading("[[left_out]]");
        self.set("file", &file.file)?;
        self.set("rows", file.rows)?;
        if file.sales {
            self.set_with("sales", true, "the data set is not complete without it")?;
        }
        self.set("reason", &file.reason)
    }

    fn foreign_key(&mut self, key: &ForeignKey) -> Result<(), Error> {
        self.heading("[[table.foreign_key]]");
        self.set("column", &key.column)?;
        self.set("table", key.table)?;
        self.set("references", &key.references)?;
        self.set_with("orphans", key.orphans, "records whose reference has no target")
    }

    fn column(&mut self, column: &Column) -> Result<(), Error> {
        self.heading("[[table.column]]");
        self.set("header", &column.header)?;
        self.set("name", &column.name)?;
        self.set_some("from", column.from)?;
        self.set_some("role", column.role)?;
        self.set("type", column.sql_type)?;
        self.set_some("format", column.format.as_ref())?;
        self.set_some("format_proof", column.format_proof.as_ref())?;
        if !column.missing.is_empty() {
            self.set("missing", &column.missing)?;
        }
        self.set("nullable", column.nullable)?;
        self.set_some("nulls", column.nulls)?;
        self.set_some("minimum", column.minimum.as_ref())?;
        self.set_some("maximum", column.maximum.as_ref())?;
        self.set_some("longest", column.longest)?;
        if column.generated {
            self.set("generated", true)?;
        }
        Ok(())
    }

    fn heading(&mut self, heading: &str) {
        self.0.push('\n');
        self.0.push_str(heading);
        self.0.push('\n');
    }

    fn set(&mut self, name: &str, what: impl Serialize) -> Result<(), Error> {
        let line = format!("{name} = {}\n", value(what)?);
        self.0.push_str(&line);
        Ok(())
    }

    fn set_some(&mut self, name: &str, what: Option<impl Serialize>) -> Result<(), Error> {
        what.map_or(Ok(()), |what| self.set(name, what))
    }

    fn set_with(&mut self, name: &str, what: impl Serialize, comment: &str) -> Result<(), Error> {
        let line = format!("{:30} # {comment}\n", format!("{name} = {}", value(what)?));
        self.0.push_str(&line);
        Ok(())
    }

    fn set_inline(&mut self, name: &str, values: &[(&str, Value)]) {
        let values: Vec<_> =
            values.iter().map(|(name, value)| format!("{name} = {value}")).collect();
        let line = format!("{name} = {{ {} }}\n", values.join(", "));
        self.0.push_str(&line);
    }
}

fn value(what: impl Serialize) -> Result<Value, Error> {
    Value::try_from(what)
}

#[cfg(test)]
mod tests {
    use super::super::{LineEnding, SplitBy, TableName, Way};
    use super::*;
    use crate::testing::{reference, table, table_name};

    fn transactions() -> Table {
        let columns = r"
            | row_id | BIGINT | generated = true
            Date\n'of' \ x | transaction_date | DATE | role = 'event_time'; format = '%Y-%m-%d'; format_proof = 'month first: line 3'; missing = ['N/A']; nullable = true; nulls = 2; minimum = '2024-01-13'; maximum = '2024-02-01'
            Product | product | VARCHAR(20) | nullable = true; longest = 17";
        Table {
            file: "a \"b\".zip".into(),
            member: Some("x/y.csv".into()),
            rejected: 1,
            passed_over: 4,
            dialect: Dialect {
                delimiter: '\t',
                quote: None,
                line_ending: LineEnding::CrCrLf,
                ..Dialect::work()
            },
            encoding_reason: Some("--encoding decides it".into()),
            further_files: vec![FurtherFile {
                file: "b.csv".into(),
                member: None,
                sha256: "1".repeat(64),
                rows: 1,
                rejected: 0,
                dialect: Dialect { blanks_before_quotes: true, ..Dialect::work() },
                encoding_reason: None,
            }],
            join: Some(Join {
                table: table_name("orders"),
                column: "Order".into(),
                references: "id".into(),
                without: 1,
                unused: 2,
            }),
            route: Route { to: vec![Way::Mysql, Way::Logs], reason: "sold".into() },
            foreign_keys: vec![ForeignKey {
                orphans: 2,
                ..reference("product", "products.product")
            }],
            ..table("transactions", "row_id", columns)
        }
    }

    fn plan() -> Plan {
        let table = transactions();
        let mut products = Table { name: TableName::Products, derived: true, ..table.clone() };
        products.dialect.quote = Some('"');
        products.foreign_keys.clear();
        (products.further_files, products.join) = (Vec::new(), None);
        let split = Split {
            by: SplitBy::Date,
            ratio: 0.7,
            cut: "2024-06-17".into(),
            historical: 2,
            realtime: 1,
        };
        let left_out = LeftOut {
            file: "more.csv".into(),
            rows: 7,
            sales: true,
            reason: "unlike the others".into(),
        };
        let plan = crate::testing::plan("shop", [products, table]);
        Plan { folder: "/data/my shop".into(), split, left_out: vec![left_out], ..plan }
    }

    #[test]
    fn a_written_plan_reads_back_equal() {
        let text = render(&plan()).unwrap();
        assert_eq!(toml::from_str::<Plan>(&text).unwrap(), plan(), "{text}");
    }

    #[test]
    fn a_dialect_and_a_route_take_one_line_each() {
        let text = render(&plan()).unwrap();
        for line in [
            "dialect = { delimiter = \"\\t\", encoding = \"UTF-8\", bom = false, \
             line_ending = \"CRCRLF\", header_line = 1 }",
            "route = { to = [\"mysql\", \"logs\"], reason = \"sold\" }",
            "ratio = 0.7                    # requested share of the historical part",
        ] {
            assert!(text.lines().any(|found| found == line), "{text}");
        }
    }
}
