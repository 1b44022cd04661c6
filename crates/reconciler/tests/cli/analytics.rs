//! The proof of the numbers, against an HDFS that the tests control.

use std::fs;

use ecom_core::plan::TableName;
use ecom_core::testing::reference;
use serde_json::Value;

use crate::support::fake_hdfs::FakeHdfs;
use crate::support::{DataSet, json};

/// By product, in the lake's text: the sales of both parts.
const BY_PRODUCT: &str = "P1\tLamp\t5\t1000494.49\t2024-01-01 10:00:00\t5\nP2\tChair\t5\t351.16\t2024-01-02 \
                          10:00:00\t4\n";
const COLUMNS: &str = "product_id\tVARCHAR(9)\nproduct_name\tTEXT\norders\tBIGINT\nrevenue\tDECIMAL(20,2)\n\
                       first_sale\tDATETIME\nnotes\tBIGINT\n";
const QUESTION: &str = "-- What does each product bring?\n\
    -- proof: group by product_id, products.product_name: orders = count, revenue = sum(amount), \
    first_sale = min(sold_at), notes = count(distinct note)\nSELECT 1\n";

/// A data set whose sales refer to products, with questions, and results in HDFS.
struct Analysis {
    data_set: DataSet,
    hdfs: FakeHdfs,
}

impl Analysis {
    fn new() -> Self {
        let (data_set, hdfs) = (DataSet::new(), FakeHdfs::start());
        data_set.change_plan(|plan| {
            let sales = plan.tables.iter_mut().find(|table| table.name == TableName::Transactions);
            sales.unwrap().foreign_keys = vec![reference("product", "products.product_id")];
        });
        Self { data_set, hdfs }
    }

    fn ask(&self, name: &str, question: &str) -> &Self {
        let folder = self.data_set.home.path().join("sql/analytics");
        fs::create_dir_all(&folder).unwrap();
        fs::write(folder.join(format!("{name}.sql")), question).unwrap();
        self
    }

    fn answer(&self, name: &str, columns: &str, lines: &str) -> &Self {
        let folder = format!("/user/analytics/{name}");
        self.hdfs.files.put(&format!("{folder}/_columns"), columns);
        self.hdfs.files.put(&format!("{folder}/_SUCCESS"), "");
        self.hdfs.files.put(&format!("{folder}/part-00000"), lines);
        self
    }

    /// The exit code and the checks; MySQL is not there.
    fn prove(&self) -> (i32, Value) {
        let mut command = self.data_set.reconciler("analytics");
        command.args(["--webhdfs-url", &self.hdfs.url, "--hdfs-timeout", "2", "--questions"]);
        command.arg(self.data_set.home.path().join("sql/analytics"));
        command.env("MYSQL_PORT", "1").env("MYSQL_TIMEOUT", "1");
        let (code, verdict, _) = json(&mut command);
        (code, verdict)
    }
}

/// `KIND KEY COLUMN: "EXPECTED" → "FOUND" …` for each difference of the first check.
fn named(verdict: &Value) -> Vec<String> {
    crate::support::differences(verdict, "analytics", "by_product")
}

#[test]
fn a_result_that_is_computed_again_is_equal_however_its_numbers_are_spelled() {
    let analysis = Analysis::new();
    analysis.ask("by_product", QUESTION).answer("by_product", COLUMNS, BY_PRODUCT);
    let (code, verdict) = analysis.prove();
    // The results are equal; without MySQL that is not all.
    assert_eq!(code, 5, "{verdict:#}");
    assert_eq!(verdict["checks"][0]["equal"], true, "{verdict:#}");
    let law = verdict["laws"].as_array().unwrap().last().unwrap();
    assert_eq!(law["law"], "revenue of the lake = revenue of the files");
    assert_eq!(law["amounts"], serde_json::json!(["1,000,845.65", "1,000,845.65"]));
    analysis.answer("by_product", COLUMNS, &BY_PRODUCT.replace("351.16", "351.1600"));
    assert_eq!(analysis.prove().1["checks"][0]["equal"], true);
}

