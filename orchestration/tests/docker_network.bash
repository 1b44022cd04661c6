# shellcheck shell=bash
# The network of a private Docker daemon. docker_daemon.bash loads this.

# start_network: creates a bridge, and rules that a comment identifies. The daemon itself does not use iptables, where
# it would change rules that others rely on.
start_network() {
  local second
  for second in $(shuf -i 64-254); do
    ip -4 route show | grep -q "^10\.$second\." || break
  done
  export DOCKER_NETWORK=10.$second DOCKER_BRIDGE=ecom$$ DOCKER_FORWARD
  DOCKER_FORWARD=$(</proc/sys/net/ipv4/ip_forward)
  ip link add name "$DOCKER_BRIDGE" type bridge && ip address add "$DOCKER_NETWORK.0.1/24" dev "$DOCKER_BRIDGE" &&
    ip link set "$DOCKER_BRIDGE" up && echo 1 >/proc/sys/net/ipv4/ip_forward && network_rules -I
}

# network_rules -I|-D: containers reach each other and, with this machine's address, what this machine reaches.
network_rules() {
  local all=$DOCKER_NETWORK.0.0/16 mark=(-m comment --comment "$DOCKER_BRIDGE")
  iptables -w 30 -t nat "$1" POSTROUTING -s "$all" ! -d "$all" "${mark[@]}" -j MASQUERADE &&
    iptables -w 30 "$1" FORWARD -s "$all" "${mark[@]}" -j ACCEPT &&
    iptables -w 30 "$1" FORWARD -d "$all" "${mark[@]}" -j ACCEPT
}

# end_network: removes what start_network created, and what the daemon left.
end_network() {
  network_rules -D 2>/dev/null || true
  [[ $DOCKER_FORWARD != 0 ]] || echo 0 >/proc/sys/net/ipv4/ip_forward
  local link
  for link in $(ip -4 -o address show | awk -v net="$DOCKER_NETWORK." 'index($4, net) == 1 { print $2 }'); do
    ip link delete "$link" 2>/dev/null || true
  done
}
