#!/usr/bin/env bats
# Faults that an analyzer might have, put into its plan on purpose: the splitter or the reconciler finds each. With the
# real tools, without any server.
# shellcheck disable=SC2016,SC2154 # addresses of sed have a $; bats sets stderr

bats_require_minimum_version 1.5.0

setup() {
  TOOLS=${ECOM_BIN_DIR:-$BATS_TEST_DIRNAME/../../target/debug}
  [[ -x $TOOLS/analyzer && -x $TOOLS/splitter && -x $TOOLS/reconciler ]] || skip 'the tools are not built'
  DATA=$BATS_TEST_TMPDIR/shop WORK=$BATS_TEST_TMPDIR/split PLAN=$BATS_TEST_TMPDIR/split/plan.toml
  mkdir -p "$DATA"
  # Every day could be a month, and every price has a fee in the next column.
  seq 24 | awk 'BEGIN { print "Order,Sold,Product,Region,Price,Fee" }
    { printf "%d,%02d/%d/2024,P%d,R%d,%d.50,0.%02d\n", $1, $1 % 9 + 1, 10 + $1 % 2, $1 % 5, $1 % 3, $1, $1 }' \
    >"$DATA/sales.csv"
  "$TOOLS/analyzer" "$DATA" --plan "$PLAN" --date-order day-first --quiet >/dev/null
}

# fault SED…: changes the plan with these commands of sed, and checks that it has changed.
fault() {
  local command commands=()
  for command in "$@"; do commands+=(-e "$command"); done
  cp "$PLAN" "$BATS_TEST_TMPDIR/right"
  sed -i -E "${commands[@]}" "$PLAN"
  ! cmp -s "$PLAN" "$BATS_TEST_TMPDIR/right"
}

# exchange ONE OTHER: the headers of two columns of transactions.
exchange() {
  local range='/name = "transactions"/,$'
  fault "${range}s/header = \"$1\"/header = \"x\"/" "${range}s/header = \"$2\"/header = \"$1\"/" \
    "${range}s/header = \"x\"/header = \"$2\"/"
}

split() { "$TOOLS/splitter" --plan "$PLAN" --out-dir "$WORK" --quiet; }
prove() { "$TOOLS/reconciler" --plan "$PLAN" --hop input --quiet; }

# refused CLAIM: the splitter refuses the plan, names the claim (a pattern), and writes nothing.
refused() {
  run -4 --separate-stderr split
  # shellcheck disable=SC2027 # the claim is a pattern, what is around it is not
  [[ $stderr == "splitter: $PLAN: "$1": the plan says "*', the data have '*': analyze the data set again, or '* ]] ||
    { printf '%s\n' "$stderr" && false; }
  [ ! -e "$WORK/manifest.json" ]
}

# contradicts COLUMN OTHER: the splitter refuses a plan in which two tables contradict each other about a column.
contradicts() {
  run -4 --separate-stderr split
  [[ $stderr == "splitter: products: column product: the plan says that it is made from \"$1\","* ]]
  [[ $stderr == *" but in transactions it is \"$2\"" ]]
  [ ! -e "$WORK/manifest.json" ]
}

@test "the plan as the analyzer made it is split and proven" {
  split
  run -0 prove
  [[ ${lines[-1]} == '✓ shop: input holds every record' ]]
}

@test "a derived table made of the column beside its own is refused" {
  fault 's/^column = "product"/column = "region"/'
  contradicts Product Region
}

@test "a reference that looks into the column beside its own is refused" {
  exchange Product Region
  contradicts Product Region
}

@test "amounts of the column beside their own are refused" {
  exchange Price Fee
  fault 's/DECIMAL\([0-9],2\)/DECIMAL(4,2)/'
  refused 'transactions: column price: minimum'
}

@test "dates that are read month first are refused" {
  fault 's|%d/%m/%Y|%m/%d/%Y|'
  refused 'transactions: column sold: m*'
}

@test "numbers that are read with a decimal comma are refused" {
  fault 's/^type = "DECIMAL\(4,2\)"/&\nformat = "1.234,56"/'
  run -4 --separate-stderr split
  [[ $stderr == *reject* || $stderr == *'the plan says'* ]]
}

@test "a cut on another day than the counts say is refused" {
  fault 's/^cut = "2024-11-0./cut = "2024-11-02/'
  refused 'split: *'
}

@test "records that the plan does not count are refused" {
  fault '/name = "transactions"/,$s/^rows = 24/rows = 23/'
  refused 'transactions: rows'
}

@test "the proof finds a file that the plan does not name" {
  cp "$DATA/sales.csv" "$DATA/sales-2024-12.csv"
  split
  run -7 --separate-stderr prove
  [ "$stderr" = 'reconciler: sales-2024-12.csv is in the folder but not in the plan: analyze the data set again' ]
  [[ ${lines[-1]} == '✗ shop: sales-2024-12.csv is in the folder '* ]]
}

@test "without sales that the plan leaves out, there is no check mark" {
  cp "$DATA/sales.csv" "$DATA/sales-2024-12.csv"
  left_out='[[left_out]]\nfile = "sales-2024-12.csv"\nrows = 24\nsales = true\nreason = "other columns"'
  fault "0,/^\\[\\[table\\]\\]/s//$left_out\\n\\n&/"
  split
  run -0 prove
  [[ ${lines[-1]} == '! shop: input holds every record of the plan, but 1 of 2 files with 24 records of sales was '* ]]
}
