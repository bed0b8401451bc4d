// Laws of processes and memory: every count is the number of those who refer, every link has its
// other end, every frame is mapped as often as it says.
#include "sim/checkers.hpp"

#include "base/text.hpp"

namespace rq {

namespace {

/// Counts by arena slot, to be held against what the objects say of themselves.
class Tally {
   public:
    template <class IdType>
    void add(IdType id) {
        if (!id) return;
        if (count_.size() <= id.slot()) count_.resize(id.slot() + 1);
        ++count_[id.slot()];
    }
    u32 of(u32 slot) const { return slot < count_.size() ? count_[slot] : 0; }

   private:
    std::vector<u32> count_;
};

class Checker {
   public:
    Checker(const World& world, std::vector<std::string>& broken) : w(world), broken_(broken) {}
    void run() {
        count_objects();
        count_namespaces();
        check_links();
        check_pids();
        check_waiters();
        check_sleepers();
        check_memory();
    }

   private:
    void equal(const char* law, u64 a, u64 b, u64 who) {
        if (a == b || broken_.size() >= 20) return;
        std::string line = law;
        for (u64 n : {who, a, b}) {
            line += n == who ? " of " : n == a ? ": " : " against ";
            append_u64(line, n);
        }
        broken_.push_back(line);
    }
    void holds(const char* law, bool ok, u64 who) { equal(law, ok, 1, who); }

    template <class A, class F>
    void each(const char* law, const A& arena, const Tally& tally, F count_of) {
        for (u32 slot = 1; slot < arena.slot_end(); ++slot)
            if (arena.live_slot(slot))
                equal(law, count_of(arena.at_slot(slot)), tally.of(slot), slot);
    }

    void count_objects() {
        Tally fs, files, sighand, signal, nsproxy_count, cred_count, mm, undo, open_files;
        w.tasks.for_each([&](TaskId, const task_struct& t) {
            fs.add(t.fs);
            files.add(t.files);
            sighand.add(t.sighand);
            signal.add(t.signal);
            nsproxy_count.add(t.nsproxy);
            cred_count.add(t.cred);
            mm.add(t.mm);
            undo.add(t.sysvsem);
        });
        nsproxy_count.add(w.g.init_nsproxy);
        cred_count.add(w.g.root_cred);
        w.files.for_each([&](FilesId, const files_struct& f) {
            for (u32 i = 0; i < f.fd.size(); i += 2) open_files.add(FileId{w.tables.at(f.fd, i)});
        });
        each("fs_struct::users", w.fs, fs, [](const fs_struct& o) { return o.users; });
        each("files_struct::count", w.files, files, [](const files_struct& o) { return o.count; });
        each("sighand_struct::count", w.sighands, sighand,
             [](const sighand_struct& o) { return o.count; });
        each("signal_struct::sigcnt", w.signals, signal,
             [](const signal_struct& o) { return o.sigcnt; });
        each("signal_struct::nr_threads", w.signals, signal,
             [](const signal_struct& o) { return o.nr_threads; });
        each("nsproxy::count", w.nsproxies, nsproxy_count,
             [](const nsproxy& o) { return o.count; });
        each("cred::usage", w.creds, cred_count, [](const cred& o) { return o.usage; });
        each("mm_struct::mm_users", w.mms, mm, [](const mm_struct& o) { return o.mm_users; });
        each("sem_undo_list::refcnt", w.sem_undos, undo,
             [](const sem_undo_list& o) { return o.refcnt; });
        each("file::f_count", w.open_files, open_files, [](const file& o) { return o.f_count; });
    }

    void count_namespaces() {
        Tally ns;
        ns.add(w.g.init_user_ns);
        ns.add(w.g.init_pid_ns);
        w.nsproxies.for_each([&](NsproxyId, const nsproxy& p) {
            for (NsId id : {p.uts_ns, p.ipc_ns, p.mnt_ns, p.pid_ns_for_children, p.net_ns,
                            p.time_ns, p.time_ns_for_children, p.cgroup_ns})
                ns.add(id);
        });
        w.creds.for_each([&](CredId, const cred& k) { ns.add(k.user_ns); });
        w.tasks.for_each([&](TaskId, const task_struct& t) { ns.add(t.pid_ns); });
        w.namespaces.for_each([&](NsId, const ns_common& n) {
            ns.add(n.parent);
            ns.add(n.user_ns);
        });
        each("ns_common::count", w.namespaces, ns, [](const ns_common& n) { return n.count; });
    }

