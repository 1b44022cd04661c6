//! The name of a data set, printed for scripts.

use std::fs;

use assert_cmd::Command;
use ecom_core::plan::Plan;

use super::{SALES, Said, Shop, run};

fn print_name(shop: &Shop, folder: &str) -> Said {
    let path = shop.folder.path().join(folder);
    run(Command::new(env!("CARGO_BIN_EXE_analyzer")).arg(path).arg("--print-name"))
}

#[test]
fn the_printed_name_is_the_one_in_the_plan() {
    let shop = Shop::new(&[("sales.csv", SALES)]);
    let said = print_name(&shop, "My Shop");
    assert_eq!((said.code, said.out.as_str(), said.err.as_str()), (0, "my_shop\n", ""));
    assert_eq!(shop.plan(&[]).data_set, "my_shop");

    fs::rename(shop.data(), shop.folder.path().join("📈 Größe")).unwrap();
    let said = print_name(&shop, "📈 Größe");
    let name = said.out.trim_end();
    let plan = shop.folder.path().join(name).join("plan.toml");
    let analyzer = &mut Command::new(env!("CARGO_BIN_EXE_analyzer"));
    let folder = shop.folder.path().join("📈 Größe");
    assert_eq!(run(analyzer.arg(folder).arg("--plan").arg(&plan)).code, 0);
    assert_eq!(Plan::read(&plan).unwrap().data_set, name);
}

#[test]
fn a_name_is_printed_without_reading_a_file() {
    let shop = Shop::of_bytes(&[("broken.csv", &[0])]);
    assert_eq!(print_name(&shop, "My Shop").out, "my_shop\n");
    fs::remove_file(shop.data().join("broken.csv")).unwrap();
    assert_eq!(print_name(&shop, "My Shop").out, "my_shop\n");
    let said = print_name(&shop, "none");
    assert_eq!((said.code, said.out.as_str()), (4, ""), "{}", said.err);
}
