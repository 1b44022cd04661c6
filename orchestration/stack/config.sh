# shellcheck shell=bash
# Everything that is generated under STACK_DIR: the database's secret, and configuration files from the templates.

# fill TEXT: prints it with each ${NAME} replaced by that variable's value; a value is never looked into again.
fill() {
  local rest=$1 filled=
  while [[ $rest =~ \$\{([A-Z][A-Z0-9_]*)\} ]]; do
    [[ -v ${BASH_REMATCH[1]} ]] || die 2 "there is no setting \${${BASH_REMATCH[1]}}"
    filled+=${rest%%"${BASH_REMATCH[0]}"*}${!BASH_REMATCH[1]}
    rest=${rest#*"${BASH_REMATCH[0]}"}
  done
  printf '%s\n' "$filled$rest"
}

# hadoop_xml FILE: prints, for example, core-site.xml from the lines CORE-SITE.XML_name=value of hadoop.env.
hadoop_xml() {
  local line number=0 prefix=${1^^}_
  printf '<?xml version="1.0" encoding="UTF-8"?>\n<!-- Generated from hadoop.env; edit that. -->\n<configuration>\n'
  while IFS= read -r line || [[ -n $line ]]; do
    number=$((number + 1))
    [[ $line =~ ^[[:space:]]*(#|$) ]] && continue
    [[ $line =~ ^(CORE|HDFS|MAPRED|YARN)-SITE\.XML_([A-Za-z0-9.-]+)=(.*)$ ]] ||
      die 2 "hadoop.env, line $number: not of the form CORE-SITE.XML_name=value (or HDFS-, MAPRED- or YARN-)"
    [[ $line == "$prefix"* ]] || continue
    printf '%s\n' "${BASH_REMATCH[2]}" && fill "${BASH_REMATCH[3]}"
  done <"${HADOOP_ENV:-$REPO/hadoop.env}" |
    sed -e 's/&/\&amp;/g; s/</\&lt;/g; s/>/\&gt;/g' |
    sed -e 'N; s|\(.*\)\n\(.*\)|  <property><name>\1</name><value>\2</value></property>|'
  printf '</configuration>\n'
}

# write_config FILE [SERVER…]: puts stdin there in one step. A server that runs with other settings than those now
# asked for is not changed behind its back.
write_config() {
  local new=$1.new server
  cat >"$new"
  if cmp -s -- "$new" "$1"; then
    rm -f -- "$new"
    return
  fi
  for server in "${@:2}"; do
    if running_pid "$server" >/dev/null; then
      rm -f -- "$new"
      die 2 "$server runs with other settings than these: run orchestration/stack/down first"
    fi
  done
  mv -f -- "$new" "$1"
}

# quoted TEXT: as it stands between quotes in a statement of MariaDB.
quoted() { sed -e 's/\\/\\\\/g' -e "s/'/\\\\'/g" -e 's/"/\\"/g' <<<"$1"; }

# database_user: who runs MariaDB: not root, unless nobody else can enter the folder, as with a checkout in /root. Data
# that is there stays with its owner.
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

# write_password: makes a random secret once; Sqoop reads the file byte for byte, so a final newline would be part of it.
write_password() {
  local file=$MYSQL_PASSWORD_FILE
  if [[ ! -e $file ]]; then
    mkdir -p -- "$(dirname -- "$file")"
    (umask 077 && head -c 24 /dev/urandom | base64 -w 0 | tr '+/' '-_' >"$file.new" && chmod 400 -- "$file.new")
    mv -- "$file.new" "$file"
  fi
  [[ -r $file && -s $file ]] || die 2 "MYSQL_PASSWORD_FILE: $file cannot be read or is empty"
  (($(wc -l <"$file") == 0)) || die 2 "MYSQL_PASSWORD_FILE: $file holds a newline, which Sqoop would take for part of the password"
}

# write_database_files: the statements that MariaDB runs at every start.
write_database_files() {
  local password secrets=$STACK_DIR/secrets owner
  password=$(quoted "$(<"$MYSQL_PASSWORD_FILE")")
  owner=$(database_user)
  if [[ $owner == root && ! -d $STACK_DIR/data/mysql ]]; then
    note "warning: MariaDB runs as root, because no other user can enter $ECOM_VAR_DIR (ECOM_VAR_DIR may be another folder)"
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

# grant_databases_beside: lets the tools' user make databases named like its own with _ and more: for tests and
# measurements, never for the pipeline.
grant_databases_beside() {
  mariadb --no-defaults --protocol=socket --socket="$STACK_DIR/data/mysql/mariadb.sock" --user=root --execute \
    "GRANT ALL ON \`${MYSQL_DATABASE//_/\\_}\\_%\`.* TO '$MYSQL_USER'@'127.0.0.1'"
}

# prepare: folders, secret and configuration, from the settings as they are now.
prepare() {
  local conf=$STACK_DIR/conf file text
  umask 077
  mkdir -p -- "$STACK_DIR"/{data,logs,run,conf/hadoop,tmp,secrets} "$LOG_SPOOL_DIR"
  # Root's MariaDB runs as somebody else, who must get through to its own files there.
  ((EUID != 0)) || chmod 711 -- "$STACK_DIR"/{data,secrets}
  text=$(fill "$(<"$STACK_HOME/conf/mariadb.cnf")")
  write_config "$conf/mariadb.cnf" mysql <<<"$text"
  text=$(fill "$(<"$STACK_HOME/conf/kafka.properties")")
  write_config "$conf/kafka.properties" kafka <<<"$text"
  for file in core-site.xml hdfs-site.xml mapred-site.xml; do
    text=$(hadoop_xml "$file")
    write_config "$conf/hadoop/$file" namenode datanode <<<"$text"
  done
  write_password
  write_database_files
}
