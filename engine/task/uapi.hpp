// Linux's own numbers for policies, under their own names. The C library of the machine that
// compiles the engine has macros of the same names, on wasm with other values (errno): they are
// drawn in first and then taken away; the simulated kernel's numbers are the same everywhere.
#pragma once

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <sched.h>
#include <string>
#include <system_error>
#include <vector>

#include "base/types.hpp"

#undef SCHED_NORMAL
#undef SCHED_OTHER
#undef SCHED_FIFO
#undef SCHED_RR
#undef SCHED_BATCH
#undef SCHED_IDLE
#undef SCHED_DEADLINE
#undef SCHED_RESET_ON_FORK
#undef EPERM
#undef ENOENT
#undef ESRCH
#undef EINTR
#undef E2BIG
#undef EBADF
#undef ECHILD
#undef EAGAIN
#undef ENOMEM
#undef EACCES
#undef EFAULT
#undef EBUSY
#undef EEXIST
#undef EINVAL
#undef EMFILE
#undef ENOTTY
#undef ENOSPC
#undef ESPIPE
#undef EPIPE
#undef ERANGE
#undef EUSERS
#undef EOPNOTSUPP
#undef ENOSYS
#undef EDEADLK
#undef EIO
#undef ENOTDIR
#undef EISDIR
#undef ENAMETOOLONG
#undef ENOTEMPTY
#undef ELOOP
#undef SIGHUP
#undef SIGINT
#undef SIGQUIT
#undef SIGILL
#undef SIGTRAP
#undef SIGABRT
#undef SIGBUS
#undef SIGFPE
#undef SIGKILL
#undef SIGUSR1
#undef SIGSEGV
#undef SIGUSR2
#undef SIGPIPE
#undef SIGALRM
#undef SIGTERM
#undef SIGSTKFLT
#undef SIGCHLD
#undef SIGCONT
#undef SIGSTOP
#undef SIGTSTP
#undef SIGTTIN
#undef SIGTTOU
#undef SIGURG
#undef SIGXCPU
#undef SIGXFSZ
#undef SIGVTALRM
#undef SIGPROF
#undef SIGWINCH
#undef SIGIO
#undef SIGPWR
#undef SIGSYS
#undef CSIGNAL
#undef CLONE_NEWTIME
#undef CLONE_VM
#undef CLONE_FS
#undef CLONE_FILES
#undef CLONE_SIGHAND
#undef CLONE_PIDFD
#undef CLONE_PTRACE
#undef CLONE_VFORK
#undef CLONE_PARENT
#undef CLONE_THREAD
#undef CLONE_NEWNS
#undef CLONE_SYSVSEM
#undef CLONE_SETTLS
#undef CLONE_PARENT_SETTID
#undef CLONE_CHILD_CLEARTID
#undef CLONE_DETACHED
#undef CLONE_UNTRACED
#undef CLONE_CHILD_SETTID
#undef CLONE_NEWCGROUP
#undef CLONE_NEWUTS
#undef CLONE_NEWIPC
#undef CLONE_NEWUSER
#undef CLONE_NEWPID
#undef CLONE_NEWNET
#undef CLONE_IO
#undef CLONE_CLEAR_SIGHAND
#undef SA_NOCLDSTOP
#undef SA_NOCLDWAIT
#undef SA_RESTART
#undef WNOHANG
#undef WUNTRACED
#undef WSTOPPED
#undef WEXITED
#undef WCONTINUED
#undef WNOWAIT
#undef __WALL
#undef __WCLONE
#undef __WNOTHREAD

