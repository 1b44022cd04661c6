#!/usr/bin/env perl
# Stands between a tool and servers of this machine: forwards the ports of 127.0.0.2 to the same ports of 127.0.0.1, and
# disturbs every connection. The address in the servers' answers becomes that of the relay, so that Kafka's clients and
# WebHDFS's redirected requests come through it, too.
#
# Usage: relay.pl READY_FILE KIND BYTES SEED PORT…
#
#   cut      each direction of a connection ends after BYTES
#   hold     nothing comes through any more after BYTES, but the connection stays open
#   slow     BYTES at a time, 20 times a second
#   garble   what the server sends after BYTES is replaced by random bytes

use strict;
use warnings;
use IO::Socket::INET;
use Time::HiRes 'sleep';

my ($ready, $kind, $bytes, $seed, @ports) = @ARGV;
# Each connection is two processes, and nobody waits for them.
$SIG{CHLD} = 'IGNORE';
$SIG{PIPE} = 'IGNORE';

# garbled PIECE BEGIN: random bytes in place of those after the first $bytes of the stream.
sub garbled {
    my ($piece, $begin) = @_;
    my $keep = $bytes > $begin ? $bytes - $begin : 0;
    return $piece if $keep >= length $piece;
    return substr($piece, 0, $keep) . join '', map { chr int rand 256 } $keep + 1 .. length $piece;
}

# all SOCKET PIECE: writes all of it.
sub all {
    my ($socket, $piece) = @_;
    while (length $piece) {
        my $written = syswrite($socket, $piece) or return 0;
        substr($piece, 0, $written) = '';
    }
    return 1;
}

# hand_over FROM TO ANSWERS: one direction of a connection, to its end.
sub hand_over {
    my ($from, $to, $answers) = @_;
    my $passed = 0;
    while (sysread($from, my $piece, $kind eq 'slow' ? $bytes : 65536)) {
        $piece =~ s/127\.0\.0\.1/127.0.0.2/g if $answers;
        my $length = length $piece;
        $piece = garbled($piece, $passed) if $kind eq 'garble' && $answers;
        sleep 0.05 if $kind eq 'slow';
        my $over = $kind =~ /^(cut|hold)$/ && $passed + $length > $bytes;
        all($to, $over ? substr($piece, 0, $bytes - $passed) : $piece) or last;
        $passed += $length;
        next if !$over;
        sleep 600 if $kind eq 'hold';
        last;
    }
    shutdown $_, 2 for $from, $to;
    exit;
}

sub serve {
    my ($listener, $port) = @_;
    for (my $number = 1; my $tool = $listener->accept; $number++) {
        my $server = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port) or next;
        srand $seed * 1000 + $number;
        fork or hand_over($tool, $server, 0);
        fork or hand_over($server, $tool, 1);
    }
    exit;
}

for my $port (@ports) {
    my $listener = IO::Socket::INET->new(Listen => 64, LocalAddr => '127.0.0.2', LocalPort => $port, ReuseAddr => 1)
        or die "port $port of 127.0.0.2: $!\n";
    fork or serve($listener, $port);
}
open my $file, '>', $ready or die "$ready: $!\n";
close $file;
sleep 86400;
