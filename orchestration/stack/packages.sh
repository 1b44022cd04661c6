# shellcheck shell=bash
# The packages needed from Debian or Ubuntu, and how they are installed.

# shellcheck source=java.sh
source "$STACK_HOME/java.sh"

# first_package PATTERN…: the first package name that apt knows: names differ between releases.
first_package() {
  local pattern name
  for pattern in "$@"; do
    name=$(apt-cache --names-only search "^$pattern\$" 2>/dev/null | cut -d ' ' -f 1 | sort -V | tail -n 1)
    [[ -z $name ]] || break
  done
  printf '%s\n' "${name:-${1%%(*}}"
}

# can_install PACKAGE: whether apt has it under that name: a package that Ubuntu has as a snap has no candidate. True
# before the first update, when that is unknown.
can_install() {
  ! compgen -G '/var/lib/apt/lists/*_Packages*' >/dev/null ||
    [[ $(LC_ALL=C apt-cache policy "$1" 2>/dev/null) == *'Candidate: '[!\(]* ]]
}

# missing_build_packages: what the build of the tools needs, one per line: librdkafka is written in C, and OpenSSL is
# the system's.
missing_build_packages() {
  command -v cc >/dev/null && command -v make >/dev/null || echo build-essential
  command -v pkg-config >/dev/null || echo pkg-config
  pkg-config --exists openssl 2>/dev/null || echo libssl-dev
}

# missing_packages: what the servers need, one per line. Of MariaDB only the -core packages, which do not start or
# configure the system's database service.
missing_packages() {
  find_java || first_package openjdk-17-jdk-headless default-jdk-headless
  command -v mvn >/dev/null || echo maven
  command -v curl >/dev/null || echo curl
  command -v mariadbd >/dev/null || first_package 'mariadb-server-core(-[0-9.]+)?'
  command -v mariadb >/dev/null || first_package 'mariadb-client-core(-[0-9.]+)?'
}

# require_packages [LISTER]: installs missing packages if that is allowed without a password, else prints the command to
# run. LISTER prints the missing packages, one per line (default: missing_packages).
require_packages() {
  local lister=${1:-missing_packages}
  local packages as_root=() list
  mapfile -t packages < <("$lister")
  ((${#packages[@]} > 0)) || return 0
  list=${packages[*]}
  command -v apt-get >/dev/null || die 2 "please install the packages: $list"
  if ((EUID != 0)); then
    as_root=(sudo -n)
    sudo -n true 2>/dev/null ||
      die 2 "packages are missing; please run: sudo apt-get install --no-install-recommends $list"
  fi
  note "installing $list"
  "${as_root[@]}" apt-get -q update >&2 || note 'warning: apt-get update failed; trying with what is known'
  # The update may have changed the names. Nothing is removed for them, such as another MySQL.
  mapfile -t packages < <("$lister")
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get -q -y --no-remove --no-install-recommends install "${packages[@]}" >&2 ||
    die 2 "installing failed; please run: sudo apt-get install --no-install-recommends ${packages[*]}"
}
