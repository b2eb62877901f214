"""Places to compute: what torch lists, each tried with a small real computation."""

from __future__ import annotations

import platform
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import psutil
import torch

from studio.core.problems import LanternError
from studio.engine.events import Device

AUTO = "auto"
_BEST_FIRST = ("cuda", "xpu", "mps", "cpu")


class DeviceError(LanternError):
    """The wished device cannot be used; the message names it, the reason and a way out."""


@lru_cache(maxsize=1)
def list_devices() -> tuple[Device, ...]:
    """Every device torch finds; `problem` says why one that is listed does not work. Tried once."""
    found = [Device("cpu", processor_name(), psutil.virtual_memory().total)]
    for probe in (_cuda, _xpu, _mps):
        try:
            found += probe()
        except (RuntimeError, AssertionError, AttributeError, OSError):
            continue  # torch lists no such device here: nothing to show
    return tuple(found)


def choose_device(wish: str) -> Device:
    """The device of that id; "auto" is the best one that works.

    Raises: DeviceError: there is no such device, or it fails a small computation.
    """
    devices = list_devices()
    if wish == AUTO:
        return min((d for d in devices if d.problem is None), key=_rank)
    if wish in ("cuda", "xpu"):
        wish += ":0"
    for device in devices:
        if device.id == wish:
            if device.problem is None:
                return device
            raise DeviceError(
                f"“{device.name}” cannot be used: {device.problem} Choose another device, or “auto”."
            )
    known = ", ".join(d.id for d in devices if d.problem is None)
    raise DeviceError(
        f"This computer has no device called “{wish}”. It has: {known}. Choose one of them, or “auto”."
    )


def try_device(device_id: str) -> str | None:
    """Computes forward and backward there. None where that works, else the reason in a sentence."""
    try:
        device = torch.device(device_id)
        weight = torch.full((4, 4), 0.5, device=device, requires_grad=True)
        picture = torch.ones(1, 1, 6, 6, device=device)
        kernel = torch.ones(1, 1, 3, 3, device=device, requires_grad=True)
        out = torch.nn.functional.conv2d(picture, kernel).flatten(1)[:, :4] @ weight
        torch.autograd.backward(out.sum())
        if kernel.grad is None or float(out.sum().cpu()) != 72.0:
            return "a small test computation gave a wrong result."
    except Exception as error:  # noqa: BLE001 - drivers fail in many ways, all of them are the answer
        first_line = (str(error) or type(error).__name__).strip().splitlines()[0]
        return f"a small test computation failed ({first_line.rstrip('.')})."
    return None


def processor_name() -> str:
    """The name on the processor's box, e.g. "Intel Core i5-8250U"."""
    for source in (_name_from_linux, _name_from_registry, _name_from_sysctl):
        try:
            name = source()
        except (OSError, ValueError, ImportError, IndexError):
            continue
        if name:
            return " ".join(name.replace("(R)", "").replace("(TM)", "").split())
    return platform.processor() or platform.machine() or "CPU"


def _name_from_linux() -> str:
    for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines():
        if line.lower().startswith("model name"):
            return line.split(":", 1)[1].strip()
    return ""


def _name_from_registry() -> str:
    import winreg  # Windows only

    path = r"HARDWARE\DESCRIPTION\System\CentralProcessor\0"
    open_key: Callable[..., object] = winreg.OpenKey  # type: ignore[attr-defined,unused-ignore]
    key = open_key(winreg.HKEY_LOCAL_MACHINE, path)  # type: ignore[attr-defined,unused-ignore]
    return str(winreg.QueryValueEx(key, "ProcessorNameString")[0])  # type: ignore[attr-defined,unused-ignore]


def _name_from_sysctl() -> str:
    if platform.system() != "Darwin":
        return ""
    import subprocess

    command = ["/usr/sbin/sysctl", "-n", "machdep.cpu.brand_string"]
    return subprocess.run(command, capture_output=True, text=True, timeout=5, check=False).stdout.strip()


def _cuda() -> list[Device]:
    devices = []
    for index in range(torch.cuda.device_count()):
        name = f"cuda:{index}"
        facts = torch.cuda.get_device_properties(index)
        devices.append(Device(name, facts.name, facts.total_memory, try_device(name)))
    return devices


def _xpu() -> list[Device]:
    devices = []
    for index in range(torch.xpu.device_count()):
        name = f"xpu:{index}"
        facts = torch.xpu.get_device_properties(index)
        devices.append(Device(name, facts.name, facts.total_memory, try_device(name)))
    return devices


def _mps() -> list[Device]:
    if not torch.backends.mps.is_built() or platform.system() != "Darwin":
        return []
    if not torch.backends.mps.is_available():
        return [Device("mps", "Apple GPU", None, "this version of macOS is too old for it.")]
    return [Device("mps", "Apple GPU", torch.mps.recommended_max_memory(), try_device("mps"))]


def _rank(device: Device) -> tuple[int, int]:
    return _BEST_FIRST.index(device.id.split(":")[0]), -(device.memory_bytes or 0)
