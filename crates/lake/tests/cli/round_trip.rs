//! Everything that the tool does to an HDFS, on a real one.

use crate::lake;

/// What a successful run printed.
fn run(words: &[&str], input: &str) -> String {
    let url = std::env::var("WEBHDFS_URL").expect("the address of HDFS");
    let run = lake(&url, words).write_stdin(input).assert().success();
    String::from_utf8(run.get_output().stdout.clone()).expect("UTF-8")
}

/// The names in a folder.
fn names(folder: &str) -> Vec<String> {
    let list = run(&["list", folder], "");
    list.lines().map(|line| line.rsplit('\t').next().expect("a name").to_owned()).collect()
}

#[test]
fn folders_are_filled_replaced_recovered_and_deleted() {
    if std::env::var_os("ECOM_TEST_STACK").is_none() {
        eprintln!("SKIPPED: needs real servers: run orchestration/test.sh");
        return;
    }
    let root = format!("/user/lake-test-{}", std::process::id());
    let path = |name: &str| format!("{root}/{name}");
    run(&["recover", &root], "");
    assert_eq!(names(&root), [""; 0]);

    run(&["write", &path("sales/part-0")], "1\tcoffee\n2\ttea\n");
    let number = run(&["id", &path("sales")], "");
    run(&["write", &path(".import-sales/part 0")], "1\tcoffee\n");
    run(&["replace", &path(".import-sales"), &path("sales")], "");
    assert_ne!(run(&["id", &path("sales")], ""), number);
    assert_eq!(run(&["cat", &path("sales/part 0")], ""), "1\tcoffee\n");

    run(&["write", &path("sales/_SUCCESS")], "");
    run(&["write", &path("logs/2024/_open.1.log.tmp")], "one\ntwo\nthr");
    run(&["write", &path("logs/2024/.hidden")], "no\n");
    assert_eq!(run(&["count", &root, "--each"], ""), "logs\t3\nsales\t1\n");
    let walked = run(&["walk", &root], "");
    let files: Vec<_> =
        walked.lines().map(|line| line.rsplit('\t').next().expect("a name")).collect();
    assert_eq!(files, [path("logs/2024/_open.1.log.tmp"), path("sales/part 0")]);

    run(&["rename", &path("sales"), &path(".old-sales")], "");
    run(&["write", &path(".import-logs/part-0")], "x\n");
    run(&["write", &path(".old-logs/part-0")], "x\n");
    run(&["recover", &root], "");
    assert_eq!(names(&root), ["logs", "sales"]);

    run(&["delete", &root], "");
    assert_eq!(run(&["list", &root], ""), "");
}
