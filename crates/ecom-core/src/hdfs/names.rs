//! What the name of a file in HDFS says about it.

/// The last part of a path.
#[must_use]
pub fn name_of(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// True for names that begin with `.` or `_`, which Hadoop's readers skip.
#[must_use]
pub fn is_hidden(path: &str) -> bool {
    name_of(path).starts_with(['.', '_'])
}

/// True for a file that Flume has not closed yet: its last line may be incomplete, and it will be
/// renamed. Flume's sinks put `_` (`hdfs.inUsePrefix` in `flume-conf`) before the final name and
/// `.tmp` (the default of `hdfs.inUseSuffix`) behind it, always both.
#[must_use]
pub fn is_open_in_flume(path: &str) -> bool {
    name_of(path).strip_suffix(".tmp").is_some_and(|name| name.starts_with('_'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefix_and_suffix_together_mark_a_file_that_flume_is_writing() {
        for (path, open, hidden) in [
            ("/user/flume/logs/2024/11/10/_ecommerce-logs-.7.log.tmp", true, true),
            ("/user/flume/logs/2024/11/10/ecommerce-logs-.7.log", false, false),
            ("/user/flume/_logs.tmp/ecommerce-logs-.7.log", false, false),
            ("/user/sqoop/products/_SUCCESS", false, true),
            ("/user/sqoop/.import-products", false, true),
            ("upload.tmp", false, false),
            ("_.tmp", true, true),
        ] {
            assert_eq!((is_open_in_flume(path), is_hidden(path)), (open, hidden), "{path}");
        }
    }
}
