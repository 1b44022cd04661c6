#!/usr/bin/env perl
# WebHDFS on a folder, for tests: webhdfs.pl FOLDER PORT_FILE ANSWER_FILE
#
# Writes its port to PORT_FILE. While ANSWER_FILE exists, every request is refused with its content. Ends after ten
# minutes.
use strict;
use warnings;
use File::Path qw(make_path remove_tree);
use IO::Socket::INET;

my ($root, $port_file, $answer_file) = @ARGV;
my $server = IO::Socket::INET->new(LocalAddr => '127.0.0.1', Listen => 50) or die "no port: $!";
open my $port, '>', "$port_file.new" or die $!;
print $port $server->sockport;
close $port;
rename "$port_file.new", $port_file;
alarm 600;

sub slurp { local (@ARGV, $/) = @_; my $text = <>; defined $text ? $text : '' }

sub status {
  my ($name, $path) = @_;
  my ($id, $length, $time) = (stat $path)[1, 7, 9];
  my $type = -d $path ? 'DIRECTORY' : 'FILE';
  return qq({"fileId":$id,"length":$length,"modificationTime":${time}000,"pathSuffix":"$name","type":"$type"});
}

sub missing { (404, '{"RemoteException":{"exception":"FileNotFoundException","message":"no such file"}}') }

sub answer {
  my ($op, $path, $query, $body) = @_;
  return (403, slurp($answer_file)) if -e $answer_file;
  if ($op eq 'MKDIRS') { make_path($path); return (200, '{"boolean":true}') }
  if ($op eq 'CREATE') {
    return (307, '', "Location: http://127.0.0.1:@{[$server->sockport]}$query&data=true\r\n") if $query !~ /data=true/;
    make_path($path =~ s,/[^/]*$,,r);
    open my $file, '>', $path or return missing();
    print $file $body;
    close $file;
    return (201, '');
  }
  if ($op eq 'DELETE') { remove_tree($path); return (200, '{"boolean":true}') }
  if ($op eq 'RENAME') {
    my ($to) = $query =~ /destination=([^&]*)/;
    $to =~ s/%([0-9A-F]{2})/chr hex $1/gie;
    my $free = $query =~ /renameoptions=OVERWRITE/ || !-e "$root$to";
    return (200, -e $path && $free && rename($path, "$root$to") ? '{"boolean":true}' : '{"boolean":false}');
  }
  return missing() if !-e $path;
  if ($op eq 'OPEN') { return (200, slurp($path)) }
  if ($op eq 'GETFILESTATUS') { return (200, '{"FileStatus":' . status('', $path) . '}') }
  opendir my $folder, $path or return missing();
  my @names = sort grep { !/^\.\.?$/ } readdir $folder;
  my $files = join ',', map { status($_, "$path/$_") } @names;
  my $page = qq({"FileStatuses":{"FileStatus":[$files]}});
  return (200, qq({"DirectoryListing":{"partialListing":$page,"remainingEntries":0}}));
}

while (my $client = $server->accept) {
  my $head = '';
  while (my $line = <$client>) { $head .= $line; last if $line eq "\r\n" }
  my ($query) = $head =~ /^\S+ (\S+)/ or next;
  my ($length) = $head =~ /^content-length: (\d+)/im;
  my $body = '';
  read $client, $body, $length if $length;
  my ($path) = $query =~ m,^/webhdfs/v1([^?]*),;
  my ($op) = $query =~ /[?&]op=([A-Z_]+)/;
  $path =~ s/%([0-9A-F]{2})/chr hex $1/gie;
  my ($code, $text, $headers) = answer($op, $root . $path, $query, $body);
  $headers //= '';
  $headers .= "Content-Length: @{[length $text]}\r\nConnection: close\r\n";
  print $client "HTTP/1.1 $code Answer\r\n$headers\r\n$text";
  close $client;
}
