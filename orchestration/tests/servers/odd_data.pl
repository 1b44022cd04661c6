#!/usr/bin/perl
# A data set that is hard to carry, and its values as every store must hold them: worked out here, and read from the
# stores with their own clients, so that no code of ours has an opinion.
#
#   odd_data.pl make SAMPLE OUT   the sample with eight more columns, times in odd hours, and OUT/expected
#   odd_data.pl messages          JSON messages, one a line, as lines of `expected`
#   odd_data.pl rows              rows of MySQL with texts in hexadecimal, as lines of `expected`
#
# A line of `expected`: the key, the time and the further columns, separated by tabs, with \N for NULL and \\ \t \n \r
# for the characters that would end a field.
use strict;
use warnings;
use JSON::PP;

# The data have characters that Perl warns of.
no warnings qw(nonchar);
binmode STDOUT, q(:utf8);
my @COLUMNS = qw(transaction_id transaction_date note tag flag small big exact made_on happened_at);
my %IS_TEXT = map { $_ => 1 } qw(note tag);

# Skipped and doubled hours of New York, Lord Howe (half an hour) and Berlin, and what calendars and clocks end with.
my @TIMES = ('2024-03-10 02:30:00', '2024-11-03 01:30:00', '2024-10-06 02:15:00', '2024-04-07 01:45:00',
  '2024-03-31 02:30:00', '2024-10-27 02:30:00');
my @DAYS = ('1000-01-01', '1582-10-04', '1582-10-15', '1900-02-28', '1969-12-31', '1970-01-01', '2024-02-29',
  '2038-01-19', '9999-12-31', undef);
my @MOMENTS = ((map { my $time = $_; map { "$time.$_" } qw(000000 000001 123000 999999) } @TIMES),
  '1000-01-01 00:00:00.000000', '1969-12-31 23:59:59.999999', '2016-12-31 23:59:59.500000',
  '9999-12-31 23:59:59.999999', undef);
my @FLAGS = (1, 0, undef);
my @SMALL = (-2147483648, 2147483647, 0, -1, undef);
my @BIG = ('-9223372036854775808', '9223372036854775807', 0, '9007199254740993', undef);
my $ALL_NINES = '9' x 35 . '.' . '9' x 30;
my $LEAST = '0.' . '0' x 29 . '1';
my @EXACT = ($ALL_NINES, "-$ALL_NINES", $LEAST, "-$LEAST", '1.5' . '0' x 29, '0.' . '0' x 30, undef);
my @TAGS = ('plain', '', undef, '\\N', '\\\\N', '\\n', '\\', '\\0', '"', '""', "'", ',', "\t", "a\tb", "a\nb", "a\r\nb",
  "\r", "\n", ' both ends ', '  ', '007', '1.50', '1e3', '-0', 'true', '{"a":1}', "\x{feff}mark", "e\x{301}", "\x{e9}",
  "\x{212b}", "\x{c5}", "stra\x{df}e", "STRASSE", "\x{130}", "\x{2028}", "\x{2400}", "\x{fffd}", "\x{ffff}",
  "\x{1f6d2}", "\x{10ffff}", '; DROP TABLE t; --', '$(id) `id` %s %n', "\x{1b}[31m", "\x{7f}", "\x{202e}right",
  'x' x 300);
my @LONG = ('x' x 65535, "\x{20ac}" x 21845, "\x{1}" x 65535, '\\' x 65535, "\t\n" x 32767);
my $LOW = join '', map { chr } 1 .. 0x2ff;

# note N: every 557 characters of Unicode in some order, so that the whole data set has all of them and its last third
# some of every plane.
sub note {
  my ($n) = @_;
  return (undef, '', $LOW, scalar reverse $LOW)[$n % 100] if $n % 100 < 4;
  return $LONG[int($n / 100) % @LONG] if $n % 100 == 4;
  my $start = ($n * 7 % 2000) * 557;
  return join '', map { chr } grep { $_ > 0 && $_ <= 0x10ffff && ($_ < 0xd800 || $_ > 0xdfff) }
    $start .. $start + 556;
}

sub field {
  my ($value) = @_;
  return '\\N' unless defined $value;
  my %form = ("\\" => '\\\\', "\t" => '\\t', "\n" => '\\n', "\r" => '\\r');
  $value =~ s/([\\\t\n\r])/$form{$1}/g;
  return $value;
}

sub cell {
  my ($value) = @_;
  return '' unless defined $value;
  $value =~ s/"/""/g;
  return "\"$value\"";
}

sub make {
  my ($sample, $out) = @_;
  open my $in, '<:utf8', "$sample/transactions.csv" or die "$sample: $!";
  open my $csv, '>:utf8', "$out/transactions.csv" or die "$out: $!";
  open my $expected, '>:utf8', "$out/expected" or die "$out: $!";
  chomp(my $header = <$in>);
  print $csv join(',', $header, @COLUMNS[2 .. $#COLUMNS]), "\n";
  my %odd = map { substr($_, 0, 10) => $_ } @TIMES;
  for (my $n = 0; my $line = <$in>; $n++) {
    chomp $line;
    $line =~ s/(\d{4}-\d\d-\d\d) \d\d:\d\d:\d\d/exists $odd{$1} ? $odd{$1} : $&/e;
    my ($key, $time) = ($line =~ /^([^,]+),/, $line =~ /(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)/);
    # Lists of different lengths, so that their values meet in many ways.
    my @values = (note($n), map { $$_[$n % @$_] } \@TAGS, \@FLAGS, \@SMALL, \@BIG, \@EXACT, \@DAYS, \@MOMENTS);
    my @cells = @values;
    $cells[2] = $cells[2] ? 'true' : 'false' if defined $cells[2];
    print $csv join(',', $line, map({ cell($_) } @cells[0, 1]), map { $_ // '' } @cells[2 .. $#cells]), "\n";
    print $expected join("\t", map { field($_) } $key, $time, @values), "\n";
  }
}

sub messages {
  my $json = JSON::PP->new->allow_nonref;
  while (my $line = <STDIN>) {
    utf8::decode($line) or die "not UTF-8";
    my %field;
    # Numbers as they are written: 1.50 is not 1.5 here.
    while ($line =~ /\G[{,]"(\w+)":("[^"\\]*+(?:\\.[^"\\]*+)*+"|[^,}"]+)/gc) {
      my ($name, $value) = ($1, $2);
      die "$name appears twice" if exists $field{$name};
      $field{$name} = $value eq 'null' ? undef : $value =~ /^"/ ? $json->decode($value) : $value;
    }
    $line =~ /\G\}\n?\z/ or die 'not a flat object: ' . substr($line, 0, 200);
    $field{flag} = { true => 1, false => 0 }->{ $field{flag} } if defined $field{flag};
    print join("\t", map { field($field{$_}) } @COLUMNS), "\n";
  }
}

sub rows {
  while (my $line = <STDIN>) {
    chomp $line;
    my @values = split /\t/, $line, -1;
    die "$#values fields" unless @values == @COLUMNS;
    for my $index (0 .. $#COLUMNS) {
      $values[$index] = undef if $values[$index] eq 'NULL';
      next unless $IS_TEXT{ $COLUMNS[$index] } && defined $values[$index];
      $values[$index] = pack(q(H*), $values[$index]);
      utf8::decode($values[$index]) or die "not UTF-8";
    }
    print join("\t", map { field($_) } @values), "\n";
  }
}

my ($verb, @arguments) = @ARGV;
{ make => \&make, messages => \&messages, rows => \&rows }->{$verb}->(@arguments);
