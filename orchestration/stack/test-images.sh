#!/usr/bin/env bash
# Makes the images that docker-compose.yml usually gets from a registry: debian:trixie-slim and a MySQL server as
# mysql:8.4 (or as BASE_IMAGE and MYSQL_IMAGE name them), from Debian's packages. For tests on machines that can reach a
# Debian mirror but no registry.
#
# Usage: orchestration/stack/test-images.sh [base|mysql]
#
# Both are made at the same time, in about a minute; an existing image is left alone. MySQL is that of Debian unstable,
# newer than 8.4, with the parts of the official image's interface that are used here.
# Certificates that this machine trusts (/usr/local/share/ca-certificates) are also trusted in the base image: a proxy
# that inspects TLS needs them for every download.
#
# Needs root, mmdebstrap and debian-archive-keyring. Exit codes: 0 both images exist · 2 something is missing · 5 a
# mirror does not answer

set -euo pipefail
# shellcheck source=../lib.sh
source "$(dirname -- "$(realpath -- "${BASH_SOURCE[0]}")")/../lib.sh"
help_if_asked "$@"
[[ "$*" =~ ^(|base|mysql)$ ]] || refuse_argument "$*"
KEYRING=/usr/share/keyrings/debian-archive-keyring.gpg
command -v mmdebstrap >/dev/null || die 2 'mmdebstrap is missing: apt-get install mmdebstrap'
[[ -e $KEYRING ]] || die 2 "Debian's keys are missing: apt-get install debian-archive-keyring"
docker version >/dev/null 2>&1 || die 2 'no Docker daemon answers'

WORK=$(mktemp -d)
trap 'rm -rf -- "$WORK"' EXIT

# mirror: where this machine gets Debian from.
mirror() {
  # shellcheck disable=SC2016 # for apt, not the shell
  apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' 'Origin: Debian' \
    "Codename: $(. /etc/os-release && echo "$VERSION_CODENAME")" 2>/dev/null | head -n 1 | grep . ||
    echo http://deb.debian.org/debian
}

# bootstrap SUITE PACKAGES FILE [OPTION…]: makes an archive of a minimal Debian with these packages, as small as a slim
# image.
bootstrap() {
  mmdebstrap --quiet --variant=minbase --include="$2" --keyring="$KEYRING" \
    --aptopt='Acquire::Languages "none"' --dpkgopt=force-unsafe-io --dpkgopt='path-exclude=/usr/share/doc/*' \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' \
    "${@:4}" "$1" "$3" "deb $(mirror) $1 main"
}

# has IMAGE: whether the daemon has it.
has() { docker image inspect "$1" >/dev/null 2>&1; }

# shellcheck disable=SC2016 # $1 is the new system's folder, which mmdebstrap gives to its hooks
base_image() {
  has "$BASE_IMAGE" && return
  bootstrap trixie ca-certificates "$WORK/base.tar" \
    --customize-hook='cd /usr/local/share/ca-certificates && cp ./*.crt "$1/$PWD/" 2>/dev/null || true' \
    --customize-hook='chroot "$1" update-ca-certificates'
  docker import --change 'CMD ["bash"]' "$WORK/base.tar" "$BASE_IMAGE"
}

# shellcheck disable=SC2016 # the same
mysql_image() {
  has "$MYSQL_IMAGE" && return
  bootstrap sid mysql-server-core,mysql-client-core "$WORK/mysql.tar" --skip=cleanup/run \
    --aptopt='Acquire::Check-Valid-Until "false"' \
    --customize-hook='chroot "$1" groupadd --gid 999 mysql' \
    --customize-hook='chroot "$1" useradd --uid 999 --gid 999 --home-dir /var/lib/mysql mysql' \
    --customize-hook='chroot "$1" install -d -o mysql -g mysql /var/lib/mysql /var/lib/mysql-files /var/run/mysqld' \
    --customize-hook="copy-in '$REPO/orchestration/tests/mysql_image/docker-entrypoint.sh' /usr/local/bin"
  docker import --change 'ENTRYPOINT ["docker-entrypoint.sh"]' --change 'CMD ["mysqld"]' --change 'EXPOSE 3306' \
    --change 'VOLUME /var/lib/mysql' "$WORK/mysql.tar" "$MYSQL_IMAGE"
}

# make NAME: prints its output only after a failure.
make() {
  local begun=$SECONDS
  if ! "$1_image" >"$WORK/$1.log" 2>&1; then
    tail -n 15 -- "$WORK/$1.log" | sed 's/^/  | /' >&2
    die 5 "the image of $1 could not be made"
  fi
  note "$1: there ($((SECONDS - begun)) s)"
}

if [[ -n ${1-} ]]; then
  make "$1"
else
  make base &
  base=$!
  make mysql
  wait "$base"
fi