    void check_links() {
        u32 listed = 0;
        w.tasks.for_each([&](TaskId id, const task_struct& t) {
            TaskId before;
            for (TaskId child = t.children; child; child = w.tasks[child].sibling_next) {
                const task_struct& k = w.tasks[child];
                holds("a child knows its parent", k.real_parent == id, t.ordinal);
                holds("siblings are linked both ways", k.sibling_prev == before, k.ordinal);
                before = child;
                ++listed;
            }
            holds("the last child is the last", t.last_child == before, t.ordinal);
            if (!t.signal) return;
            holds("who has ended for good is in no list", t.exit_state != EXIT_DEAD, t.ordinal);
            bool leads = t.group_leader == id;
            if (leads) ++leaders_;
            if (leads) check_threads(id, t);
            if (t.exit_state)
                holds("a zombie shares nothing any more", !t.mm && !t.fs && !t.files && !t.nsproxy,
                      t.ordinal);
        });
        equal("every process is the child of one", listed, leaders_, 0);
    }
    void check_threads(TaskId leader, const task_struct& t) {
        u32 threads = 0;
        TaskId before;
        for (TaskId at = leader; at; at = w.tasks[at].thread_next) {
            const task_struct& each_one = w.tasks[at];
            holds("threads share the signal_struct", each_one.signal == t.signal, t.ordinal);
            holds("threads have their leader's number", each_one.tgid == t.pid, t.ordinal);
            if (at != leader)
                holds("threads are linked both ways", each_one.thread_prev == before, t.ordinal);
            before = at;
            ++threads;
        }
        u32 counted = w.signals[t.signal].nr_threads;
        equal("the list of threads is complete", threads, counted, t.ordinal);
    }

    void check_pids() {
        std::vector<u32> uses(w.pids.size());
        w.tasks.for_each([&](TaskId id, const task_struct& t) {
            if (!t.signal || t.pid <= 0) return;
            holds("a number leads to its task", w.pids[static_cast<u32>(t.pid)].task == id,
                  t.ordinal);
            if (t.group_leader != id) return;
            const signal_struct& s = w.signals[t.signal];
            ++uses[static_cast<u32>(s.pgrp)];
            ++uses[static_cast<u32>(s.session)];
        });
        for (u32 nr = 1; nr < w.pids.size(); ++nr)  // kernel threads are in group and session 0
            equal("groups and sessions called by a number", w.pids[nr].uses, uses[nr], nr);
    }

    void check_queue(const wait_queue& q, Channel channel, u32 object, u32& queued) {
        TaskId before;
        for (TaskId at = q.first; at; at = w.tasks[at].wait_next) {
            const task_struct& t = w.tasks[at];
            holds("who stands in a queue waits for it",
                  t.wait_channel == static_cast<u32>(channel) && t.wait_object == object,
                  t.ordinal);
            holds("waiters are linked both ways", t.wait_prev == before, t.ordinal);
            before = at;
            ++queued;
        }
        holds("the last waiter is the last", q.last == before, object);
    }
    void check_waiters() {
        u32 queued = 0;
        for (u32 i = 1; i < w.sync_objects.size(); ++i) {
            check_queue(w.sync_objects[i].waiters, Channel::object, i, queued);
            check_queue(w.sync_objects[i].write_waiters, Channel::pipe_write, i, queued);
        }
        w.signals.for_each([&](SignalId id, const signal_struct& s) {
            check_queue(s.wait_chldexit, Channel::child, id.raw, queued);
        });
        for (u32 i = 1; i < w.page_reads.size(); ++i)
            check_queue(w.page_reads[i].waiters, Channel::disk, i, queued);
        u32 waiting = 0;
        w.tasks.for_each([&](TaskId, const task_struct& t) {
            Channel channel = static_cast<Channel>(t.wait_channel);
            waiting += channel == Channel::object || channel == Channel::pipe_write ||
                       channel == Channel::child || channel == Channel::disk;
        });
        equal("who waits stands in a queue", queued, waiting, 0);
    }

    /// Who sleeps in D counts into the load, who waits for a disk into iowait, each once.
    void check_sleepers() {
        u32 uninterruptible = 0, iowait = 0;
        for (u32 cpu = 0; cpu < w.g.cpus; ++cpu) {
            uninterruptible += w.rqs[cpu].nr_uninterruptible;  // of one CPU it may be negative
            iowait += w.rqs[cpu].nr_iowait;
            holds("the time a CPU waits for a disk is idle time",
                  w.rqs[cpu].iowait_ns <= w.rqs[cpu].time_by_kind[0], cpu);
        }
        u32 counted = 0, waiting = 0;
        w.tasks.for_each([&](TaskId, const task_struct& t) {
            counted += t.sched_contributes_to_load;
            waiting += t.in_iowait == 2;
            if (t.sched_contributes_to_load)
                holds("only who is in D counts", t.__state & TASK_UNINTERRUPTIBLE, t.ordinal);
        });
        equal("rq::nr_uninterruptible", uninterruptible, counted, 0);
        equal("rq::nr_iowait", iowait, waiting, 0);
    }

