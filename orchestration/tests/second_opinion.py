"""A second opinion on the analysis: DuckDB answers the same questions from the source files alone.

Usage: second_opinion.py sample|marketplace SOURCE_FOLDER WORK_FOLDER QUESTIONS RESULTS

RESULTS has a file NAME for each result, as it is in HDFS. Prints each result that differs, with its first rows.
Exit codes: 0 every value of every result is equal · 7 one differs
"""

import datetime
import pathlib
import re
import sys

import duckdb

# What the columns of the source files mean; the analyzer has found that by itself.
SALES = {
    "sample": """SELECT transaction_id AS order_id, transaction_date AS sold_at, t.customer_id, t.product_id, quantity,
        t.unit_price, total_amount AS amount, region, payment_method, status, p.category,
        CAST(transaction_date AS DATE) AS sold_on,
        t.customer_id || ' ' || CAST(CAST(transaction_date AS DATE) AS VARCHAR) AS basket
        FROM read_csv('{source}/transactions.csv',
          types={{'total_amount': 'DECIMAL(9,2)', 'unit_price': 'DECIMAL(9,2)'}}) AS t
        LEFT JOIN read_csv('{source}/products.csv') AS p ON p.product_id = t.product_id""",
    "marketplace": """SELECT "Transaction ID" AS order_id, CAST("Date" AS TIMESTAMP) AS sold_at,
        "Product Name" AS product_id, "Units Sold" AS quantity, "Unit Price" AS unit_price, "Total Revenue" AS amount,
        "Region" AS region, "Payment Method" AS payment_method, "Product Category" AS category,
        CAST("Date" AS DATE) AS sold_on
        FROM read_csv('{source}/*.csv',
          types={{'Total Revenue': 'DECIMAL(9,2)', 'Unit Price': 'DECIMAL(9,2)'}})""",
}
PRODUCTS = {
    "sample": "SELECT product_id, product_name, category FROM read_csv('{source}/products.csv')",
    "marketplace": """SELECT DISTINCT "Product Name" AS product_id, "Product Name" AS product_name
        FROM read_csv('{source}/*.csv')""",
}
LOGS = r"""SELECT CAST(regexp_extract(line, '^(.{{26}})', 1) AS TIMESTAMP) AS logged_at,
    regexp_extract(line, '^.{{26}} \[([A-Z]+)\]', 1) AS level,
    regexp_extract(line, '^.{{26}} \[[A-Z]+\] \[([A-Za-z]+)\]', 1) AS service,
    regexp_extract(line, '^.{{26}} \[[A-Z]+\] \[[A-Za-z]+\] (.*)$', 1) AS message
    FROM read_csv('{work}/logs/*.log', columns={{'line': 'VARCHAR'}}, delim='\x01', quote='', header=false,
      auto_detect=false)"""


def views(database, data_set, source, work):
    """Makes the views that the questions ask."""
    cut = re.search(r'^cut = "(.*)"', (work / "plan.toml").read_text(), re.MULTILINE).group(1)
    part = f"CASE WHEN sold_on < DATE '{cut}' THEN 'historical' ELSE 'real-time' END AS part"
    names = {"source": source, "work": work}
    database.execute(f"CREATE VIEW sales AS SELECT *, {part} FROM ({SALES[data_set].format(**names)}) AS sold")
    database.execute(f"CREATE VIEW products AS {PRODUCTS[data_set].format(**names)}")
    database.execute(f"CREATE VIEW log_events AS {LOGS.format(**names)}")


def text(value):
    """A value as a text of the lake."""
    if value is None:
        return r"\N"
    if isinstance(value, datetime.datetime):
        return value.strftime("%Y-%m-%d %H:%M:%S.%f")
    if isinstance(value, bool):
        return str(int(value))
    return re.sub(r"[\\\t\n\r]", lambda found: {"\\": r"\\", "\t": r"\t", "\n": r"\n", "\r": r"\r"}[found[0]], str(value))


def main(data_set, source, work, questions, results):
    database = duckdb.connect()
    views(database, data_set, source, pathlib.Path(work))
    bad = 0
    for found in sorted(pathlib.Path(results).iterdir()):
        select = (pathlib.Path(questions) / f"{found.name}.sql").read_text()
        wanted = ["\t".join(map(text, row)) for row in database.execute(select).fetchall()]
        held = found.read_text(encoding="utf-8").split("\n")[:-1]
        if wanted != held:
            bad += 1
            print(f"{found.name}: {len(held)} rows, of DuckDB {len(wanted)}")
            for one, other in [pair for pair in zip(held, wanted) if pair[0] != pair[1]][:3]:
                print(f"  {one!r}, of DuckDB {other!r}")
    print(f"{len(list(pathlib.Path(results).iterdir()))} results compared, {bad} differ")
    return 7 if bad else 0


sys.exit(main(*sys.argv[1:]))
