# shellcheck shell=bash
# What is generated under STACK_DIR: folders, and configuration files from the templates.

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
    printf '%s\n' "${BASH_REMATCH[2]}" && with_settings "${BASH_REMATCH[3]}"
  done <"${HADOOP_ENV:-$REPO/hadoop.env}" |
    sed -e 's/&/\&amp;/g; s/</\&lt;/g; s/>/\&gt;/g' |
    sed -e 'N; s|\(.*\)\n\(.*\)|  <property><name>\1</name><value>\2</value></property>|'
  printf '</configuration>\n'
}

# write_config FILE [SERVER…]: writes stdin to it, atomically. Refuses to change the file of a running server.
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

# prepare: writes folders, secret and configuration from the settings.
prepare() {
  local conf=$STACK_DIR/conf file text
  umask 077
  mkdir -p -- "$STACK_DIR"/{data,logs,run,conf/hadoop,tmp,secrets} "$LOG_SPOOL_DIR"
  # For root, MariaDB runs as another user, who must be able to reach its own files there (see own_var).
  ((EUID != 0)) || chmod go+x -- "$ECOM_VAR_DIR" "$STACK_DIR" "$STACK_DIR"/{data,secrets}
  text=$(with_settings "$(<"$STACK_HOME/conf/mariadb.cnf")")
  write_config "$conf/mariadb.cnf" mysql <<<"$text"
  text=$(with_settings "$(<"$STACK_HOME/conf/kafka.properties")")
  write_config "$conf/kafka.properties" kafka <<<"$text"
  for file in core-site.xml hdfs-site.xml mapred-site.xml; do
    text=$(hadoop_xml "$file")
    write_config "$conf/hadoop/$file" namenode datanode <<<"$text"
  done
  write_password
  write_database_files
}