namespace rq {

// policy (include/uapi/linux/sched.h)
inline constexpr u8 SCHED_NORMAL = 0;
inline constexpr u8 SCHED_FIFO = 1;
inline constexpr u8 SCHED_RR = 2;
inline constexpr u8 SCHED_BATCH = 3;
inline constexpr u8 SCHED_IDLE = 5;
inline constexpr u8 SCHED_DEADLINE = 6;

// errno (include/uapi/asm-generic/errno-base.h, errno.h)
inline constexpr s32 EPERM = 1;
inline constexpr s32 ENOENT = 2;
inline constexpr s32 ESRCH = 3;
inline constexpr s32 EINTR = 4;
inline constexpr s32 EIO = 5;
inline constexpr s32 E2BIG = 7;
inline constexpr s32 EBADF = 9;
inline constexpr s32 ECHILD = 10;
inline constexpr s32 EAGAIN = 11;
inline constexpr s32 ENOMEM = 12;
inline constexpr s32 EACCES = 13;
inline constexpr s32 EFAULT = 14;
inline constexpr s32 EBUSY = 16;
inline constexpr s32 EEXIST = 17;
inline constexpr s32 ENOTDIR = 20;
inline constexpr s32 EISDIR = 21;
inline constexpr s32 EINVAL = 22;
inline constexpr s32 EMFILE = 24;
inline constexpr s32 ENOTTY = 25;
inline constexpr s32 ENOSPC = 28;
inline constexpr s32 ESPIPE = 29;
inline constexpr s32 EPIPE = 32;
inline constexpr s32 ERANGE = 34;
inline constexpr s32 EDEADLK = 35;
inline constexpr s32 ENAMETOOLONG = 36;
inline constexpr s32 ENOSYS = 38;
inline constexpr s32 ENOTEMPTY = 39;
inline constexpr s32 ELOOP = 40;
inline constexpr s32 EUSERS = 87;
inline constexpr s32 EOPNOTSUPP = 95;

// signals (arch/x86/include/uapi/asm/signal.h)
inline constexpr u32 SIGHUP = 1;
inline constexpr u32 SIGINT = 2;
inline constexpr u32 SIGQUIT = 3;
inline constexpr u32 SIGILL = 4;
inline constexpr u32 SIGTRAP = 5;
inline constexpr u32 SIGABRT = 6;
inline constexpr u32 SIGBUS = 7;
inline constexpr u32 SIGFPE = 8;
inline constexpr u32 SIGKILL = 9;
inline constexpr u32 SIGUSR1 = 10;
inline constexpr u32 SIGSEGV = 11;
inline constexpr u32 SIGUSR2 = 12;
inline constexpr u32 SIGPIPE = 13;
inline constexpr u32 SIGALRM = 14;
inline constexpr u32 SIGTERM = 15;
inline constexpr u32 SIGSTKFLT = 16;
inline constexpr u32 SIGCHLD = 17;
inline constexpr u32 SIGCONT = 18;
inline constexpr u32 SIGSTOP = 19;
inline constexpr u32 SIGTSTP = 20;
inline constexpr u32 SIGTTIN = 21;
inline constexpr u32 SIGTTOU = 22;
inline constexpr u32 SIGURG = 23;
inline constexpr u32 SIGXCPU = 24;
inline constexpr u32 SIGXFSZ = 25;
inline constexpr u32 SIGVTALRM = 26;
inline constexpr u32 SIGPROF = 27;
inline constexpr u32 SIGWINCH = 28;
inline constexpr u32 SIGIO = 29;
inline constexpr u32 SIGPWR = 30;
inline constexpr u32 SIGSYS = 31;
inline constexpr u32 SIGRTMIN_NUMBER = 32;
inline constexpr u32 NSIG_NUMBER = 64;
// flags of sigaction
inline constexpr u32 SA_NOCLDSTOP = 0x00000001;
inline constexpr u32 SA_NOCLDWAIT = 0x00000002;
inline constexpr u32 SA_RESTART = 0x10000000;

// clone (include/uapi/linux/sched.h); clone_flags.def says what each does
inline constexpr u64 CSIGNAL = 0x000000ff;
inline constexpr u64 CLONE_NEWTIME = 0x00000080;
inline constexpr u64 CLONE_VM = 0x00000100;
inline constexpr u64 CLONE_FS = 0x00000200;
inline constexpr u64 CLONE_FILES = 0x00000400;
inline constexpr u64 CLONE_SIGHAND = 0x00000800;
inline constexpr u64 CLONE_PIDFD = 0x00001000;
inline constexpr u64 CLONE_PTRACE = 0x00002000;
inline constexpr u64 CLONE_VFORK = 0x00004000;
inline constexpr u64 CLONE_PARENT = 0x00008000;
inline constexpr u64 CLONE_THREAD = 0x00010000;
inline constexpr u64 CLONE_NEWNS = 0x00020000;
inline constexpr u64 CLONE_SYSVSEM = 0x00040000;
inline constexpr u64 CLONE_SETTLS = 0x00080000;
inline constexpr u64 CLONE_PARENT_SETTID = 0x00100000;
inline constexpr u64 CLONE_CHILD_CLEARTID = 0x00200000;
inline constexpr u64 CLONE_DETACHED = 0x00400000;
inline constexpr u64 CLONE_UNTRACED = 0x00800000;
inline constexpr u64 CLONE_CHILD_SETTID = 0x01000000;
inline constexpr u64 CLONE_NEWCGROUP = 0x02000000;
inline constexpr u64 CLONE_NEWUTS = 0x04000000;
inline constexpr u64 CLONE_NEWIPC = 0x08000000;
inline constexpr u64 CLONE_NEWUSER = 0x10000000;
inline constexpr u64 CLONE_NEWPID = 0x20000000;
inline constexpr u64 CLONE_NEWNET = 0x40000000;
inline constexpr u64 CLONE_IO = 0x80000000;
inline constexpr u64 CLONE_CLEAR_SIGHAND = 0x100000000;

// wait4 and waitid (include/uapi/linux/wait.h)
inline constexpr u32 WNOHANG = 0x00000001;
inline constexpr u32 WUNTRACED = 0x00000002;
inline constexpr u32 WSTOPPED = 0x00000002;
inline constexpr u32 WEXITED = 0x00000004;
inline constexpr u32 WCONTINUED = 0x00000008;
inline constexpr u32 WNOWAIT = 0x01000000;
inline constexpr u32 __WNOTHREAD = 0x20000000;
inline constexpr u32 __WALL = 0x40000000;
inline constexpr u32 __WCLONE = 0x80000000;

}  // namespace rq
