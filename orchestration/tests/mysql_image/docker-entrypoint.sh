#!/usr/bin/env bash
# Starts MySQL in the tests' stand-in for the official image, with as much of that image's interface as the Compose file
# uses: MYSQL_ROOT_PASSWORD_FILE, MYSQL_DATABASE, MYSQL_USER, MYSQL_PASSWORD_FILE, /docker-entrypoint-initdb.d, a data
# folder that is made once, and the server's own options as arguments.
set -euo pipefail

socket=/var/run/mysqld/mysqld.sock
client=(mysql --no-defaults --protocol=socket --socket="$socket" --user=root)

# accounts: the statements for the first start; root is left without a password until the last of them.
accounts() {
  # A password stands between single quotes.
  local password root
  password=$(sed -e 's/\\/\\\\/g' -e "s/'/\\\\'/g" -- "$MYSQL_PASSWORD_FILE")
  root=$(sed -e 's/\\/\\\\/g' -e "s/'/\\\\'/g" -- "$MYSQL_ROOT_PASSWORD_FILE")
  cat <<SQL
CREATE DATABASE IF NOT EXISTS \`$MYSQL_DATABASE\`;
CREATE USER '$MYSQL_USER'@'%' IDENTIFIED BY '$password';
GRANT ALL ON \`${MYSQL_DATABASE//_/\\_}\`.* TO '$MYSQL_USER'@'%';
CREATE USER 'root'@'%' IDENTIFIED BY '$root';
GRANT ALL ON *.* TO 'root'@'%' WITH GRANT OPTION;
ALTER USER 'root'@'localhost' IDENTIFIED BY '$root';
SQL
}

# set_up OPTIONS…: data folder, accounts and databases, on a server that nobody can reach yet.
set_up() {
  local script server
  mysqld --no-defaults --initialize-insecure "$@"
  mysqld --no-defaults --skip-networking --socket="$socket" "$@" &
  server=$!
  until "${client[@]}" --execute='SELECT 1' >/dev/null 2>&1; do
    kill -0 "$server"
    sleep 0.2
  done
  for script in /docker-entrypoint-initdb.d/*.sql; do
    [[ ! -e $script ]] || "${client[@]}" <"$script"
  done
  accounts | "${client[@]}"
  kill -TERM "$server"
  wait "$server"
}

if (($# == 0)) || [[ $1 == -* ]]; then set -- mysqld "$@"; fi
if [[ $1 == mysqld ]]; then
  set -- mysqld --no-defaults --socket="$socket" "${@:2}"
  [[ -d /var/lib/mysql/mysql ]] || set_up "${@:3}"
fi
exec "$@"
