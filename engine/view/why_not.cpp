// Reads the queues as the pick would find them now; the order of the questions is the kernel's: may
// the task's group, class or budget run at all, is a higher class there, then the class's own rule.
#include "view/why_not.hpp"

#include "base/text.hpp"
#include "context.hpp"
#include "sched/bandwidth.hpp"
#include "sched/eevdf.hpp"
#include "sched/fair.hpp"
#include "sched/group.hpp"
#include "sched/rt.hpp"

namespace rq::view {

namespace {

/// What is being asked, and the card as far as it is written.
struct Question {
    const Context& c;
    const Cast& cast;
    TaskId id;
    u64 now;
    WhyCard card{};

    const World& w() const { return c.w; }
    const task_struct& task() const { return c.w.tasks[id]; }
    const rq& queue() const { return c.w.rqs[task().cpu.raw]; }
    const task_struct& holder() const { return c.w.tasks[queue().curr]; }
    ClassIndex own_class() const { return static_cast<ClassIndex>(task().sched_class); }

    std::string name(TaskId of) const {
        std::string out;
        append_name(out, cast.name(of));
        return out;
    }
    std::string me() const { return name(id); }
    std::string it() const { return name(queue().curr); }
    std::string cpu() const { return "CPU " + std::to_string(task().cpu.raw); }
    /// An entity: a task by its name, a group as "the group web".
    std::string name(SeId se) const {
        const sched_entity& e = w().se[se.raw];
        if (e.task) return name(e.task);
        return "the group " + group_path(w(), w().cfs_rqs[e.my_q.raw].tg);
    }
    std::string at(u64 time) const { return instant(time, cast.t0()); }
    std::string next_tick() const {
        return queue().tick_stopped ? std::string("the next event there")
                                    : "the tick at " + at(queue().next_tick);
    }
    void number(std::string text, std::string verdict = {}) {
        card.numbers.push_back({std::move(text), std::move(verdict)});
    }
    void rule(Rule r) { card.function = std::string(rule_info(r).function) + "()"; }
};

std::string signed_ms(s64 ns) {
    return ns < 0 ? "\u2212" + ms3(~static_cast<u64>(ns) + 1) : ms3(static_cast<u64>(ns));
}

/// The instant at which a timer fires, 0 if it is not armed.
u64 timer_at(const World& w, TimerId timer) {
    if (!timer) return 0;
    const hrtimer& t = w.timers[timer];
    return t.armed ? t.soft : 0;
}

/// It does not wait for a CPU: it runs, sleeps, has ended.
bool not_waiting(Question& q) {
    const task_struct& t = q.task();
    if (q.queue().curr == q.id) {
        q.card.answer = q.me() + " runs on " + q.cpu() + ".";
        return true;
    }
    bool delayed = t.se.raw && q.w().se[t.se.raw].sched_delayed;
    if (t.on_rq && !delayed) return false;
    State state = state_of(t.__state | t.exit_state, false);
    if (state == State::zombie || state == State::dead)
        q.card.answer = q.me() + " has ended.";
    else
        q.card.answer = q.me() + " is not runnable: it is " + state_word(state) + ".";
    if (delayed) {
        q.card.answer += " It stays in the queue until it has worked off what it had too much.";
        q.rule(Rule::delayed_dequeue);
    }
    return true;
}

bool group_throttled(Question& q) {
    for (SeId at = q.task().se; at.raw; at = q.w().se[at.raw].parent) {
        const cfs_rq& cfs = q.w().cfs_rqs[q.w().se[at.raw].cfs_rq.raw];
        if (!cfs.throttled || q.own_class() != ClassIndex::fair) continue;
        const cfs_bandwidth& pool = q.w().groups[cfs.tg].bandwidth;
        q.card.answer = q.me() + " waits because its control group " +
                        group_path(q.w(), cfs.tg) + " has used up its quota of CPU time.";
        if (pool.quota != NEVER)
            q.number("cpu.max: " + human_ns(pool.quota) + " in each " + human_ns(pool.period));
        q.number("runtime left here = " + signed_ms(cfs.runtime_remaining));
        u64 refill = timer_at(q.w(), pool.period_timer);
        q.card.otherwise = refill ? "A new period begins at " + q.at(refill) + "."
                                  : std::string("A greater cpu.max would let it run.");
        q.rule(Rule::throttle_cfs);
        return true;
    }
    return false;
}

bool class_throttled(Question& q) {
    const task_struct& t = q.task();
    if (q.own_class() == ClassIndex::rt && q.w().rt_rqs[t.cpu.raw].rt_throttled) {
        const rt_rq& rt = q.w().rt_rqs[t.cpu.raw];
        q.card.answer = q.me() + " waits because real-time tasks have used up their share of the "
                        "period on " + q.cpu() + ".";
        q.number("rt_time = " + ms3(rt.rt_time), ms3(rt.rt_runtime) + " in each " +
                                                      human_ns(q.w().g.tune.rt_period));
        if (u64 end = timer_at(q.w(), q.w().g.rt_period_timer))
            q.card.otherwise = "The next period begins at " + q.at(end) + ".";
        q.rule(Rule::throttle_rt);
        return true;
    }
    if (q.own_class() != ClassIndex::deadline || !t.dl) return false;
    const sched_dl_entity& d = q.w().dl_entities[t.dl];
    if (!d.dl_throttled) return false;
    q.card.answer = q.me() + " waits because it has used up its budget of " +
                    human_ns(d.dl_runtime) + " in each " + human_ns(d.dl_period) + ".";
    q.number("budget left = " + signed_ms(d.runtime));
    if (u64 refill = timer_at(q.w(), d.dl_timer))
        q.card.otherwise = "It is replenished at " + q.at(refill) + ".";
    q.rule(Rule::throttle_dl);
    return true;
}

/// The CPU has been told to look for another task, and is on its way.
bool about_to_switch(Question& q) {
    const rq& r = q.queue();
    bool lower = q.holder().sched_class < q.task().sched_class;
    if (!r.need_resched && !lower) return false;
    q.card.answer = q.cpu() + " is about to choose anew";
    Rule rule = static_cast<Rule>(r.resched_rule);
    if (r.need_resched && rule != Rule::none) {
        if (r.curr != r.idle)
            q.card.answer += " because " + leaving(rule, q.it(), q.name(r.resched_by), q.cast);
        q.rule(rule);
    }
    q.card.answer += ".";
    return true;
}

const char* class_words(ClassIndex index) {
    switch (index) {
    case ClassIndex::stop: return "the stop task, which goes before everything";
    case ClassIndex::deadline: return "a deadline task, which goes before all others";
    case ClassIndex::rt: return "a real-time task, which goes before fair tasks";
    default: return "a task of a higher class";
    }
}

bool higher_class(Question& q) {
    const task_struct& holder = q.holder();
    ClassIndex over = static_cast<ClassIndex>(holder.sched_class);
    if (over <= q.own_class()) return false;
    q.card.answer = q.me() + " waits because " + q.it() + " runs, " + class_words(over) + ".";
    q.card.otherwise = q.it() + " would have to sleep, end or lose its policy.";
    if (over == ClassIndex::rt && q.w().g.kernel == 0 && q.w().g.tune.rt_runtime != NEVER)
        q.card.otherwise += " Real-time throttling would stop it, too, after " +
                            human_ns(q.w().g.tune.rt_runtime) + " of each period.";
    if (q.w().g.kernel && q.own_class() == ClassIndex::fair)
        if (u32 server = q.queue().fair_server)
            if (u64 begin = timer_at(q.w(), q.w().dl_entities[server].dl_timer))
                q.card.otherwise += " The fair server gives fair tasks the CPU at " +
                                    q.at(begin) + " if they have had too little by then.";
    q.rule(Rule::wakeup_preempt_class);
    return true;
}

void against_real_time(Question& q) {
    const task_struct& mine = q.task();
    const task_struct& holder = q.holder();
    q.number("priority of " + q.cast.name(q.id) + " = " + std::to_string(mine.rt_priority));
    bool equal = holder.prio == mine.prio;
    q.number("priority of " + q.cast.name(q.queue().curr) + " = " +
                 std::to_string(holder.rt_priority),
             equal ? "not higher: no preemption" : "higher: it runs first");
    q.rule(Rule::pick_rt);
    if (!equal) {
        q.card.answer = q.me() + " waits because " + q.it() + " has a higher real-time priority.";
        q.card.otherwise = q.it() + " would have to sleep or end, or " + q.me() +
                           " to get a priority above " + std::to_string(holder.rt_priority) + ".";
        return;
    }
    bool rr = holder.policy == SCHED_RR;
    q.card.answer = q.me() + " waits because " + q.it() + " has the same real-time priority and " +
                    (rr ? "its round-robin slice is not over." : "is SCHED_FIFO: it has no slice.");
    if (rr)
        q.card.otherwise = "Its slice ends in " + std::to_string(holder.rt_time_slice_ticks) +
                           " ticks; then those of its priority take turns.";
    else
        q.card.otherwise = q.it() + " would have to sleep, end or call sched_yield.";
}

void against_deadline(Question& q) {
    const sched_dl_entity& mine = q.w().dl_entities[q.task().dl];
    u32 other = q.holder().dl;
    q.card.answer = q.me() + " waits because " + q.it() + " has an earlier deadline.";
    q.number("deadline of " + q.cast.name(q.id) + " = " + q.at(mine.deadline));
    if (other) {
        const sched_dl_entity& d = q.w().dl_entities[other];
        q.number("deadline of " + q.cast.name(q.queue().curr) + " = " + q.at(d.deadline),
                 "earlier: it runs first");
        u64 unbooked = q.now - q.w().se[q.holder().se.raw].exec_start;
        s64 left = d.runtime - static_cast<s64>(unbooked);
        q.card.otherwise = q.it() + " would have to sleep, or use up its budget, of which " +
                           signed_ms(left) + " is left.";
    }
    q.rule(Rule::pick_deadline);
}

/// The two entities that compete: the task's own or a group's above it, and the running one's.
struct Pair {
    SeId mine, running;
    const cfs_rq* cfs = nullptr;
    u64 delta_exec = 0;  ///< the running one's time since it was picked
    u64 vruntime = 0;    ///< the running one's, up to now
};

Pair competing(const Question& q) {
    Pair p;
    p.mine = q.task().se;
    p.running = q.holder().se;
    find_matching_se(q.w(), p.mine, p.running);
    const sched_entity& curr = q.w().se[p.running.raw];
    p.cfs = &q.w().cfs_rqs[curr.cfs_rq.raw];
    u64 unbooked = q.now > curr.exec_start ? q.now - curr.exec_start : 0;
    p.delta_exec = curr.sum_exec_runtime - curr.prev_sum_exec_runtime + unbooked;
    sched_entity copy = curr;
    p.vruntime = curr.vruntime + calc_delta_fair(unbooked, copy);
    return p;
}

/// Entities of the tree that come before one, asleep ones aside.
u32 count_before(const World& w, const cfs_rq& cfs, SeId mine, SeId& first) {
    rb_root root = cfs.tasks_timeline;
    RbTree<const se_node> tree(w.se_nodes.data(), root);
    u32 count = 0;
    for (u32 at = root.leftmost; at && at != mine.raw; at = tree.next(at)) {
        if (w.se[at].sched_delayed) continue;
        if (!count) first = SeId{at};
        ++count;
    }
    return count;
}

void say_before(Question& q, const Pair& p, const char* by) {
    SeId first;
    u32 before = count_before(q.w(), *p.cfs, p.mine, first);
    if (!before) return;
    q.card.runner_up = q.name(first) +
                       (before > 1 ? " and " + std::to_string(before - 1) + " more" : std::string()) +
                       " would come before it: " + by + ".";
}

void against_cfs(Question& q, const Pair& p) {
    const World& w = q.w();
    u64 slice = sched_slice(w, *p.cfs, p.running);
    q.number("delta_exec = " + ms3(p.delta_exec));
    q.number("ideal_runtime = " + ms3(slice),
             p.delta_exec > slice ? "over: the tick will end it" : "not over: it runs on");
    s64 behind = static_cast<s64>(p.vruntime - w.se[p.mine.raw].vruntime);
    q.number("vruntime of " + plain(q.name(p.mine)) + " is behind that of " +
             plain(q.name(p.running)) + " by " + signed_ms(behind));
    q.rule(Rule::tick_ideal_runtime);
    q.card.answer = q.me() + " waits because " + q.name(p.running);
    if (p.delta_exec > slice) {
        q.card.answer += " has had its share of the period and no tick has come since.";
        q.card.otherwise = "The request to reschedule comes with " + q.next_tick() + ".";
    } else {
        q.card.answer += " has run for " + ms3(p.delta_exec) + " of the " + ms3(slice) +
                         " that are its share of the period.";
        q.card.otherwise = q.name(p.running) + " would have to sleep, or a tick to find it over "
                           "its share: at the earliest " + q.next_tick() + ".";
    }
    say_before(q, p, "less virtual runtime");
}

void against_eevdf(Question& q, const Pair& p) {
    World& w = q.c.w;
    const sched_entity& mine = w.se[p.mine.raw];
    const sched_entity& curr = w.se[p.running.raw];
    bool eligible = entity_eligible(w, *p.cfs, p.mine);
    bool holder_eligible = entity_eligible(w, *p.cfs, p.running);
    SeId pick = pick_eevdf(w, *p.cfs);
    s64 left = static_cast<s64>(curr.deadline - p.vruntime);
    q.rule(Rule::pick_eevdf);
    q.number("vruntime of " + plain(q.name(p.mine)) + " = " + ms3(mine.vruntime),
             eligible ? "eligible" : "past the average: not eligible");
    q.number("deadline of " + plain(q.name(p.mine)) + " = " + ms3(mine.deadline));
    q.number("deadline of " + plain(q.name(p.running)) + " = " + ms3(curr.deadline));
    q.card.answer = q.me() + " waits because ";
    bool parity = w.g.tune.has(Feat::RUN_TO_PARITY) && protect_slice(curr) && holder_eligible;
    if (pick == p.running && parity && left <= 0) {
        q.rule(Rule::tick_slice_used);
        q.card.answer += q.name(p.running) + " has used up its slice and no tick has come since.";
        q.card.otherwise = "The request to reschedule comes with " + q.next_tick() + ".";
    } else if (pick == p.running && parity) {
        q.rule(Rule::pick_eevdf_parity);
        q.card.answer += q.name(p.running) + " may finish the slice for which it was picked.";
        q.card.otherwise = q.name(p.running) + " has " + signed_ms(left) +
                           " of virtual time left in it, and only a tick looks: the next is " +
                           q.next_tick() + ".";
    } else if (!eligible) {
        q.card.answer += plain(q.name(p.mine)) == plain(q.me()) ? "it has" : q.name(p.mine) + " has";
        q.card.answer += " had more than its share: it is not eligible.";
        q.card.otherwise = "The average must pass its vruntime while others run.";
    } else if (pick == p.mine) {
        q.card.answer += "nobody has looked since it became the best choice.";
        q.card.otherwise = "It would be picked if " + q.name(p.running) + " slept, or when " +
                           q.next_tick() + " finds the slice used up.";
    } else {
        q.card.answer += q.name(pick.raw ? pick : p.running) + " has an earlier virtual deadline.";
        q.card.otherwise = "A shorter slice or a greater weight would bring its deadline forward.";
    }
    say_before(q, p, "earlier virtual deadlines");
}

void against_fair(Question& q) {
    Pair p = competing(q);
    if (q.w().g.kernel)
        against_eevdf(q, p);
    else
        against_cfs(q, p);
}

/// Other CPUs that idle: why the task is not there.
void say_elsewhere(Question& q) {
    const World& w = q.w();
    const cpumask& allowed = w.cpumasks[q.task().cpus_mask];
    for (u32 cpu = 0; cpu < w.g.cpus; ++cpu) {
        if (w.rqs[cpu].curr != w.rqs[cpu].idle || cpu == q.task().cpu.raw) continue;
        q.card.otherwise += q.card.otherwise.empty() ? "" : " ";
        q.card.otherwise += "CPU " + std::to_string(cpu) + " is idle";
        q.card.otherwise += allowed.test(cpu) ? ": balancing may move it there."
                                              : ", but its affinity does not allow it there.";
        return;
    }
}

}  // namespace

WhyCard why_not(const Context& c, const Cast& cast, u32 task, u64 now) {
    if (task >= cast.count() || !c.w.tasks.alive(cast[task].id)) return {};
    Question q{c, cast, cast[task].id, now > c.w.g.now ? now : c.w.g.now};
    q.card.present = true;
    q.card.time = q.now;
    q.card.task = task;
    q.card.cpu = q.task().cpu.raw;
    q.card.question = "Why does " + cast.name(task) + " not run now?";
    if (not_waiting(q)) return q.card;
    bool told = group_throttled(q) || class_throttled(q) || about_to_switch(q) || higher_class(q);
    if (!told) {
        ClassIndex own = q.own_class();
        if (own == ClassIndex::rt)
            against_real_time(q);
        else if (own == ClassIndex::deadline)
            against_deadline(q);
        else
            against_fair(q);
    }
    say_elsewhere(q);
    return q.card;
}

}  // namespace rq::view
