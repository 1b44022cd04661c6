//! Words that should not be used as the name of a column.

/// Reserved words of MySQL 8.4 (its manual, "Keywords and Reserved Words"), those of Spark SQL's
/// ANSI mode that are common in sales data, and type names. In alphabetical order.
const RESERVED: &str = "\
    accessible add all alter analyze and any array as asc asensitive at authorization before \
    between bigint binary bit blob bool boolean both by call cascade case cast change char \
    character check collate collation column condition constraint continue convert create cross \
    cube cume_dist current_date current_time current_timestamp current_user cursor database \
    databases date datetime day day_hour day_microsecond day_minute day_second dec decimal \
    declare default delayed delete dense_rank desc describe deterministic distinct distinctrow \
    div double drop dual each else elseif empty enclosed end enum escape escaped except exists \
    exit explain false fetch filter first_value float float4 float8 for force foreign from full \
    fulltext function generated geometry get grant group grouping groups having high_priority \
    hour hour_microsecond hour_minute hour_second if ignore in index infile inner inout \
    insensitive insert int int1 int2 int3 int4 int8 integer intersect interval into \
    io_after_gtids io_before_gtids is iterate join json json_table key keys kill lag last_value \
    lateral lead leading leave left like limit linear lines load localtime localtimestamp lock \
    long longblob longtext loop low_priority manual master_bind master_ssl_verify_server_cert \
    match maxvalue mediumblob mediumint mediumtext middleint minute minute_microsecond \
    minute_second mod modifies month natural no_write_to_binlog not nth_value ntile null number \
    numeric of on only optimize optimizer_costs option optionally or order out outer outfile \
    over overlaps parallel partition percent_rank point precision primary procedure purge \
    qualify range rank read read_write reads real recursive references regexp release rename \
    repeat replace require resignal restrict return revoke right rlike row row_number rows \
    schema schemas second second_microsecond select sensitive separator serial session_user set \
    show signal smallint some spatial specific sql sql_big_result sql_calc_found_rows \
    sql_small_result sqlexception sqlstate sqlwarning ssl start starting stored straight_join \
    string system table tablesample terminated text then time timestamp tinyblob tinyint \
    tinytext to trailing trigger true undo union unique unknown unlock unsigned update usage use \
    user using utc_date utc_time utc_timestamp values varbinary varchar varcharacter varying \
    virtual when where while window with without write xor year year_month zerofill zone";

/// True for a reserved word or a type name, in lower case.
pub(crate) fn is_reserved(word: &str) -> bool {
    RESERVED.split(' ').any(|reserved| reserved == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_sorted_and_found() {
        assert!(RESERVED.split(' ').is_sorted() && !RESERVED.contains("  "));
        for word in ["date", "order", "select", "timestamp", "rank", "zerofill", "accessible"] {
            assert!(is_reserved(word), "{word}");
        }
        assert!(!is_reserved("region"));
    }
}
