// Adds up the kinds of time that the CPUs keep.
#include "view/costs.hpp"

#include "context.hpp"
#include "cost/table.hpp"

namespace rq::view {

namespace {

/// Permilles by largest remainder, so that they add up to 1000.
void fill_permille(CostReport& report) {
    if (report.total_ns == 0) return;
    u64 unit = report.total_ns / 1000 ? report.total_ns / 1000 : 1;
    u32 given = 0;
    for (CostRow& row : report.rows) {
        u64 p = row.ns / unit;
        row.permille = static_cast<u32>(p > 1000 ? 1000 : p);
        given += row.permille;
    }
    while (given != 1000 && !report.rows.empty()) {
        CostRow* best = &report.rows[0];
        s64 most = 0;
        for (CostRow& row : report.rows) {
            s64 missing = static_cast<s64>(row.ns) - static_cast<s64>(row.permille * unit);
            if (given > 1000) missing = row.permille ? -missing : -static_cast<s64>(NEVER >> 2);
            if (&row != &report.rows[0] && missing <= most) continue;
            best = &row;
            most = missing;
        }
        best->permille += given < 1000 ? 1u : ~0u;
        given += given < 1000 ? 1u : ~0u;
    }
}

Kind kind_of_segment(u8 segment) {
    switch (static_cast<Segment>(segment)) {
    case Segment::idle: return Kind::idle;
    case Segment::kernel: return Kind::syscall;
    case Segment::user: break;
    }
    return Kind::user;
}

CostReport report_of(const u64 (&ns)[kinds], u64 total) {
    CostReport report;
    report.total_ns = total;
    for (u32 k = 0; k < kinds; ++k) {
        if (ns[k] == 0) continue;
        Kind kind = static_cast<Kind>(k);
        report.rows.push_back(CostRow{k, kind_name(kind), kind_words(kind), ns[k], 0});
    }
    fill_permille(report);
    return report;
}

}  // namespace

void add_time_by_kind(const rq& q, u64 now, u64 (&ns)[kinds]) {
    for (u32 k = 0; k < kinds; ++k) ns[k] += q.time_by_kind[k];
    // The stretch that goes on: a cost is booked when it is charged and worked off afterwards.
    u64 elapsed = now - q.segment_start;
    if (elapsed >= q.debt_ns) {
        ns[static_cast<u32>(kind_of_segment(q.segment))] += elapsed - q.debt_ns;
        return;
    }
    u64 ahead = q.debt_ns - elapsed;
    constexpr Kind order[] = {Kind::context_switch, Kind::tick,    Kind::irq,  Kind::wakeup,
                              Kind::fault,          Kind::syscall, Kind::fork, Kind::migration,
                              Kind::cache,          Kind::tlb,     Kind::remote, Kind::smi};
    for (Kind kind : order) {
        u64& booked = ns[static_cast<u32>(kind)];
        u64 part = booked < ahead ? booked : ahead;
        booked -= part;
        ahead -= part;
    }
}

CostReport costs(const Context& c, u32 cpu, u64 now) {
    u64 ns[kinds] = {};
    if (now < c.w.g.now) now = c.w.g.now;
    for (u32 i = 0; i < c.w.g.cpus; ++i)
        if (cpu == ~0u || i == cpu) add_time_by_kind(c.w.rqs[i], now, ns);
    u64 total = 0;
    for (u64 n : ns) total += n;
    return report_of(ns, total);
}

CostReport costs_between(const CostReport& before, const CostReport& after) {
    u64 ns[kinds] = {};
    for (const CostRow& row : after.rows) ns[row.kind] += row.ns;
    for (const CostRow& row : before.rows)
        ns[row.kind] -= row.ns < ns[row.kind] ? row.ns : ns[row.kind];
    return report_of(ns, after.total_ns - before.total_ns);
}

}  // namespace rq::view
