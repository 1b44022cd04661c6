# shellcheck shell=bash
# The example of an analysis that goes back to MySQL: sales by region. Source it after sqoop.sh.

# sales_by_region: aggregates the transactions into HDFS with a free-form query, and creates the table for the result.
sales_by_region() {
  local region amount query records folder=$HDFS_ROOT/analytics/sales_by_region
  find_plan
  read_plan
  [[ -z ${SELECT_LIST[sales_by_region]-} ]] ||
    die 4 'sales_by_region is a table of the data set: the example would replace its rows'
  region=$(role_column region) amount=$(role_column amount)
  [[ -n $region && -n $amount ]] ||
    die 4 'the plan has no columns with the roles region and amount: there are no sales by region'
  query="SELECT $(role_value region) AS region, COUNT(*) AS sales, SUM(\`$amount\`) AS amount FROM transactions"
  records=$(mysql_query "SELECT COUNT(*) FROM ($query GROUP BY 1) AS regions")
  mysql_query "CREATE TABLE IF NOT EXISTS sales_by_region AS $query WHERE FALSE GROUP BY 1"
  tool lake recover "$HDFS_ROOT/analytics"
  begin import_query sales_by_region "$folder" "$query WHERE \$CONDITIONS GROUP BY 1" "$records" -m 1
  finish_all
}
