"""A small disk for the data directory, that can be full and can be read-only. Only root can mount one."""

import errno
import os
import subprocess
from pathlib import Path


class Disk:
    MEBIBYTES = 48

    def __init__(self, path: Path, owner: int) -> None:
        self.path = path
        self.filler = path / "filler"
        path.mkdir()
        self.is_mounted = os.geteuid() == 0 and self._mount(f"size={Disk.MEBIBYTES}m,mode=0755")
        if self.is_mounted:
            os.chown(path, owner, owner)

    def _mount(self, options: str) -> bool:
        return subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", self.path]).returncode == 0

    def fill(self) -> None:
        """Takes every byte that is left."""
        with open(self.filler, "wb", buffering=0) as filler:
            for size in (1 << 16, 1 << 12, 1):
                try:
                    while True:
                        filler.write(b"x" * size)
                except OSError as error:
                    if error.errno != errno.ENOSPC:
                        raise

    def free(self) -> None:
        self.filler.unlink()

    def remount(self, mode: str) -> None:
        subprocess.run(["mount", "-o", f"remount,{mode}", self.path], check=True)

    def close(self) -> None:
        if self.is_mounted:
            subprocess.run(["umount", "-l", self.path], check=True)