#[test]
fn every_row_that_differs_is_named() {
    let analysis = Analysis::new();
    analysis.ask("by_product", QUESTION);
    for (old, new, wanted) in [
        ("351.16", "351.17", "altered P2|Chair revenue: \"351.16\" → \"351.17\""),
        ("\t5\t351", "\t6\t351", "altered P2|Chair orders: \"5\" → \"6\""),
        ("Lamp", "lamp", "missing P1|Lamp, extra P1|lamp"),
        (
            "10:00:00\t5",
            "10:00:01\t5",
            "altered P1|Lamp first_sale: \"2024-01-01 10:00:00\" → \
                                       \"2024-01-01 10:00:01\"",
        ),
        ("351.16", "\\N", "altered P2|Chair revenue: \"351.16\" → null"),
        ("351.16", "3.5116e2", "altered P2|Chair revenue: \"351.16\" → \"3.5116e2\""),
    ] {
        let lines = BY_PRODUCT.replace(old, new);
        assert_ne!(lines, BY_PRODUCT);
        analysis.answer("by_product", COLUMNS, &lines);
        let (code, verdict) = analysis.prove();
        assert_eq!((code, named(&verdict).join(", ").as_str()), (7, wanted), "{old} → {new}");
    }
    let (first, _) = BY_PRODUCT.split_at(BY_PRODUCT.find("P2").unwrap());
    analysis.answer("by_product", COLUMNS, first);
    assert_eq!(named(&analysis.prove().1), ["missing P2|Chair"]);
    analysis.answer("by_product", COLUMNS, &[BY_PRODUCT, first].concat());
    assert_eq!(named(&analysis.prove().1), ["duplicated P1|Lamp"]);
}

#[test]
fn totals_tops_and_groups_without_records_are_proven() {
    let analysis = Analysis::new();
    for (name, proof, columns, lines) in [
        (
            "total",
            "revenue = sum(amount), n = count",
            "revenue\tDECIMAL(20,2)\nn\tINT\n",
            "1000845.65\t9\n0\t1\n",
        ),
        (
            "top",
            "top group by product_id: n = count(paid is not null)",
            "product_id\tTEXT\nn\tINT\n",
            "P1\t5\n",
        ),
        (
            "every",
            "where product_id in ('P1') group by every products.product_id: n = count, sum = sum(amount) or 0",
            "product_id\tTEXT\nn\tINT\nsum\tDECIMAL(20,2)\n",
            "P1\t5\t1000494.49\nP2\t0\t0.00\nP3\t0\t0.00\n",
        ),
        ("days", "from log_events group by level: n = count", "level\tTEXT\nn\tINT\n", "\\N\t5\n"),
        (
            "some",
            "rows where kind in ('all'): n = count(distinct product_id)",
            "kind\tTEXT\nn\tINT\n",
            "all\t2\nodd\t7\n",
        ),
    ] {
        analysis.ask(name, &format!("-- What?\n-- proof: {proof}\nSELECT 1\n"));
        analysis.answer(name, columns, lines);
        // Its first check is of HDFS; the one of MySQL ends the hop.
        let (_, verdict) = analysis.prove();
        assert_eq!(verdict["checks"][0]["equal"], true, "{name}: {verdict:#}");
        fs::remove_file(analysis.data_set.home.path().join(format!("sql/analytics/{name}.sql")))
            .unwrap();
        for file in ["_columns", "_SUCCESS", "part-00000"] {
            analysis.hdfs.files.remove(&format!("/user/analytics/{name}/{file}"));
        }
    }
}

#[test]
fn a_result_that_is_missing_or_that_nobody_asks_for_is_a_difference() {
    let analysis = Analysis::new();
    analysis.ask("by_product", QUESTION).ask("by_part", "-- What?\n-- needs: category\nSELECT 1\n");
    let (code, verdict) = analysis.prove();
    assert_eq!(code, 7, "{verdict:#}");
    let problem = &verdict["checks"][0]["problems"][0];
    assert_eq!(
        problem.as_str(),
        Some("HDFS has no result /user/analytics/by_product: run orchestration/analytics.sh")
    );
    analysis.answer("by_product", COLUMNS, BY_PRODUCT).answer("by_part", COLUMNS, "");
    let (code, verdict) = analysis.prove();
    assert_eq!(code, 7, "{verdict:#}");
    let problem = &verdict["checks"][0]["problems"][0];
    let wanted = "/user/analytics/by_part answers no question of this data set: delete it";
    assert_eq!(problem.as_str(), Some(wanted));
}
