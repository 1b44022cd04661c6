# shellcheck shell=bash
# What is needed from Debian or Ubuntu, and how it is installed.

# first_package PATTERN…: the first package name that apt knows: names differ between releases.
first_package() {
  local pattern name
  for pattern in "$@"; do
    name=$(apt-cache --names-only search "^$pattern\$" 2>/dev/null | cut -d ' ' -f 1 | sort -V | tail -n 1)
    [[ -z $name ]] || break
  done
  printf '%s\n' "${name:-${1%%(*}}"
}

# can_install PACKAGE: whether apt has it under that name: what Ubuntu has as a snap only, it offers as another
# package's. Before the first update nobody knows.
can_install() {
  ! compgen -G '/var/lib/apt/lists/*_Packages*' >/dev/null ||
    [[ $(LC_ALL=C apt-cache policy "$1" 2>/dev/null) == *'Candidate: '[!\(]* ]]
}

# missing_build_packages: what Rust needs to build the tools, one a line; librdkafka is C.
missing_build_packages() { command -v cc >/dev/null && command -v make >/dev/null || echo build-essential; }

# missing_packages: what the servers need, one a line. Only the -core packages of MariaDB: they bring the programs and
# neither start nor configure the system's own database service.
missing_packages() {
  find_java || first_package openjdk-17-jdk-headless default-jdk-headless
  command -v mvn >/dev/null || echo maven
  command -v curl >/dev/null || echo curl
  command -v mariadbd >/dev/null || first_package 'mariadb-server-core(-[0-9.]+)?'
  command -v mariadb >/dev/null || first_package 'mariadb-client-core(-[0-9.]+)?'
}

# require_packages [LISTER]: installs what is missing where that is allowed without asking, else names the one command
# to run. LISTER prints what is missing, one package a line; without it, what the servers need.
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
  # The names may have been unknown before the update. Nothing is ever removed for it, such as another MySQL.
  mapfile -t packages < <("$lister")
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
    apt-get -q -y --no-remove --no-install-recommends install "${packages[@]}" >&2 ||
    die 2 "installing failed; please run: sudo apt-get install --no-install-recommends ${packages[*]}"
}
