// Namespaces and credentials by reference count.
#include "task/namespace.hpp"

#include "context.hpp"
#include "mm/frames.hpp"
#include "sync/semaphore.hpp"
#include "task/files.hpp"
#include "task/fork.hpp"
#include "task/uapi.hpp"

namespace rq {

namespace {

/// Numbers of the namespaces of a machine's first process (include/linux/proc_ns.h).
constexpr u32 PROC_UTS_INIT_INO = 0xeffffffe;
constexpr u32 PROC_IPC_INIT_INO = 0xefffffff;
constexpr u32 PROC_USER_INIT_INO = 0xeffffffd;
constexpr u32 PROC_PID_INIT_INO = 0xeffffffc;
constexpr u32 PROC_CGROUP_INIT_INO = 0xeffffffb;
constexpr u32 PROC_TIME_INIT_INO = 0xeffffffa;

/// Namespaces nest that deep (MAX_PID_NS_LEVEL, 32 for user namespaces).
constexpr u32 MAX_NS_LEVEL = 32;

NsId make_ns(Context& c, NsType type, NsId parent, NsId user_ns, u32 inum) {
    NsId id = c.w.namespaces.create();
    ns_common& ns = c.w.namespaces[id];
    ns.count = 1;
    ns.type = static_cast<u32>(type);
    ns.inum = inum ? inum : c.w.g.next_inum++;
    ns.parent = parent;
    ns.user_ns = user_ns;
    if (parent) {
        ns.level = c.w.namespaces[parent].level + 1;
        ++c.w.namespaces[parent].count;
    }
    if (user_ns) ++c.w.namespaces[user_ns].count;
    return id;
}

void get_ns(Context& c, NsId id) { ++c.w.namespaces[id].count; }

struct NsField {
    u64 flag;
    NsType type;
    NsId nsproxy::*field;
};

constexpr NsField ns_fields[] = {
    {CLONE_NEWNS, NsType::mnt, &nsproxy::mnt_ns},
    {CLONE_NEWUTS, NsType::uts, &nsproxy::uts_ns},
    {CLONE_NEWIPC, NsType::ipc, &nsproxy::ipc_ns},
    {CLONE_NEWPID, NsType::pid, &nsproxy::pid_ns_for_children},
    {CLONE_NEWCGROUP, NsType::cgroup, &nsproxy::cgroup_ns},
    {CLONE_NEWNET, NsType::net, &nsproxy::net_ns},
    {CLONE_NEWTIME, NsType::time, &nsproxy::time_ns_for_children},
};

}  // namespace

void init_task_objects(Context& c) {
    World& w = c.w;
    w.g.next_inum = 0xf0000000;
    w.g.init_user_ns = make_ns(c, NsType::user, {}, {}, PROC_USER_INIT_INO);
    NsId user = w.g.init_user_ns;
    w.g.init_pid_ns = make_ns(c, NsType::pid, {}, user, PROC_PID_INIT_INO);
    w.g.init_nsproxy = w.nsproxies.create();
    nsproxy ns{};
    ns.count = 1;
    ns.mnt_ns = make_ns(c, NsType::mnt, {}, user, 0);
    ns.uts_ns = make_ns(c, NsType::uts, {}, user, PROC_UTS_INIT_INO);
    ns.ipc_ns = make_ns(c, NsType::ipc, {}, user, PROC_IPC_INIT_INO);
    ns.net_ns = make_ns(c, NsType::net, {}, user, 0);
    ns.cgroup_ns = make_ns(c, NsType::cgroup, {}, user, PROC_CGROUP_INIT_INO);
    ns.time_ns = make_ns(c, NsType::time, {}, user, PROC_TIME_INIT_INO);
    ns.time_ns_for_children = ns.time_ns;
    get_ns(c, ns.time_ns);
    ns.pid_ns_for_children = w.g.init_pid_ns;
    get_ns(c, w.g.init_pid_ns);
    w.nsproxies[w.g.init_nsproxy] = ns;
    w.g.root_cred = w.creds.create();
    cred& root = w.creds[w.g.root_cred];
    root.usage = 1;
    root.cap_effective = root.cap_permitted = CAP_FULL_SET;
    root.user_ns = user;
    get_ns(c, user);
    w.rlimits.push(rlimit_set{default_max_threads(w) / 2, 0, 0, 1024, u64{8} << 20, NEVER});
}

void put_ns(Context& c, NsId id) {
    if (!id || --c.w.namespaces[id].count) return;
    ns_common gone = c.w.namespaces[id];
    c.w.namespaces.destroy(id);
    put_ns(c, gone.parent);
    put_ns(c, gone.user_ns);
}

void put_nsproxy(Context& c, NsproxyId id) {
    if (!id || --c.w.nsproxies[id].count) return;
    nsproxy gone = c.w.nsproxies[id];
    c.w.nsproxies.destroy(id);
    for (const NsField& f : ns_fields) put_ns(c, gone.*f.field);
    put_ns(c, gone.time_ns);
}

void put_cred(Context& c, CredId id) {
    if (!id || --c.w.creds[id].usage) return;
    NsId user = c.w.creds[id].user_ns;
    c.w.creds.destroy(id);
    put_ns(c, user);
}

namespace {

/// create_user_ns() and the credentials in it: all capabilities inside.
s32 create_user_ns(Context& c, CredId from, CredId& made) {
    NsId outer = c.w.creds[from].user_ns;
    if (c.w.namespaces[outer].level >= MAX_NS_LEVEL) return -EUSERS;
    NsId user = make_ns(c, NsType::user, outer, {}, 0);
    c.w.namespaces[user].owner_uid = c.w.creds[from].euid;
    made = c.w.creds.create();
    c.w.creds[made] = c.w.creds[from];
    cred& own = c.w.creds[made];
    own.usage = 1;
    own.user_ns = user;  // the reference made with it
    own.cap_effective = own.cap_permitted = CAP_FULL_SET;
    return 0;
}

/// create_new_namespaces(): new ones where the flags say so, references to the old ones elsewhere.
s32 create_new_namespaces(Context& c, u64 flags, TaskId p, NsproxyId from, NsId user,
                          NsproxyId& out) {
    nsproxy base = c.w.nsproxies[from];
    if (flags & CLONE_NEWPID) {
        NsId old = base.pid_ns_for_children;
        if (c.w.tasks[p].pid_ns && c.w.tasks[p].pid_ns != old) return -EINVAL;
        if (c.w.namespaces[old].level >= MAX_NS_LEVEL) return -ENOSPC;
    }
    NsproxyId id = c.w.nsproxies.create();
    nsproxy made = base;
    made.count = 1;
    for (const NsField& f : ns_fields) {
        NsId old = base.*f.field;
        if (!(flags & f.flag)) {
            get_ns(c, old);
            continue;
        }
        NsId above = f.type == NsType::pid ? old : NsId{};
        made.*f.field = make_ns(c, f.type, above, user, 0);
    }
    get_ns(c, made.time_ns);
    c.w.nsproxies[id] = made;
    out = id;
    return 0;
}

/// A new process enters the time namespace that was prepared for children.
void enter_time_ns(Context& c, NsproxyId id) {
    nsproxy& ns = c.w.nsproxies[id];
    if (ns.time_ns == ns.time_ns_for_children) return;
    NsId old = ns.time_ns;
    ns.time_ns = ns.time_ns_for_children;
    get_ns(c, ns.time_ns);
    put_ns(c, old);
}

}  // namespace

s32 check_userns_allowed(const Context& c, TaskId p, u64 flags) {
    if (!(flags & CLONE_NEWUSER) || c.w.g.tune.unprivileged_userns_clone) return 0;
    CredId id = c.w.tasks[p].cred;
    return id && !c.w.creds[id].cap_effective ? -EPERM : 0;
}

s32 copy_creds(Context& c, u64 flags, TaskId parent, TaskId child) {
    CredId from = c.w.tasks[parent].cred;
    if (!from) from = c.w.g.root_cred;
    CredId own = from;
    if (flags & CLONE_NEWUSER) {
        if (s32 error = create_user_ns(c, from, own)) return error;
    } else {
        ++c.w.creds[from].usage;
    }
    c.w.tasks[child].cred = own;
    return 0;
}

s32 copy_namespaces(Context& c, u64 flags, TaskId parent, TaskId child) {
    NsproxyId from = c.w.tasks[parent].nsproxy;
    if (!from) from = c.w.g.init_nsproxy;
    u64 wanted = flags & CLONE_NEW_ALL & ~CLONE_NEWUSER;
    const nsproxy& base = c.w.nsproxies[from];
    bool time_differs = base.time_ns != base.time_ns_for_children;
    if (!wanted && ((flags & CLONE_VM) || !time_differs)) {
        ++c.w.nsproxies[from].count;
        c.w.tasks[child].nsproxy = from;
        return 0;
    }
    const cred& who = c.w.creds[c.w.tasks[child].cred];
    if (wanted && !who.cap_effective) return -EPERM;
    if ((flags & CLONE_NEWIPC) && (flags & CLONE_SYSVSEM)) return -EINVAL;
    NsproxyId id;
    if (s32 error = create_new_namespaces(c, wanted, parent, from, who.user_ns, id)) return error;
    if (!(flags & CLONE_VM)) enter_time_ns(c, id);
    c.w.tasks[child].nsproxy = id;
    return 0;
}

namespace {

/// check_unshare_flags(): what a thread of many, or one that shares, may not stop sharing.
s32 check_unshare_flags(const Context& c, TaskId p, u64 flags) {
    constexpr u64 known = CLONE_THREAD | CLONE_FS | CLONE_SIGHAND | CLONE_VM | CLONE_FILES |
                          CLONE_SYSVSEM | CLONE_NEW_ALL;
    if (flags & ~known) return -EINVAL;
    const task_struct& t = c.w.tasks[p];
    bool alone = c.w.signals[t.signal].nr_threads == 1;
    if ((flags & (CLONE_THREAD | CLONE_SIGHAND | CLONE_VM)) && !alone) return -EINVAL;
    if ((flags & (CLONE_SIGHAND | CLONE_VM)) && c.w.sighands[t.sighand].count > 1) return -EINVAL;
    if ((flags & CLONE_VM) && t.mm && c.w.mms[t.mm].mm_users > 1) return -EINVAL;
    return 0;
}

void unshare_fs_struct(Context& c, TaskId p) {
    FsId old = c.w.tasks[p].fs;
    if (c.w.fs[old].users == 1) return;
    FsId own = c.w.fs.create();
    c.w.fs[own] = c.w.fs[old];
    c.w.fs[own].users = 1;
    --c.w.fs[old].users;
    c.w.tasks[p].fs = own;
}

void unshare_files(Context& c, TaskId p) {
    FilesId old = c.w.tasks[p].files;
    if (c.w.files[old].count == 1) return;
    FilesId own = dup_files(c, old);
    --c.w.files[old].count;
    c.w.tasks[p].files = own;
}

}  // namespace

s32 ksys_unshare(Context& c, TaskId p, u64 flags) {
    if (flags & CLONE_NEWUSER) flags |= CLONE_THREAD | CLONE_FS;
    if (flags & CLONE_VM) flags |= CLONE_SIGHAND;
    if (flags & CLONE_SIGHAND) flags |= CLONE_THREAD;
    if (flags & CLONE_NEWNS) flags |= CLONE_FS;
    if (s32 error = check_userns_allowed(c, p, flags)) return error;
    if (s32 error = check_unshare_flags(c, p, flags)) return error;
    CredId old = c.w.tasks[p].cred;
    CredId own{};
    if (flags & CLONE_NEWUSER)
        if (s32 error = create_user_ns(c, old, own)) return error;
    u64 wanted = flags & CLONE_NEW_ALL & ~CLONE_NEWUSER;
    if (wanted) {
        CredId who = own ? own : old;
        NsproxyId made;
        s32 error = c.w.creds[who].cap_effective ? 0 : -EPERM;
        NsproxyId from = c.w.tasks[p].nsproxy;
        if (!error) error = create_new_namespaces(c, wanted, p, from, c.w.creds[who].user_ns, made);
        if (error) {
            put_cred(c, own);
            return error;
        }
        c.w.tasks[p].nsproxy = made;
        put_nsproxy(c, from);
    }
    if (flags & (CLONE_SYSVSEM | CLONE_NEWIPC)) exit_sem(c, p);
    if (flags & CLONE_FS) unshare_fs_struct(c, p);
    if (flags & CLONE_FILES) unshare_files(c, p);
    if (own) {
        c.w.tasks[p].cred = own;
        put_cred(c, old);
    }
    return 0;
}

s32 sys_setns(Context& c, TaskId p, TaskId target, u64 type) {
    NsproxyId theirs = c.w.tasks[target].nsproxy;
    if (!theirs) return -ESRCH;
    if (!c.w.creds[c.w.tasks[p].cred].cap_effective) return -EPERM;
    const NsField* field = nullptr;
    for (const NsField& f : ns_fields)
        if (f.flag == type) field = &f;
    if (!field) return -EINVAL;
    NsproxyId from = c.w.tasks[p].nsproxy;
    NsproxyId made;
    if (s32 error = create_new_namespaces(c, 0, p, from, {}, made)) return error;
    NsId entered = c.w.nsproxies[theirs].*field->field;
    if (field->type == NsType::pid) entered = c.w.tasks[target].pid_ns;
    NsId left = c.w.nsproxies[made].*field->field;
    c.w.nsproxies[made].*field->field = entered;
    get_ns(c, entered);
    put_ns(c, left);
    if (field->type == NsType::time) enter_time_ns(c, made);
    c.w.tasks[p].nsproxy = made;
    put_nsproxy(c, from);
    return 0;
}

s32 sys_setuid(Context& c, TaskId p, s32 uid) {
    CredId old = c.w.tasks[p].cred;
    const cred now = c.w.creds[old];
    bool own_id = uid == now.uid || uid == now.euid || uid == now.suid;
    if (!now.cap_effective && !own_id) return -EPERM;
    CredId own = c.w.creds.create();
    cred& made = c.w.creds[own];
    made = now;
    made.usage = 1;
    made.uid = made.euid = made.suid = uid;
    if (uid != 0) made.cap_effective = made.cap_permitted = 0;
    get_ns(c, made.user_ns);
    c.w.tasks[p].cred = own;
    put_cred(c, old);
    return 0;
}

s32 alloc_ns_pids(Context& c, TaskId p, NsId ns) {
    World& w = c.w;
    w.tasks[p].pid_ns = ns;
    if (w.namespaces[ns].dead) return -ENOMEM;
    if (w.namespaces[ns].level == 0) {
        if (!w.namespaces[ns].child_reaper && w.g.init) w.namespaces[ns].child_reaper = w.g.init;
        get_ns(c, ns);
        return 0;
    }
    u32 chain = 0;
    for (NsId at = ns; w.namespaces[at].level > 0; at = w.namespaces[at].parent) {
        u32 index = w.g.free_upid;
        if (index) {
            w.g.free_upid = w.upids[index].next;
        } else {
            if (w.upids.empty()) w.upids.resize(1);
            index = w.upids.push(upid{});
        }
        w.upids[index] = upid{at, ++w.namespaces[at].last_pid, 0};
        if (!chain) {
            chain = index;
        } else {
            u32 last = chain;
            while (w.upids[last].next) last = w.upids[last].next;
            w.upids[last].next = index;
        }
    }
    w.tasks[p].upids = chain;
    if (w.upids[chain].nr == 1) {
        w.namespaces[ns].child_reaper = p;
        w.signals[w.tasks[p].signal].flags |= SIGNAL_UNKILLABLE;
    }
    get_ns(c, ns);
    return 0;
}

void free_ns_pids(Context& c, TaskId p) {
    World& w = c.w;
    u32 at = w.tasks[p].upids;
    while (at) {
        u32 next = w.upids[at].next;
        w.upids[at] = upid{{}, 0, w.g.free_upid};
        w.g.free_upid = at;
        at = next;
    }
    w.tasks[p].upids = 0;
    NsId ns = w.tasks[p].pid_ns;
    w.tasks[p].pid_ns = {};
    put_ns(c, ns);
}

s32 task_pid_nr_ns(const Context& c, TaskId p, NsId ns) {
    if (c.w.namespaces[ns].level == 0) return c.w.tasks[p].pid;
    for (u32 at = c.w.tasks[p].upids; at; at = c.w.upids[at].next)
        if (c.w.upids[at].ns == ns) return c.w.upids[at].nr;
    return 0;
}

}  // namespace rq
