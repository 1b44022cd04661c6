# shellcheck shell=bash
# The native database: its user, its secret, and the statements that it runs at every start.

# quoted TEXT: escaped for a quoted string in a statement of MariaDB.
quoted() { sed -e 's/\\/\\\\/g' -e "s/'/\\\\'/g" -e 's/"/\\"/g' <<<"$1"; }

# database_user: who runs MariaDB: not root, unless no other user can enter the folder, such as a checkout in /root.
# Existing data keep their owner.
database_user() {
  local user=mysql
  if ((EUID != 0)); then
    id -un
  elif [[ -d $STACK_DIR/data/mysql ]]; then
    stat -c %U -- "$STACK_DIR/data/mysql"
  else
    id mysql >/dev/null 2>&1 || user=nobody
    setpriv --reuid="$user" --clear-groups test -x "$STACK_DIR/data" || user=root
    echo "$user"
  fi
}

# write_password: creates a random secret once. Sqoop reads the file byte by byte, so a final newline would be part of
# the password.
write_password() {
  local file=$MYSQL_PASSWORD_FILE
  if [[ ! -e $file ]]; then
    mkdir -p -- "$(dirname -- "$file")"
    (umask 077 && head -c 24 /dev/urandom | base64 -w 0 | tr '+/' '-_' >"$file.new" && chmod 400 -- "$file.new")
    mv -- "$file.new" "$file"
  fi
  regular_file "$file"
  [[ -r $file && -s $file ]] || die 2 "MYSQL_PASSWORD_FILE: $file cannot be read or is empty"
  (($(wc -l <"$file") == 0)) ||
    die 2 "MYSQL_PASSWORD_FILE: $file holds a newline, which Sqoop would take as part of the password"
}

# write_database_files: the statements that MariaDB runs at every start.
write_database_files() {
  local password secrets=$STACK_DIR/secrets owner
  password=$(quoted "$(<"$MYSQL_PASSWORD_FILE")")
  owner=$(database_user)
  if [[ $owner == root && ! -d $STACK_DIR/data/mysql ]]; then
    note "warning: MariaDB runs as root, because no other user can enter $ECOM_VAR_DIR (see ECOM_VAR_DIR)"
  fi
  (
    umask 077
    cat >"$secrets/init.sql" <<SQL
CREATE DATABASE IF NOT EXISTS \`$MYSQL_DATABASE\` CHARACTER SET utf8mb4;
CREATE USER IF NOT EXISTS '$MYSQL_USER'@'127.0.0.1';
ALTER USER '$MYSQL_USER'@'127.0.0.1' IDENTIFIED BY '$password';
GRANT ALL ON \`${MYSQL_DATABASE//_/\\_}\`.* TO '$MYSQL_USER'@'127.0.0.1';
SQL
  )
  ((EUID != 0)) || chown -- "$owner" "$secrets/init.sql"
}

# grant_databases_beside: lets the tools' user create databases whose names begin with that of its own and _, for tests
# and measurements.
grant_databases_beside() {
  mariadb --no-defaults --protocol=socket --socket="$STACK_DIR/data/mysql/mariadb.sock" --user=root --execute \
    "GRANT ALL ON \`${MYSQL_DATABASE//_/\\_}\\_%\`.* TO '$MYSQL_USER'@'127.0.0.1'"
}
