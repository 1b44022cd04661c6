//! Facts for scripts.

use ecom_core::lake_text::sql_form;

use crate::shop::{PRODUCTS, SALES, Shop};

#[test]
fn one_line_per_table_with_its_integer_key_and_its_select_list() {
    let (product, kind) = (sql_form("`product`"), sql_form("`kind`"));
    Shop::usual().schema_gen(&["--list"]).success().stderr("").stdout(format!(
        "products\tproduct_id\t`product_id` AS c1, {product} AS c2, {kind} AS c3\n\
         transactions\tid\t`id` AS c1, CAST(`day` AS CHAR) AS c2, {product} AS c3, `paid` AS c4, `amount` AS c5\n",
    ));
}

#[test]
fn a_key_that_is_not_an_integer_cannot_split_rows() {
    let shop = Shop::new(PRODUCTS, &SALES.replace("INT  ", "VARCHAR(8)"));
    let output = shop.schema_gen(&["--list"]).success().get_output().stdout.clone();
    let text = String::from_utf8(output).unwrap();
    assert!(text.contains("\ntransactions\t\tREPLACE(REPLACE("), "{text}");
}

#[test]
fn a_role_gives_the_name_and_the_value_of_its_column_or_nothing() {
    let shop = Shop::usual();
    shop.schema_gen(&["--list-role", "amount"]).success().stdout("amount\t`amount`\n").stderr("");
    shop.schema_gen(&["--list-role", "region"])
        .success()
        .stdout("")
        .stderr("no column of transactions has the role region\n");
    shop.schema_gen(&["--list-role", "price"])
        .code(2)
        .stdout("")
        .stderr("schema-gen: --list-role price: not a role\n");
}

#[test]
fn lists_write_no_file() {
    let shop = Shop::usual();
    shop.schema_gen(&["--list"]).success();
    assert!(!shop.path("sql").exists());
    shop.schema_gen(&["--list", "--list-role", "amount"]).code(2);
    shop.schema_gen(&["--list", "--output", "x.sql"]).code(2);
}
