// A booted machine whose one task sleeps, for tests that call the room's functions on its World.
#pragma once

#include "context.hpp"
#include "mm/frames.hpp"
#include "mm/memory.hpp"
#include "support/scenario_run.hpp"

namespace support {

struct MemoryMachine {
    Run run;
    rq::Context c;
    rq::TaskId p;

    /// `machine` as in a scenario; `more` are further keys of it.
    explicit MemoryMachine(const std::string& machine, const std::string& more = "")
        : run(R"({"format":"runqueue/1","profile":"ideal","duration":"1s","machine":)" + machine +
                  more + R"(,"tasks":[{"name":"p","program":["sleep 900ms"]}]})",
              rq::NSEC_PER_MSEC),
          c(run.simulation().context()),
          p(run.id("p")) {}
    rq::World& w() { return c.w; }
    rq::MmId mm() { return c.w.tasks[p].mm; }
    /// Maps pages under a number for a name; the area, null if it was refused (`error`).
    rq::VmaId map(rq::u32 name, rq::u64 pages, rq::MapKind kind = rq::MapKind::anon) {
        return rq::mmap_area(c, p, name, pages, static_cast<rq::u32>(kind), 0, &error);
    }
    /// Touches pages; how many could be had.
    rq::u32 touch(rq::VmaId area, rq::u32 first, rq::u32 end, bool write = true) {
        rq::u32 had = 0;
        for (rq::u32 i = first; i < end; ++i)
            had += rq::access_page(c, p, area, i, write) == rq::Fault::none;
        return had;
    }
    rq::s32 error = 0;
};

}  // namespace support