    /// What a page cache waits for is on its way, and what is booked is what is mapped.
    void check_page_cache_and_commitments(u64 accounted) {
        u32 locked = 0, coming = 0;
        for (u32 i = 2; i < w.frames.size(); ++i)
            if (w.frames[i].refcount && (w.frames[i].flags & PG_locked)) ++locked;
        for (u32 i = 1; i < w.page_reads.size(); ++i) coming += w.page_reads[i].count;
        equal("pages that are locked come from the disk", locked, coming, 0);
        for (u32 i = 1; i < w.mappings.size(); ++i)
            if (w.mappings[i].kind == static_cast<u32>(MappingKind::shmem) && w.mappings[i].count)
                accounted += w.mappings[i].size_pages;
        equal("Committed_AS", w.g.vm_committed_as, accounted, 0);
    }

    /// What is charged to a group are its frames and those of the groups below it.
    void check_charges() {
        std::vector<u64> charged(w.groups.slot_end());
        for (u32 i = 2; i < w.frames.size(); ++i) {
            GroupId g{w.frames[i].refcount ? w.frames[i].next_free : 0};
            for (; g && w.groups[g].parent; g = w.groups[g].parent) ++charged[g.slot()];
        }
        w.groups.for_each([&](GroupId id, const task_group& tg) {
            equal("memory.current", tg.memory_current, charged[id.slot()], id.slot());
        });
    }

    void check_memory() {
        std::vector<u32> mapped(w.frames.size());
        std::vector<u32> held(w.frames.size());
        std::vector<u32> areas(w.mappings.size());
        w.mms.for_each([&](MmId id, const mm_struct& mm) { check_mm(id, mm, mapped, areas); });
        for (u32 i = 1; i < w.mappings.size(); ++i) {
            const address_space& a = w.mappings[i];
            if (!a.count) continue;
            u32 cached = 0;
            for (u32 at = 0; at < a.i_pages.size(); ++at) {
                u32 frame = w.tables.at(a.i_pages, at);
                if (frame) ++held[frame], ++cached;
            }
            equal("address_space::nrpages", a.nrpages, cached, i);
            bool file = a.kind != static_cast<u32>(MappingKind::shmem);
            equal("areas that map a file or shared memory", a.count, areas[i] + file, i);
        }
        u64 accounted = 0;
        w.vmas.for_each([&](VmaId, const vm_area_struct& v) {
            if (v.vm_flags & VM_ACCOUNT) accounted += v.pages();
        });
        check_page_cache_and_commitments(accounted);
        check_charges();
        std::vector<u64> used(w.memory_nodes.size());
        for (u32 i = 2; i < w.frames.size(); ++i) {
            const page& f = w.frames[i];
            equal("page mapcount", f.mapcount, mapped[i], i);
            equal("page refcount", f.refcount, mapped[i] + held[i], i);
            if (f.refcount && f.node < used.size()) ++used[f.node];
        }
        for (u32 n = 0; n < used.size(); ++n)
            equal("free pages of a node", w.memory_nodes[n].free_pages,
                  w.memory_nodes[n].present_pages - used[n], n);
    }
    void check_mm(MmId id, const mm_struct& mm, std::vector<u32>& mapped,
                  std::vector<u32>& areas) {
        u32 anon = 0, file = 0, shmem = 0, count = 0;
        u64 total = 0, end = 0;
        for (VmaId at = mm.mmap; at; at = w.vmas[at].vm_next) {
            const vm_area_struct& v = w.vmas[at];
            holds("an area knows its address space", v.vm_mm == id, id.slot());
            holds("areas are in order and do not overlap", v.vm_start >= end, id.slot());
            end = v.vm_end;
            total += v.pages();
            ++count;
            if (v.mapping) ++areas[v.mapping];
            for (u32 i = 0; i < v.ptes.size(); ++i) {
                pte_t pte = w.tables.at(v.ptes, i);
                FrameId frame = pte_frame(pte);
                if (!frame.raw || frame == ZERO_PAGE) continue;
                ++mapped[frame.raw];
                const page& f = w.frames[frame.raw];
                bool is_anon = f.flags & PG_anon;
                ++(is_anon ? anon : f.flags & PG_shmem ? shmem : file);
                if (is_anon && (pte & PTE_WRITE))
                    holds("a private page that may be written is mapped once", f.mapcount == 1,
                          frame.raw);
            }
        }
        equal("mm_struct::map_count", mm.map_count, count, id.slot());
        equal("mm_struct::total_vm", mm.total_vm, total, id.slot());
        equal("RssAnon", mm.rss_anon, anon, id.slot());
        equal("RssFile", mm.rss_file, file, id.slot());
        equal("RssShmem", mm.rss_shmem, shmem, id.slot());
    }

    const World& w;
    std::vector<std::string>& broken_;
    u32 leaders_ = 0;
};

}  // namespace

void check_process_laws(const World& w, std::vector<std::string>& broken) {
    Checker(w, broken).run();
}

}  // namespace rq
