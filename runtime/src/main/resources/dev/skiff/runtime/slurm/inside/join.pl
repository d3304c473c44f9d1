# Enters the container that a Slurm job runs on this node, and becomes a command there.
#
#   perl -e TEXT JOB PATIENCE TERM COMMAND [ARGUMENT...]
#
# Runs as a step of the job. PATIENCE is how many seconds the container may take to appear. The command gets the
# environment of the container's own first process. No shell sees any word.
#
# A container's mounts belong to a user namespace in which no process needs to be left: the payload is in one below it.
# The kernel tells which one it is (NS_GET_USERNS), and no program of util-linux before 2.40 can ask. A process of
# several threads may not enter a user namespace, so Java cannot do it either.

use strict;
use warnings;
use Errno ();

my ($job, $patience, $term, @command) = @ARGV;
my %kinds = (user => 0x10000000, mnt => 0x00020000, pid => 0x20000000, ipc => 0x08000000, net => 0x40000000,
    uts => 0x04000000);
my $NS_GET_USERNS = 0xb701;
my $setns = `uname -m` =~ /^(aarch64|riscv64)/ ? 268 : 308;
my $node = $ENV{SLURMD_NODENAME} || 'this node';

sub problem {
    my ($why, $fix) = @_;
    print STDERR "error: cannot enter the container of job $job\n  why: $why\n  fix: $fix\n";
    exit 125;
}

sub slurp {
    my ($file) = @_;
    open(my $in, '<', $file) or return '';
    local $/;
    my $text = readline $in;
    return defined $text ? $text : '';
}

# The one above, and when it started: what stands behind the last bracket is no name that a process gave itself.
sub parent_and_start {
    my ($pid) = @_;
    my $stat = slurp("/proc/$pid/stat");
    $stat =~ /.*\) \S (\d+) (?:\S+ ){17}(\d+) /s or return (0, 0);
    return ($1, $2);
}

# The job's processes as this node's daemon tells them: another cluster on this machine may have a job of this number.
# Nothing where it is not asked, or does not answer.
sub told {
    my @ask = ('sh', '-c', 'exec scontrol listpids "$1" "$2" 2>/dev/null', 'sh', $job, $node);
    open(my $in, '-|', @ask) or return ();
    return map { /^(\d+) / ? ($1 => 1) : () } readline $in;
}

# Whether a process is one of those, or below Slurm's own for this job, `slurmstepd: [JOB.STEP]`: a container may have an
# empty environment.
sub belongs {
    my ($pid, $told) = @_;
    for (my $depth = 0; $pid > 1 && $depth < 64; $depth++) {
        return 1 if %$told ? $told->{$pid} : slurp("/proc/$pid/cmdline") =~ /^slurmstepd: \[\Q$job\E\./;
        ($pid) = parent_and_start($pid);
    }
    return 0;
}

# Which root directory a process has; nothing where that is not ours to know. An image that squashfuse serves is
# shown by the kernel to those inside alone.
sub root_of {
    my @stat = stat("$_[0]/.");
    return "$stat[0]:$stat[1]" if @stat;
    return $!{EACCES} && defined readlink($_[0]) ? 'an image' : '';
}

# The oldest process of the job that sees another root directory than we do, and is not on its way there.
sub find_container {
    my $host = root_of('');
    my %told = told();
    my ($best, $oldest);
    for my $directory (glob '/proc/[0-9]*') {
        my ($pid) = $directory =~ /(\d+)$/;
        my $root = root_of("$directory/root") or next;
        next if $root eq $host || slurp("$directory/cmdline") =~ m{/dev/fd/|^\S*java\0};
        my (undef, $start) = parent_and_start($pid);
        next if defined $oldest && $oldest <= $start;
        ($best, $oldest) = ($pid, $start) if belongs($pid, \%told);
    }
    return $best;
}

sub namespace {
    my ($pid, $kind) = @_;
    open(my $file, '<', "/proc/$pid/ns/$kind") or problem("'/proc/$pid/ns/$kind': $!", 'try again');
    return $file;
}

sub same {
    my ($one, $other) = @_;
    my @one = stat $one;
    my @other = stat $other;
    return $one[1] == $other[1];
}

sub enter {
    my ($file, $kind) = @_;
    syscall($setns, fileno($file), $kinds{$kind}) == 0
        or problem("this node does not let us into its $kind namespace: $!", 'ask for the job\'s own user, and that ptrace is allowed');
}

my $pid;
for (my $tries = 0; !defined($pid = find_container()); $tries++) {
    problem("no container of it runs on $node",
        'see what it does with: skiff logs; on another of its nodes: skiff attach --node NAME') if $tries >= 4 * $patience;
    select(undef, undef, undef, 0.25);
}

my %theirs = map { $_ => namespace($pid, $_) } keys %kinds;
my %ours = map { $_ => namespace('self', $_) } keys %kinds;
my @environment = split /\0/, slurp("/proc/$pid/environ");
opendir(my $directory, "/proc/$pid/cwd");
my $path = readlink("/proc/$pid/cwd"); # in the image, it cannot be opened from here
my $owner = ioctl($theirs{mnt}, $NS_GET_USERNS, 0);
if ($owner) {
    open(my $file, '<&=', $owner) or problem("its user namespace: $!", 'try again');
    enter($file, 'user') unless same($file, $ours{user});
}
for my $kind (qw(ipc net uts pid mnt)) {
    enter($theirs{$kind}, $kind) unless same($theirs{$kind}, $ours{$kind});
}
my ($here, $there) = (namespace_now(), $theirs{user});
enter($there, 'user') unless same($here, $there);
($directory && chdir $directory) || (defined $path && chdir $path) || chdir '/';

# Opened before the mounts changed would be too early, and /proc may be the container's: `self` is right in both.
sub namespace_now {
    open(my $file, '<', '/proc/self/ns/user') or return $ours{user};
    return $file;
}

%ENV = map { /^([^=]+)=(.*)$/s ? ($1, $2) : () } @environment;
$ENV{TERM} = $term if $term ne '';
if (!same($theirs{pid}, $ours{pid})) { # only a child is in it
    my $child = fork;
    if ($child) {
        $SIG{$_} = sub { kill $_[0], $child } for qw(INT TERM HUP QUIT USR1 USR2);
        1 while waitpid($child, 0) < 0 && $!{EINTR};
        exit($? & 127 ? 128 + ($? & 127) : $? >> 8);
    }
}
{ no warnings 'exec'; exec { $command[0] } @command; }
my $status = $!{ENOENT} ? 127 : 126;
print STDERR "error: cannot run '$command[0]' in the container of job $job\n  why: $!\n  fix: name a program of the image\n";
exit $status;
