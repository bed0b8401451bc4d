// The image of a process: what execve() leaves in memory, and how heap and stack grow.
#include "mm/image.hpp"

#include "context.hpp"
#include "mm/memory.hpp"
#include "support/scenario_run.hpp"

using namespace rq;
using support::Run;

namespace {

Run run_of(const std::string& program, const std::string& more = "") {
    return Run(R"({"format":"runqueue/1","duration":"100ms",)" + more +
                   R"("programs":{"other":["sleep 1s"]},"tasks":[{"name":"p","program":[)" +
                   program + "]}]}",
               50 * NSEC_PER_MSEC);
}

const mm_struct& mm_of(const Run& run, const char* name) {
    return run.world().mms[run.task(name)->mm];
}

/// The area that ends at an address, or starts there.
const vm_area_struct* area_at(const Run& run, const mm_struct& mm, u64 start, u64 end) {
    for (VmaId at = mm.mmap; at; at = run.world().vmas[at].vm_next) {
        const vm_area_struct& v = run.world().vmas[at];
        if (v.vm_start == start || v.vm_end == end) return &v;
    }
    return nullptr;
}

}  // namespace

TEST_CASE("a program has 270 pages of addresses; 17 of its own and 34 of its file are there") {
    Run run = run_of(R"("sleep 1s")");
    REQUIRE(run.ok());
    const mm_struct& mm = mm_of(run, "p");
    CHECK(mm.total_vm == 270);
    CHECK(mm.map_count == 10);
    CHECK(mm.rss_anon == 17);
    CHECK(mm.rss_file == 34);
    Context c = run.simulation().context();
    CHECK(mm_pgtables_bytes(c, run.task("p")->mm) == 6 * PAGE_SIZE);  // two corners, three levels
    CHECK(run.task("p")->min_flt == 0);  // the price of exec has them
    CHECK(run.laws().empty());
}

TEST_CASE("none is made where the scenario says so, in ideal runs, and for kernel threads") {
    CHECK(mm_of(run_of(R"("sleep 1s")", R"("image":"none",)"), "p").total_vm == 0);
    CHECK(mm_of(run_of(R"("sleep 1s")", R"("profile":"ideal",)"), "p").total_vm == 0);
    CHECK(mm_of(run_of(R"("sleep 1s")", R"("profile":"ideal","image":"program",)"), "p").total_vm ==
          270);
    Run run = run_of(R"("sleep 1s")");
    CHECK_FALSE(run.task("kthreadd")->mm);
}

TEST_CASE("the heap grows as it is touched, from where the program's data end") {
    Run run = run_of(R"("touch heap 0-99","sleep 1s")");
    REQUIRE(run.ok());
    const mm_struct& mm = mm_of(run, "p");
    CHECK(mm.brk - mm.start_brk == 100 * PAGE_SIZE);
    CHECK(mm.total_vm == 270 + 66);
    CHECK(mm.rss_anon == 17 + 96);  // four of its pages were there
    CHECK(run.task("p")->min_flt == 96);
    const vm_area_struct* heap = area_at(run, mm, mm.start_brk, 0);
    REQUIRE(heap);
    CHECK(heap->vm_end == mm.brk);
    CHECK(run.laws().empty());
}

TEST_CASE("the stack grows downwards; page 0 is its upper end; beyond 8 MiB it is a fault") {
    Run run = run_of(R"("touch stack 0-0","touch stack 10-99","sleep 1s")");
    REQUIRE(run.ok());
    const mm_struct& mm = mm_of(run, "p");
    const vm_area_struct* stack = area_at(run, mm, 0, mm.start_stack);
    REQUIRE(stack);
    CHECK(stack->pages() == 100);
    CHECK(mm.rss_anon == 17 + 90);  // the upper three were there
    CHECK(run.world().tables.get(stack->ptes, 99) != 0);
    CHECK(run.world().tables.get(stack->ptes, 90) == 0);
    CHECK(run.world().tables.get(stack->ptes, 89) != 0);
    CHECK(run.laws().empty());
    Run over = run_of(R"({"fork":["touch stack 0-2048"],"name":"c"},"wait")");
    CHECK(over.status_of_wait("p") == 11);
}

TEST_CASE("fork shares the image, exec brings a new one") {
    Run run = run_of(R"({"fork":["sleep 1s"],"name":"c"},{"fork":["exec other"],"name":"e"},
                        "sleep 1s")");
    REQUIRE(run.ok());
    CHECK(mm_of(run, "c").total_vm == 270);
    CHECK(mm_of(run, "c").rss_anon == 17);
    CHECK(mm_of(run, "c").rss_file == 2);  // only what lies in an area with private pages
    CHECK(mm_of(run, "e").rss_file == 34);
    const World& w = run.world();
    const vm_area_struct* mine = area_at(run, mm_of(run, "p"), 0, mm_of(run, "p").start_stack);
    const vm_area_struct* childs = area_at(run, mm_of(run, "c"), 0, mm_of(run, "c").start_stack);
    REQUIRE(mine);
    REQUIRE(childs);
    CHECK(pte_frame(w.tables.get(mine->ptes, 32)) == pte_frame(w.tables.get(childs->ptes, 32)));
    CHECK(w.frames[pte_frame(w.tables.get(mine->ptes, 32)).raw].mapcount == 2);
}
