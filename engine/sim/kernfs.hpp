// Writing into files of /proc, /sys and the cgroup tree, as root does from a shell: what an action
// of the scenario or of the user may change (kernel/cgroup/cgroup.c, kernel/irq/proc.c,
// fs/proc/base.c, kernel/sysctl.c, 6.1). Reading them is view/procfs.
#pragma once

#include "ids.hpp"
#include "sched/entities.hpp"
#include "task/uapi.hpp"

#include <string_view>

namespace rq {

struct Context;
struct Image;
struct World;

/// A line by which a device interrupts the CPUs. The timer's, IPIs and exceptions have none.
struct InterruptLine {
    u32 number;
    const char* chip;
    u32 hwirq;              ///< its number there
    const char* flow;       ///< edge or fasteoi
    const char* device;
    bool movable;           ///< smp_affinity can be written
};
/// The lines of the simulated machine, ascending by number: what a small virtual PC has.
inline constexpr InterruptLine interrupt_lines[] = {
    {0, "IO-APIC", 2, "edge", "timer", false},
    {1, "IO-APIC", 1, "edge", "i8042", true},
    {4, "IO-APIC", 4, "edge", "ttyS0", true},
    {8, "IO-APIC", 8, "edge", "rtc0", true},
    {9, "IO-APIC", 9, "fasteoi", "acpi", true},
    {12, "IO-APIC", 12, "edge", "i8042", true},
    {24, "PCI-MSI", 32768, "edge", "virtio0-config", true},
    {25, "PCI-MSI", 32769, "edge", "virtio0-req.0", true},
};
/// The line on which the disk says that a page has come.
inline constexpr u32 disk_interrupt = 25;
const InterruptLine* interrupt_line(u32 number);

/// The CPUs that may serve a line: the last smp_affinity written, else the boot line's
/// `irqaffinity=`, else all; the log of actions keeps it. The lowest of them serves it (Linux: the
/// one with the fewest lines); only the disk's line interrupts anybody, see Globals::disk_irq_cpu.
cpumask interrupt_affinity(const World& w, const Image& image, u32 number);
/// /proc/irq/default_smp_affinity
cpumask default_interrupt_affinity(const World& w, const Image& image);
/// The CPUs that a word of the boot line names ("isolcpus="). With `flag` only where that stands
/// before the list; "domain" is what isolcpus= means without any.
cpumask boot_cpus(const World& w, const Image& image, std::string_view key,
                  std::string_view flag = {});

/// Writes `text` into the file at an absolute path, or at "group/file" below /sys/fs/cgroup.
/// 0, or what write() fails with: -ENOENT (no such file), -EINVAL, -ERANGE, -EBUSY, -EPERM, -ESRCH,
/// -EIO (an interrupt that cannot be moved), -EACCES (a file that is only read).
s32 write_kernel_file(Context& c, std::string_view path, std::string_view text);
/// mkdir and rmdir of a control group: 0, -EEXIST, -ENOENT, -EINVAL, -EBUSY, -EAGAIN (a limit),
/// -EPERM outside of the cgroup tree.
s32 make_kernel_folder(Context& c, std::string_view path);
s32 remove_kernel_folder(Context& c, std::string_view path);

/// The controllers of the cgroup tree, as cgroup.controllers names them.
inline constexpr std::string_view cgroup_controllers = "cpuset cpu memory";

}  // namespace rq
