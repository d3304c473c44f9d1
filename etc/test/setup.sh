#!/bin/sh
# Prepares a machine for the whole test run: packages, two ordinary users, /dev/fuse. Says what it changes.
# Without root it changes nothing; the tests that need these things are then skipped and say why.
set -eu
cd "$(dirname "$0")/../.."
. etc/packages.sh

if [ "$(id -u)" != 0 ]; then
  echo "test set-up: not root, so nothing is installed; tests that need more are skipped by name"
  exit 0
fi

need_packages "run the tests" mvn:maven mmdebstrap:mmdebstrap debootstrap:debootstrap squashfuse_ll:squashfuse \
  newuidmap:uidmap unsquashfs:squashfs-tools docker-registry:docker-registry busybox:busybox-static \
  skopeo:skopeo umoci:umoci curl:curl zstd:zstd dockerd:docker.io fusermount3:fuse3 setfattr:attr \
  fuse2fs:fuse2fs fuse-overlayfs:fuse-overlayfs sshfs:sshfs /usr/lib/openssh/sftp-server:openssh-sftp-server \
  dnf:dnf zypper:zypper rpmbuild:rpm createrepo_c:createrepo-c pacstrap:arch-install-scripts \
  pacman:pacman-package-manager gpg:gpg gpgconf:gpgconf gpg-agent:gpg-agent \
  mpicc.openmpi:openmpi-bin mpicc.openmpi:libopenmpi-dev mpicc.mpich:mpich mpicc.mpich:libmpich-dev

# A Slurm of the tests' own, which they start and end themselves: the packages' services stay off.
if ! command -v slurmctld >/dev/null 2>&1 || ! command -v slurmdbd >/dev/null 2>&1; then
  policy=/usr/sbin/policy-rc.d
  if [ -e "$policy" ]; then policy=; else
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
    trap 'rm -f "$policy"' EXIT
  fi
  need_packages "run the tests under Slurm" munged:munge slurmctld:slurmctld slurmd:slurmd sinfo:slurm-client \
    slurmctld:slurm-wlm-basic-plugins slurmdbd:slurmdbd slurmdbd:slurm-wlm-mysql-plugin mariadbd:mariadb-server
  [ -z "$policy" ] || rm -f "$policy"
  trap - EXIT
  for service in munge slurmctld slurmd slurmdbd mariadb; do
    systemctl disable --quiet "$service" 2>/dev/null || : # no service manager, nothing to switch off
  done
fi

# Test images hold the host's busybox alone, so it must need no library.
if ldd "$(command -v busybox)" >/dev/null 2>&1; then
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends busybox-static >/dev/null
  echo "test set-up: installed busybox-static in place of busybox"
fi

# skiffsub has a range of subordinate ids, skiffnosub has none: the two ways to be root without root.
for user in skiffsub skiffnosub; do
  id "$user" >/dev/null 2>&1 && continue
  useradd --create-home --shell /bin/bash "$user"
  echo "test set-up: made the user $user"
done
grep -q '^skiffsub:' /etc/subuid || echo 'skiffsub:100000:65536' >>/etc/subuid
grep -q '^skiffsub:' /etc/subgid || echo 'skiffsub:100000:65536' >>/etc/subgid
sed -i '/^skiffnosub:/d' /etc/subuid /etc/subgid

if [ -e /dev/fuse ] && [ "$(stat -c %a /dev/fuse)" != 666 ]; then
  chmod 666 /dev/fuse
  echo "test set-up: /dev/fuse was closed to ordinary users; set to mode 666, as on other machines"
fi

# Real libraries of a driver, without a driver: what a container gets of them is seen all the same.
[ -e /var/cache/skiff-test/nvidia/usr/bin/nvidia-smi ] || etc/test/nvidia-driver.sh /var/cache/skiff-test/nvidia
