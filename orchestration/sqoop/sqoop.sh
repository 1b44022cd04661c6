# shellcheck shell=bash
# What the import and the export need besides lib.sh: the tools, the plan, MySQL, and Sqoop itself.

# shellcheck source=../build.sh
source "$REPO/orchestration/build.sh"
# shellcheck source=../plan.sh
source "$REPO/orchestration/plan.sh"
# shellcheck source=mysql.sh
source "$REPO/orchestration/sqoop/mysql.sh"
# shellcheck source=run.sh
source "$REPO/orchestration/sqoop/run.sh"
